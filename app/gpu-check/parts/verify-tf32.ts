import { figure, type GpuCheckPart, small } from '../part.ts';
import { verified } from '../verified.ts';

/**
 * TF32 keeps 10 bits behind the point, so a product is off by up to 2^-11; sums over some hundred
 * products and two layers with batch norm make some ten times that of it.
 */
const tolerance = 0.05;

export const part: GpuCheckPart = {
  title: 'Official numerics with TF32',
  about: `The same with TF32, which is off unless it is asked for. Passes where every error is finite and at most ${tolerance}; how many cases leave their 32-bit tolerance says what TF32 costs. A CPU has no TF32: there the figures are those of 32 bits.`,
  limit: 70,
  async run(place) {
    const cases = await verified(place, true);
    const largest = cases.reduce((one, other) => (other.maxError > one.maxError ? other : one));
    const allowed = (each: (typeof cases)[number]) => Math.max(tolerance, each.tolerance);
    const failed = cases.filter((each) => !(each.maxError <= allowed(each)));
    const beyond = cases.filter(({ ok }) => !ok);
    return {
      passed: failed.length === 0,
      sentence: `${beyond.length} of ${cases.length} cases leave the tolerance of 32 bits; the largest error is ${small(largest.maxError)}, of ${largest.file}, ${largest.name}.`,
      figures: [
        figure('cases', cases.length, '1'),
        figure('cases beyond the tolerance of 32 bits', beyond.length, '1'),
        figure('largest error', largest.maxError, '1'),
      ],
    };
  },
};
