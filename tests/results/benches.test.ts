import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BenchSuite } from '../../contract/bench-suites.ts';
import {
  type BenchFigure,
  type BenchRecord,
  benchName,
  latestBenches,
  writeBench,
} from '../../results/benches.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { benchFile, databaseFile } from '../../results/workspace.ts';
import { temporaryFolder } from './temporary.ts';

const step: BenchFigure = {
  name: 'resnet20',
  side: 'redistill',
  variant: 'recorded',
  workers: 1,
  threads: 2,
  quantity: 'step',
  value: 150.25,
  unit: 'ms',
  samples: 12,
  smallest: 149,
  deviation: 0.5,
};

function record(
  suite: BenchSuite,
  startedAt: string,
  figures: BenchRecord['figures'],
): BenchRecord {
  return {
    schemaVersion: 1,
    bench: benchName(startedAt, suite),
    suite,
    startedAt,
    seconds: 20,
    environment: {
      cpu: 'Test CPU',
      cores: 2,
      memoryGiB: 8,
      gpu: null,
      os: 'Linux',
      node: 'v22.12.0',
      tensorflow: '2.21.0',
      torch: null,
      load: 1.5,
      commit: null,
      dirty: false,
    },
    figures,
  };
}

async function latest(workspace: string) {
  const store = await openStore(databaseFile(workspace), 'read');
  return latestBenches(store).finally(() => store.close());
}

test('benches come into the database, and again after it was deleted; the newest of each suite counts', async (context) => {
  const workspace = temporaryFolder(context);
  const journal = { ...step, name: 'journal', quantity: 'time', smallest: null, deviation: null };
  writeBench(workspace, record('store', '2026-01-02T00:00:00.000Z', [journal]));
  writeBench(workspace, record('step', '2026-01-02T03:04:05.678Z', [{ ...step, value: 7 }]));
  writeBench(
    workspace,
    record('step', '2026-01-03T03:04:05.678Z', [step, { ...step, side: 'peer' }]),
  );
  for (const [rebuild, changed] of [
    [false, 3],
    [false, 0],
    [true, 3],
  ] as const) {
    const summary = await ingest({ workspace, rebuild });
    assert.deepEqual([summary.problems, summary.benches], [[], { found: 3, changed }]);
    const benches = await latest(workspace);
    assert.deepEqual(
      benches.map(({ suite, figures }) => [suite, figures]),
      [
        ['step', [step, { ...step, side: 'peer' }]],
        ['store', [journal]],
      ],
    );
    const { figures: _, ...conditions } = benches[0] as (typeof benches)[number];
    const {
      environment,
      figures: __,
      schemaVersion: ___,
      ...own
    } = record('step', '2026-01-03T03:04:05.678Z', []);
    assert.deepEqual(conditions, { ...own, ...environment, startedAt: '2026-01-03T03:04:05Z' });
  }
  rmSync(databaseFile(workspace));
  await ingest({ workspace });
  assert.equal((await latest(workspace)).length, 2);
});

test('a file that is no result of bench is named with its field, and what was known stays', async (context) => {
  const workspace = temporaryFolder(context);
  const good = record('step', '2026-01-03T03:04:05.678Z', [step]);
  writeBench(workspace, good);
  await ingest({ workspace });
  const path = benchFile(workspace, good.bench);
  const { os: _, ...noSystem } = good.environment;
  const cases: [unknown, RegExp][] = [
    ['{', /not JSON/],
    [null, /no result of bench/],
    [{ ...good, schemaVersion: 2 }, /schemaVersion is 2/],
    [{ ...good, startedAt: 'today' }, /startedAt is "today"/],
    [{ ...good, suite: 'all' }, /suite: "all" is not allowed here/],
    [{ ...good, seconds: '20' }, /seconds: must be a number, not "20"/],
    [{ ...good, environment: noSystem }, /environment: the field "os" is missing/],
    [{ ...good, figures: {} }, /figures: must be a list/],
    [
      { ...good, figures: [step, { ...step, value: '1' }] },
      /figures\[1\]\.value: must be a number, not "1"/,
    ],
    [{ ...good, bench: 'other' }, /it holds other/],
  ];
  for (const [value, message] of cases) {
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
    const { problems } = await ingest({ workspace });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['BENCH_UNREADABLE'],
    );
    assert.match(problems[0]?.message ?? '', message);
    assert.match(problems[0]?.message ?? '', /^runs\/benches\//);
  }
  assert.deepEqual((await latest(workspace))[0]?.figures, [step]);
  assert.ok(path.startsWith(join(workspace, 'runs', 'benches')));
});
