import type { Recipe, ScheduleRecipe, WarmupRecipe } from '../../../contract/spec.ts';

/** Fields of a recipe that decide the learning rate. */
export type ScheduledRecipe = {
  readonly optimizer: Pick<Recipe['optimizer'], 'lr'>;
  readonly schedule: ScheduleRecipe;
  readonly epochs: number;
};

const defaultWarmup: WarmupRecipe = { by: 'step', startFactor: 0.001 };

/**
 * Learning rate of one step.
 *
 * @param epoch counted from 1
 * @param stepInEpoch counted from 0
 * @param stepsPerEpoch steps of every epoch
 */
export function learningRate(
  recipe: ScheduledRecipe,
  epoch: number,
  stepInEpoch: number,
  stepsPerEpoch: number,
): number {
  const { schedule } = recipe;
  const base = recipe.optimizer.lr;
  const completed = epoch - 1;
  const step = completed * stepsPerEpoch + stepInEpoch;
  const regular = regularRate(recipe, completed, step, stepsPerEpoch);
  const warmup = schedule.warmup ?? defaultWarmup;
  if (warmup.by === 'epoch') {
    if (completed >= schedule.warmupEpochs) return regular;
    return warmup.startLr + (completed * (base - warmup.startLr)) / schedule.warmupEpochs;
  }
  const warmupSteps = warmup.steps ?? schedule.warmupEpochs * stepsPerEpoch;
  if (step >= warmupSteps) return regular;
  if (warmup.shape === 'constant') return regular * warmup.startFactor;
  return regular * (1 - (1 - step / warmupSteps) * (1 - warmup.startFactor));
}

/**
 * The rate without warm-up.
 *
 * - `multistep`: torch's MultiStepLR. mdistiller counts epochs from 1 and decays when epoch >
 *   stage: the same moments.
 * - `cosine`: torch's CosineAnnealingLR over all epochs (Loshchilov & Hutter 2017,
 *   arXiv:1608.03983, eq. 5), per epoch; timm's too, whose warm-up epochs count as part of the
 *   cosine.
 * - `poly`: base (1 - step / steps)^power down to `minLr`, per step (TorchDistiller,
 *   mmsegmentation).
 */
function regularRate(
  { optimizer: { lr }, schedule, epochs }: ScheduledRecipe,
  completed: number,
  step: number,
  stepsPerEpoch: number,
): number {
  switch (schedule.kind) {
    case 'constant':
      return lr;
    case 'multistep': {
      const decays = schedule.milestones.filter((milestone) => completed >= milestone).length;
      return lr * schedule.gamma ** decays;
    }
    case 'cosine': {
      const share = Math.min(1, completed / epochs);
      return schedule.minLr + ((lr - schedule.minLr) * (1 + Math.cos(Math.PI * share))) / 2;
    }
    case 'poly': {
      const left = Math.max(0, 1 - step / (epochs * stepsPerEpoch));
      return schedule.minLr + (lr - schedule.minLr) * left ** schedule.power;
    }
  }
}
