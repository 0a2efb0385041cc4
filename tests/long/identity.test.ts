import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { measured, startWorker, writeRequest } from '../runners/training/workers.ts';

/**
 * Decision 1: 20 fresh processes of 50 steps on a loaded machine take the same path bit
 * by bit. Four run at a time, which is load enough for two cores.
 */
describe('bit identity', () => {
  it('holds over 20 processes of 50 steps under load', async () => {
    const root = mkdtempSync(join(tmpdir(), 'redistill-identity-'));
    const results: unknown[] = [];
    const lane = async (first: number): Promise<void> => {
      for (let index = first; index < 20; index += 4) {
        const folder = join(root, String(index));
        // 150 pictures in batches of 32 are 5 steps an epoch.
        const request = await writeRequest(folder, { recipe: { epochs: 10 } });
        const result = await startWorker(request);
        assert.equal(result.exitCode, 0, result.stderr);
        results.push(measured(folder));
      }
    };
    await Promise.all([0, 1, 2, 3].map(lane));
    assert.equal(results.length, 20);
    for (const result of results) assert.deepEqual(result, results[0]);
  });
});
