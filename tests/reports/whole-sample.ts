import type { BenchSuite } from '../../contract/bench-suites.ts';
import { type BenchFigure, benchName, writeBench } from '../../results/benches.ts';
import { parityName, writeParity } from '../../results/parity.ts';
import type { PublishedNumberRow } from '../../results/published.ts';
import { makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { steady, writeNights } from '../results/nights.ts';
import { writeSample } from './sample.ts';

/**
 * The sample, and beside it everything that the other pages show: nights with a drop, a result of
 * verify, an official run.
 */
export function writeWholeSample(workspace: string): readonly PublishedNumberRow[] {
  const published = writeSample(workspace);
  writeNights(
    workspace,
    steady(20, (day) => (day < 15 ? 71 : 70.1)),
    'nights',
  );
  writeJournal(
    workspace,
    makeJournal({
      spec: makeSpec({
        implementation: 'official',
        scale: 'paper',
        model: 'wrn_16_2',
        method: 'kd+lskd',
        teacher: { kind: 'unrecorded', model: 'wrn_40_2' },
        data: { dataset: 'cifar100', hash: 'not recorded' },
      }),
      accuracies: [60, 76.3, 76.1],
      events: [{ kind: 'import', message: 'Read from kd-lskd.log.' }],
    }),
  );
  const startedAt = '2026-01-03T04:05:06.789Z';
  writeParity(workspace, {
    schemaVersion: 1,
    parity: parityName(startedAt, 'recorded'),
    startedAt,
    mode: 'recorded',
    ownGolden: true,
    seconds: 312,
    environment: {
      cpu: 'Test CPU 3000',
      cores: 2,
      os: 'Linux 6.1',
      node: 'v22.12.0',
      tensorflow: '2.18.0',
      commit: 'abcdef0123456789abcdef0123456789abcdef01',
      dirty: false,
    },
    cases: [
      { file: 'losses/kd.json', name: 'kd_T4', ok: true, maxError: 1.2e-7, tolerance: 1e-5 },
      { file: 'losses/lskd.json', name: 'lskd T2 <b>', ok: true, maxError: 4e-6, tolerance: 1e-5 },
      { file: 'losses/ctkd.json', name: 'ctkd', ok: false, maxError: 3e-4, tolerance: 1e-5, note: 'gradient of temperature' },
      { file: 'models/cifar_resnet8.json', name: 'eval', ok: true, maxError: 9e-7, tolerance: 5e-6 },
      { file: 'models/cifar_vgg8.json', name: 'names', ok: false, maxError: Number.MAX_VALUE, tolerance: 5e-6 },
    ], // biome-ignore format: a table
    notCovered: ['losses/new.json'],
  });
  writeBenches(workspace);
  return published;
}

const figure = (
  name: string,
  [side, variant, workers, threads]: readonly ['redistill' | 'peer', string, number, number],
  quantity: string,
  value: number,
  unit = 'ms',
): BenchFigure => ({
  name,
  side,
  variant,
  workers,
  threads,
  quantity,
  value,
  unit,
  samples: 9,
  smallest: quantity === 'step' ? value - 2 : null,
  deviation: quantity === 'step' ? 1.25 : null,
});

/**
 * Steps on one thread and on two, two workers being best; a cohort with a student that differs; an
 * older one, not shown.
 */
function writeBenches(workspace: string): void {
  const ours = ['redistill', 'recorded', 1, 1] as const;
  const peer = ['peer', 'folded', 1, 1] as const;
  const kd = 'kd-resnet32x4-resnet8x4';
  const six = 'six <b>students</b>';
  bench(workspace, 'step', '2026-01-01T00:00:00.000Z', [figure('old', ours, 'step', 1)]);
  bench(workspace, 'step', '2026-01-03T05:00:00.000Z', [
    figure(kd, ours, 'step', 1200),
    figure(kd, ['redistill', 'eager', 1, 1], 'step', 1500),
    figure(kd, ours, 'harness', 1.2),
    figure(kd, ours, 'memory', 780.4, 'MiB'),
    figure(kd, ours, 'start', 900),
    figure(kd, ours, 'first-step', 3100),
    figure(kd, ['peer', 'plain', 1, 1], 'step', 1500),
    figure(kd, peer, 'step', 1320),
    figure(kd, peer, 'memory', 610, 'MiB'),
    figure(kd, peer, 'start', 1400),
    figure(kd, ['redistill', 'recorded', 1, 2], 'step', 800),
    figure(kd, ['redistill', 'recorded', 2, 1], 'step', 650),
    figure(kd, ['redistill', 'recorded', 2, 1], 'memory', 1560, 'MiB'),
    figure(kd, ['peer', 'folded', 1, 2], 'step', 720),
    figure(kd, ['peer', 'folded', 2, 1], 'step', 735),
  ]);
  bench(workspace, 'cohort', '2026-01-03T05:10:00.000Z', [
    figure(six, ours, 'step', 4000),
    figure(six, ours, 'differing', 1, '1'),
    figure(six, peer, 'step', 8000),
    figure(six, ['peer', 'folded, shared teacher', 1, 1], 'step', 4400),
  ]);
  bench(workspace, 'methods', '2026-01-03T05:20:00.000Z', [
    figure(kd, ['redistill', 'kd', 1, 1], 'step', 1200),
    figure(kd, ['redistill', 'kd', 1, 1], 'against-kd', 1, '1'),
    figure(kd, ['redistill', 'crd', 1, 1], 'step', 1500),
    figure(kd, ['redistill', 'crd', 1, 1], 'against-kd', 1.25, '1'),
  ]);
  bench(workspace, 'store', '2026-01-03T05:30:00.000Z', [
    figure('store', ['redistill', '', 1, 1], 'time', 15_000),
    figure('store', ['redistill', '', 1, 1], 'rate', 66_667, 'epochs/s'),
    figure('store', ['redistill', '', 1, 1], 'memory', 1690, 'MiB'),
  ]);
}

function bench(
  workspace: string,
  suite: BenchSuite,
  startedAt: string,
  figures: readonly BenchFigure[],
): void {
  writeBench(workspace, {
    schemaVersion: 1,
    bench: benchName(startedAt, suite),
    suite,
    startedAt,
    seconds: 95,
    environment: {
      cpu: 'Test CPU 3000',
      cores: 2,
      memoryGiB: 8,
      gpu: null,
      os: 'Linux 6.1',
      node: 'v22.12.0',
      tensorflow: suite === 'store' ? null : '2.18.0',
      torch: suite === 'step' || suite === 'cohort' ? '1.13.0' : null,
      load: 1.1,
      commit: 'abcdef0123456789abcdef0123456789abcdef01',
      dirty: true,
    },
    figures,
  });
}
