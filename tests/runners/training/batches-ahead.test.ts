import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as afterEvents, setTimeout as later } from 'node:timers/promises';
import { oneByOne, withNext } from '../../../runners/training/batches-ahead.ts';

/** Batches of which each is there after so many milliseconds; 0: at once. */
async function* made(milliseconds: readonly number[], ended: string[] = []) {
  try {
    for (const [at, wait] of milliseconds.entries()) {
      if (wait > 0) await later(wait);
      yield at;
    }
  } finally {
    ended.push('ended');
  }
}

describe('batches with the ones after them', () => {
  it('come with the next one where it is there, and end with none', async () => {
    const found: unknown[] = [];
    for await (const each of withNext(made([0, 0, 0]))) found.push({ ...each });
    assert.deepEqual(found, [
      { batch: 0, next: 1 },
      { batch: 1, next: 2 },
      { batch: 2, next: null },
    ]);
  });

  it('wait for no batch that is still made', async () => {
    const found: unknown[] = [];
    for await (const each of withNext(made([0, 200, 0]))) found.push({ ...each });
    assert.deepEqual(found, [
      { batch: 0, next: null },
      { batch: 1, next: 2 },
      { batch: 2, next: null },
    ]);
  });

  it('tell an error when its batch is wanted, after the steps before it', async () => {
    async function* failing() {
      yield 0;
      throw new Error('unreadable');
    }
    const found: unknown[] = [];
    await assert.rejects(async () => {
      for await (const { batch, next } of withNext(failing())) {
        found.push([batch, next]);
        await afterEvents();
      }
    }, /unreadable/);
    assert.deepEqual(found, [[0, null]]);
  });

  it('are no longer read when the reader leaves', async () => {
    for (const read of [withNext, oneByOne]) {
      const ended: string[] = [];
      for await (const { batch } of read(made([0, 0, 20, 0], ended))) if (batch === 1) break;
      assert.deepEqual(ended, ['ended']);
    }
  });

  it('come alone one by one', async () => {
    const found: unknown[] = [];
    for await (const each of oneByOne(made([0, 0]))) found.push({ ...each });
    assert.deepEqual(found, [
      { batch: 0, next: null },
      { batch: 1, next: null },
    ]);
  });
});
