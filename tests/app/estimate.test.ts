import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkEstimate } from '../../app/run/estimate.ts';
import { estimateLines } from '../../cli/output/run-end.ts';
import { journalFile, runFolder, runIdOf } from '../../contract/paths.ts';
import { sharedStepKey } from '../../suites/price.ts';
import { fakeTrial } from '../runners/executors/fixtures/fake.ts';

test('the estimate of what was trained now stands beside the time it took', (t) => {
  const workspace = mkdtempSync(join(tmpdir(), 'redistill-estimate-'));
  t.after(() => rmSync(workspace, { recursive: true, force: true }));
  const teacher = fakeTrial('teacher');
  const trials = ['a', 'b'].map((name) => fakeTrial(name, {}, { teacher }));
  const outcomes = [teacher, ...trials].map(({ id }, index) => {
    const run = runIdOf(id, 'f'.repeat(64), 1);
    const folder = runFolder(workspace, id, run);
    mkdirSync(folder, { recursive: true });
    const epoch = (seq: number, time: string) => ({
      seq,
      time,
      type: 'epoch',
      epoch: seq,
      step: 100 * seq,
      lr: 0.1,
      losses: { total: 1 },
      metrics: [],
      lossChain: '',
      trainSeconds: 12,
      evalSeconds: 0,
      msPerStep: 120,
      peakMemoryMiB: 1,
      ...(index > 0 && { students: 2 }),
    });
    const lines = [
      {
        seq: 0,
        time: '2026-01-01T00:00:00Z',
        type: 'start',
        parameters: 1,
        stepsPerEpoch: 100,
        initialWeights: '',
      },
      epoch(1, '2026-01-01T00:01:00Z'),
      epoch(2, '2026-01-02T00:01:00Z'),
      epoch(3, '2026-01-02T00:02:00Z'),
    ];
    writeFileSync(journalFile(folder), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const state = 'completed' as const;
    return { trial: id, state, reused: false, reason: '', run, headline: 1, seconds: 1 };
  });
  const before = new Map(trials.map(({ spec }) => [sharedStepKey(spec, 2), [50]]));
  const units = [[teacher], trials];
  const since = '2026-01-02T00:00:00Z';
  const check = checkEstimate(workspace, outcomes, units, before, since);
  // Two epochs of 100 steps at 50 ms of each student, and half of two epochs of 12 s of each.
  assert.deepEqual(check, { trials: 2, unpriced: 1, predictedSeconds: 20, seconds: 24 });
  assert.deepEqual(estimateLines(check), [
    'Training was estimated at 20 s of processes and took 24 s: 20 % more (1 trial had no estimate).',
  ]);
  const reused = outcomes.map((outcome) => ({ ...outcome, reused: true }));
  assert.equal(checkEstimate(workspace, reused, units, before, since), null);
  assert.deepEqual(estimateLines(null), []);
});
