/*
 * Fault 16: the same job on other hardware, or begun on one machine and requeued on another: a
 * series of its own.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricSeries, stepSeries } from '../../reports/history/series.ts';
import { history } from '../../results/history-queries.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import {
  makeEnvironment,
  makeJournal,
  makeSpec,
  numbered,
  writeJournal,
} from '../results/builder.ts';
import { writeNights } from '../results/nights.ts';
import { temporaryFolder } from '../results/temporary.ts';

const old = { cpu: 'Old CPU', cores: 2, memoryGiB: 8, gpu: null };
const fresh = { cpu: 'New CPU', cores: 2, memoryGiB: 8, gpu: null };

async function rowsOf(workspace: string) {
  await ingest({ workspace });
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    return await history(store);
  } finally {
    store.close();
  }
}

test('nights on two machines are two series, of numbers and of step times', async (t) => {
  const workspace = temporaryFolder(t);
  writeNights(workspace, [
    { day: 0, values: { kd: [70] }, hardware: old },
    { day: 1, values: { kd: [70.1] }, hardware: old },
    { day: 2, values: { kd: [68] }, hardware: fresh },
  ]);
  const rows = await rowsOf(workspace);
  for (const series of [metricSeries(rows), stepSeries(rows)]) {
    assert.deepEqual(
      series.map(({ key, points }) => [key.machine.replace(/, .*/, ''), points.length]).sort(),
      [
        ['New CPU', 1],
        ['Old CPU', 2],
      ],
    );
  }
});

test('a run that was requeued on another machine is in the series of neither', async (t) => {
  const workspace = temporaryFolder(t);
  const spec = makeSpec();
  const environment = (hardware: typeof old) => makeEnvironment({ hardware });
  const half = makeJournal({
    spec,
    accuracies: [10, 20],
    environment: environment(old),
    end: null,
  });
  const whole = makeJournal({ spec, accuracies: [10, 20, 30], environment: environment(old) });
  const resume = {
    type: 'resume',
    epoch: 2,
    step: 20,
    lostEpochs: 0,
    environment: environment(fresh),
  } as const;
  writeJournal(workspace, numbered([...half, resume, ...whole.slice(half.length)]));
  await ingest({ workspace });
  const store = await openStore(databaseFile(workspace), 'read');
  t.after(() => store.close());
  const [run] = await store.rows(
    'SELECT e.cpu, r.resumes FROM runs r JOIN environments e USING (environment)',
  );
  assert.deepEqual(run, { cpu: 'Old CPU, then New CPU', resumes: 1 });
});
