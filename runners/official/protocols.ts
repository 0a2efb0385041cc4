import type { Recipe } from '../trial/spec.ts';

/** The training protocol behind an official log, as far as it must be known to read the log. */
export interface OfficialProtocol {
  readonly recipe: Recipe;
  readonly stepsPerEpoch: number;
}

/** 1,281,167 training pictures in batches of 512, the incomplete last one kept. */
const imagenetSteps = Math.ceil(1_281_167 / 512);

/**
 * mdistiller's ImageNet protocol (megvii-research/mdistiller@a08d46f configs/imagenet/r34_r18/kd.yaml; LSKD's is the same,
 * reference/recipes/official.yaml: lskd-imagenet). No suite can ask for it: its random resized crop is no augmentation
 * that a recipe can state, so the name says what the fields cannot.
 */
const imagenet100: Recipe = {
  name: 'imagenet-100 (official, with random resized crop)',
  epochs: 100,
  batchSize: 512,
  dropLast: false,
  optimizer: { kind: 'sgd', lr: 0.2, momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
  schedule: { kind: 'multistep', warmupEpochs: 0, milestones: [30, 60, 90], gamma: 0.1 },
  augmentation: { crop: null, flip: true },
  labelSmoothing: 0,
  trainPictures: null,
};

/** Epochs of methods whose official schedule is longer than the others' (reference/recipes/official.yaml: lskd-cifar100). */
const longer: Readonly<Record<string, number>> = { mlkd: 480 };

/**
 * The protocol of a data set, or null where none is known.
 *
 * @param cifar the protocol common to the CIFAR-100 papers for a student, with other epochs where they are given
 */
export function officialProtocol(
  dataset: string,
  method: string,
  cifar: (epochs: number | undefined) => Recipe,
): OfficialProtocol | null {
  if (dataset === 'imagenet') return { recipe: imagenet100, stepsPerEpoch: imagenetSteps };
  if (dataset !== 'cifar100') return null;
  const recipe = cifar(longer[method.split('+')[0] as string]);
  return { recipe, stepsPerEpoch: Math.ceil(50_000 / recipe.batchSize) };
}
