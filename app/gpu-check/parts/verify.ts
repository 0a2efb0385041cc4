import { figure, type GpuCheckPart, small } from '../part.ts';
import { verified, worst } from '../verified.ts';

export const part: GpuCheckPart = {
  title: 'Official numerics in 32 bits',
  about:
    'redistill verify --sample on the device, without TF32: losses with gradients, networks, optimizers. Passes where every case is within its tolerance, which is the noise of single precision.',
  limit: 70,
  async run(place) {
    const cases = await verified(place, false);
    const failed = cases.filter(({ ok }) => !ok);
    const nearest = worst(cases);
    return {
      passed: failed.length === 0,
      sentence:
        failed.length === 0
          ? `${cases.length} cases agree; ${nearest.file}, ${nearest.name} comes nearest to its tolerance: ${small(nearest.maxError)} of ${small(nearest.tolerance)}.`
          : `${failed.length} of ${cases.length} cases differ, most of all ${nearest.file}, ${nearest.name}: ${small(nearest.maxError)} of ${small(nearest.tolerance)}.`,
      figures: [
        figure('cases', cases.length, '1'),
        figure('cases that differ', failed.length, '1'),
        figure(
          'nearest error as a share of its tolerance',
          nearest.maxError / nearest.tolerance,
          '1',
        ),
      ],
    };
  },
};
