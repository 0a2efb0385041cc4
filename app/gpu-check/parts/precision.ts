import { RedistillError } from '../../../common/errors.ts';
import { codePath } from '../../../common/installation.mjs';
import { ownProcess } from '../own-process.ts';
import { difference, figure, type GpuCheckPart, small } from '../part.ts';

/** Trains a network some steps in both precisions and prints what it saw. */
const script = codePath(new URL('../../../bench/precision-process.ts', import.meta.url));

/** Largest relative difference of a step's loss that 16 bits may make: they keep 8 to 11 bits. */
const tolerance = 0.05;

/** What the script prints. */
interface Precisions {
  readonly name: string;
  readonly whole: { readonly losses: readonly number[]; readonly ms: number };
  readonly mixed: { readonly losses: readonly number[]; readonly ms: number };
}

export const part: GpuCheckPart = {
  title: 'Mixed precision',
  about: `The same steps in 32 bits and with 16-bit operations (float16 on a GPU; bfloat16 on a CPU that has it). Passes where every loss is within ${tolerance} of that in 32 bits.`,
  limit: 50,
  async run(place) {
    const { stdout, exitCode, reason } = await ownProcess(script, [], place, { threads: 1 });
    if (exitCode !== 0) {
      throw new RedistillError('GPU_CHECK_COMMAND', `The steps ended with ${exitCode}: ${reason}`);
    }
    const { name, whole, mixed } = JSON.parse(stdout) as Precisions;
    const apart = Math.max(
      ...whole.losses.map((loss, step) => difference(mixed.losses[step] ?? Number.NaN, loss)),
    );
    const passed = whole.losses.length > 0 && apart <= tolerance;
    return {
      passed,
      sentence: `The losses of ${whole.losses.length} steps of ${name} are ${passed ? 'within' : 'off by'} ${small(apart)} of those in 32 bits${apart === 0 ? ': this processor left 32 bits' : ''}.`,
      figures: [
        figure('largest difference of a loss', apart, '1'),
        figure('a step in 32 bits', whole.ms, 'ms'),
        figure('a step in mixed precision', mixed.ms, 'ms'),
      ],
    };
  },
};
