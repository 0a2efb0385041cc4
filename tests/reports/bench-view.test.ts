import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf } from '../../bench/figures.ts';
import type { BenchSuite } from '../../contract/bench-suites.ts';
import { benchViews } from '../../reports/views/bench-view.ts';
import type { BenchFigure, BenchRunRow } from '../../results/benches.ts';

const run = (suite: BenchSuite, figures: readonly BenchFigure[]): BenchRunRow => ({
  ...{ bench: `20260101T000000000Z-${suite}`, suite, startedAt: '2026-01-01T00:00:00.000Z' },
  ...{ seconds: 60, cpu: 'Test CPU', cores: 2, memoryGiB: 8, gpu: null, os: 'Linux', load: 0 },
  ...{ node: '22.0.0', tensorflow: '2.21.0', torch: '2.15.0', commit: null, dirty: false },
  figures,
});

const figure = (more: Partial<BenchFigure>): BenchFigure => ({
  ...{ name: 'resnet20', side: 'redistill', variant: 'recorded', workers: 1, threads: 1 },
  ...{ quantity: 'step', value: 100, unit: 'ms', samples: 25, smallest: 90, deviation: 1 },
  ...more,
});

const texts = (suite: BenchSuite, figures: readonly BenchFigure[]) =>
  benchViews([run(suite, figures)]).map(({ id, columns, rows }) => ({
    id,
    rows: rows.map(({ name, cells }) => ({
      name,
      cells: Object.fromEntries(
        cells.map(({ text, detail }, index) => [columns[index + 1] ?? '', [text, detail] as const]),
      ),
    })),
  }));

test('each layout of workers and threads has a row beside the peer on as many, with an interval', () => {
  const layouts = [
    { workers: 1, threads: 1, ours: 100, peer: 120 },
    { workers: 1, threads: 2, ours: 60, peer: 54 },
    { workers: 2, threads: 1, ours: 50, peer: 55 },
  ];
  const [view] = texts(
    'step',
    layouts.flatMap(({ workers, threads, ours, peer }) => [
      figure({ workers, threads, value: ours }),
      figure({ workers, threads, value: 300, quantity: 'nodes' }),
      figure({ workers, threads, value: 100, quantity: 'nodes-gpu' }),
      ...['plain', 'compiled'].map((variant, index) =>
        figure({ side: 'peer', variant, workers, threads, value: peer + 10 * (1 - index) }),
      ),
    ]),
  );
  const shown = view?.rows.map(({ cells }) => [
    cells['Workers × threads']?.[0],
    cells['PyTorch against Redistill']?.[0],
    cells['Nodes, CPU / GPU']?.[0],
  ]);
  assert.deepEqual(shown, [
    ['1 × 1', '× 1.20', '300 / 100'],
    ['1 × 2', '× 0.90', '300 / 100'],
    ['2 × 1', '× 1.10', '300 / 100'],
  ]);
  // Relative errors of medians of 25: 1.2533 x 1.4826 / 5 of 1 / 120 and 1 / 100.
  assert.equal(view?.rows[0]?.cells['PyTorch against Redistill']?.[1], '1.19 to 1.21');
});

test('what a published table comes to with kept outputs stands beside PyTorch on the cost page', () => {
  const totals = [
    { name: 'KD and DKD', kept: 300, computed: 400, peer: 1000, misses: 0.135 },
    { name: 'MLKD too', kept: 600, computed: 700, peer: null, misses: 0.045 },
  ];
  const figures = figuresOf({ suite: 'kept', results: [], totals } as never);
  const view = texts('kept', figures).find(({ id }) => id === 'bench-kept-totals');
  assert.deepEqual(
    view?.rows.map(({ name, cells }) => [name, ...Object.values(cells).map(([text]) => text)]),
    [
      ['KD and DKD', '300', '400', '1000', '× 0.30', '× 0.40', '13.5 %'],
      ['MLKD too', '600', '700', '', '', '', '4.5 %'],
    ],
  );
});

test('a bench of kept outputs from before totals were kept has its parts alone', () => {
  const ids = texts('kept', [figure({ name: 'kd' })]).map(({ id }) => id);
  assert.deepEqual(ids, ['bench-kept']);
});
