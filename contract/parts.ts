import { UsageError } from '../common/errors.ts';
import type { Recipe } from './spec.ts';

/** What a machine is asked for: it decides no numbers, and so is no part of what a trial is. */
export interface Division {
  /** Pictures that one GPU works on at a time. */
  readonly samplesPerGpu?: number | undefined;
  /** GPUs of one training; on a processor: processes. Default: 1. */
  readonly gpus?: number | undefined;
}

/** How the batches of a training are worked off. */
export interface BatchParts {
  /** Pictures of a part. */
  readonly size: number;
  /** GPUs that share the parts; on a processor: processes. */
  readonly gpus: number;
}

/** The fields of a recipe that decide parts. */
type Divided = Pick<Recipe, 'name' | 'epochs' | 'batchSize' | 'samplesPerGpu'>;

/**
 * The parts of a training's batches; null where each batch is worked off as a whole.
 *
 * A recipe with `samplesPerGpu` says itself what a part is, and the machine only how many GPUs
 * share them.
 *
 * @throws UsageError `TRIAL_PARTS` where batches cannot be divided so
 */
export function partsOf(recipe: Divided, asked: Division = {}): BatchParts | null {
  const { epochs, batchSize, samplesPerGpu: stated } = recipe;
  const { gpus = 1, samplesPerGpu: wanted } = asked;
  if (epochs === 0) return null;
  if (stated !== undefined && wanted !== undefined && stated !== wanted) {
    throw cannotDivide(
      recipe,
      `its field samplesPerGpu is ${stated}, and --samples-per-gpu ${wanted}`,
      'Leave out --samples-per-gpu: the recipe says what a part is.',
    );
  }
  const size = Math.min(batchSize, stated ?? wanted ?? Math.max(1, Math.floor(batchSize / gpus)));
  if (batchSize % size !== 0) {
    throw cannotDivide(
      recipe,
      `batches of ${batchSize} are no whole number of parts of ${size} pictures`,
      `Take a divisor of ${batchSize}.`,
    );
  }
  const parts = batchSize / size;
  if (parts % gpus !== 0) {
    const pieces = parts === 1 ? 'are one part' : `have ${parts} parts`;
    throw cannotDivide(
      recipe,
      `batches of ${batchSize} ${pieces}, which ${gpus} GPUs cannot share equally`,
      `Take a divisor of ${parts} for --gpus${stated === undefined ? ', or fewer --samples-per-gpu' : ''}.`,
    );
  }
  return parts === 1 ? null : { size, gpus };
}

function cannotDivide({ name }: Divided, why: string, hint: string): UsageError {
  return new UsageError('TRIAL_PARTS', `Of the recipe ${name}, ${why}.`, { hint });
}

/** Parts in words: `4 parts of 2 pictures on 2 GPUs`. */
export function partsInWords(batchSize: number, { size, gpus }: BatchParts): string {
  const pictures = `${size} picture${size === 1 ? '' : 's'}`;
  return `${batchSize / size} parts of ${pictures}${gpus > 1 ? ` on ${gpus} GPUs` : ''}`;
}
