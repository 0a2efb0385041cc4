import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SlotClaim, Slots } from '../../../runners/executors/local/slots.ts';

/** Who gets a single place one after the other, and which place each of several gets. */
async function order(slots: Slots, claims: Readonly<Record<string, SlotClaim>>): Promise<string[]> {
  const served: string[] = [];
  await Promise.all(
    Object.entries(claims).map(async ([name, claim]) => {
      const slot = await slots.acquire(claim);
      served.push(name);
      setImmediate(() => slot.release());
    }),
  );
  return served;
}

test('a place goes to the highest priority, among equals to who asked first', async () => {
  const claims = {
    low: { failedAt: null, priority: 1 },
    high: { failedAt: null, priority: 3 },
    first: { failedAt: null, priority: 2 },
    second: { failedAt: null, priority: 2 },
  };
  assert.deepEqual(await order(new Slots(1), claims), ['high', 'first', 'second', 'low']);
});

test('what failed waits behind what did not, the latest failure longest', async () => {
  const claims = {
    lately: { failedAt: 2000, priority: 9 },
    earlier: { failedAt: 1000, priority: 1 },
    never: { failedAt: null, priority: 0 },
  };
  assert.deepEqual(await order(new Slots(1), claims), ['never', 'earlier', 'lately']);
});

test('of the free places the one that failed least recently is taken', async () => {
  let time = 0;
  const slots = new Slots(3, () => (time += 1));
  const claim = { failedAt: null, priority: 0 };
  const held = [await slots.acquire(claim), await slots.acquire(claim), await slots.acquire(claim)];
  assert.deepEqual(
    held.map(({ index }) => index),
    [0, 1, 2],
  );
  held[0]?.release(true);
  held[2]?.release(true);
  held[1]?.release();
  const next = [await slots.acquire(claim), await slots.acquire(claim), await slots.acquire(claim)];
  assert.deepEqual(
    next.map(({ index }) => index),
    [1, 0, 2],
  );
});

test('a place that is given back twice is free once', async () => {
  const slots = new Slots(1);
  const claim = { failedAt: null, priority: 0 };
  const slot = await slots.acquire(claim);
  slot.release();
  slot.release();
  await slots.acquire(claim);
  const waiting = slots.acquire(claim).then(() => 'got one');
  const later = new Promise((resolve) => setTimeout(resolve, 20, 'waits'));
  assert.equal(await Promise.race([waiting, later]), 'waits');
});
