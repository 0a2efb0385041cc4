import { parityName, writeParity } from '../../results/parity.ts';
import type { PublishedNumber } from '../../results/published.ts';
import { makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { steady, writeNights } from '../results/nights.ts';
import { writeSample } from './sample.ts';

/** The sample, and beside it everything that the other pages show: nights with a drop, a result of verify, an official run. */
export function writeWholeSample(workspace: string): readonly PublishedNumber[] {
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
  return published;
}
