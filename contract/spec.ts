import { hashJson, type Json } from '../common/canonical.ts';

/** Every JSON that Redistill writes carries the version of its schema. */
export const schemaVersion = 1;

export type Scale = 'paper' | 'proxy' | 'smoke';
export type Implementation = 'redistill' | 'official' | 'external';
export type Task = 'classification' | 'detection' | 'segmentation';
export type HyperValue = number | string | boolean;
/** Hyper-parameters of a method by name, completely resolved: defaults are written out. */
export type Hyper = Readonly<Record<string, HyperValue>>;

/**
 * A training protocol with every default written out. Epochs count from 1 everywhere in Redistill.
 */
export interface Recipe {
  readonly name: string;
  readonly epochs: number;
  readonly batchSize: number;
  /**
   * Whether an incomplete last batch of an epoch is left out (PyTorch's `drop_last`; official code
   * keeps it).
   */
  readonly dropLast: boolean;
  readonly optimizer: SgdRecipe | AdamWRecipe;
  readonly schedule: ScheduleRecipe;
  readonly augmentation: {
    readonly crop: { readonly padding: number } | null;
    readonly flip: boolean;
    /**
     * A second, strong view of every picture for methods that learn from two (MLKD). Absent: there
     * is none.
     */
    readonly strong?: StrongViewRecipe;
    /** Random changes of colours (segmentation). Absent: none. */
    readonly distortion?: PhotometricRecipe;
  };
  /**
   * How pictures that are larger than the network's input become it. Absent: they are as large as
   * the input.
   */
  readonly input?: InputRecipe;
  /**
   * Gradients are scaled down to this global L2 norm where theirs is larger (torch's
   * `clip_grad_norm_`). Absent: never.
   */
  readonly clipNorm?: number;
  /**
   * Training steps in all, where a protocol counts those instead of epochs. `epochs` then says into
   * how many equal parts they are cut, with an evaluation after each; schedules by epoch count
   * these parts.
   */
  readonly iterations?: number;
  /**
   * Backbone stages that are not trained: 0 freezes the stem, n the first n stages too
   * (`frozen_stages`). Absent: none.
   */
  readonly frozenStages?: number;
  /**
   * Batch norm of the backbone uses its running statistics in training (`norm_eval`). Absent: those
   * of the batch.
   */
  readonly normEval?: true;
  /**
   * The student starts with every teacher weight outside the backbone (FGD's `init_student`).
   * Absent: with its own.
   */
  readonly initStudent?: true;
  /**
   * Weights that the backbone starts with: a file (`torchvision/resnet50`) or a set with one for
   * every architecture (`imagenet`), of reference/backbones. Which they were in a trial stands in
   * `TrialSpec.backbone`. Absent: every weight is drawn.
   */
  readonly pretrained?: string;
  /**
   * Name of the channel statistics with which pictures are normalised
   * (runners/data/normalisation.ts). A teacher whose weights state another one sees the pictures in
   * its own. Absent: those of the data set.
   */
  readonly normalisation?: string;
  /**
   * `mixed`: 16-bit operations where they gain, weights in 32 bits, dynamic loss scaling
   * (runners/engine/optim/loss-scale.ts). On a GPU only. Absent: 32 bits throughout.
   */
  readonly precision?: 'mixed';
  /** Weight of label smoothing in the cross-entropy; 0 is plain cross-entropy. */
  readonly labelSmoothing: number;
  /**
   * Training pictures used (the first n of a seed-independent class-balanced selection); null is
   * all of them.
   */
  readonly trainPictures: number | null;
}

export type InputRecipe = SquareInputRecipe | KeepRatioRecipe | ScaleCropRecipe;

/**
 * `random-resized-crop`: torchvision's crop of 8 to 100 % of the area with a side ratio of 3/4 to
 * 4/3, resized to `size`. `random-crop`: the whole picture is resized to `resize` x `resize`, and a
 * piece of `size` x `size` cut at random. Both are tested on the middle `size` x `size` of the
 * picture resized to `resize` (`random-resized-crop`: its shorter edge).
 */
export interface SquareInputRecipe {
  readonly kind: 'random-resized-crop' | 'random-crop';
  readonly size: number;
  readonly resize: number;
}

/**
 * Detection: as large as both bounds allow, proportions kept, padded to the batch (mmdetection's
 * Resize and Pad).
 */
export interface KeepRatioRecipe {
  readonly kind: 'keep-ratio';
  readonly long: number;
  readonly short: number;
}

/**
 * Segmentation: resized to the bounds times a random number from `ratio`, proportions kept, then
 * cropped at random (mmsegmentation's RandomResize and RandomCrop). Tested at the bounds.
 */
export interface ScaleCropRecipe {
  readonly kind: 'scale-crop';
  readonly long: number;
  readonly short: number;
  readonly ratio: readonly [least: number, most: number];
  readonly crop: readonly [height: number, width: number];
  /**
   * A crop in which one class has a larger share is drawn again, ten times at most
   * (`cat_max_ratio`). Absent: never.
   */
  readonly largestShare?: number;
  /**
   * Tested in windows of the crop's size this far apart, overlaps averaged. Absent: on the whole
   * picture.
   */
  readonly slide?: readonly [down: number, across: number];
}

/**
 * `operations` random operations of FixMatch's list, then a grey square of up to `cutout` of the
 * width (runners/data/augment).
 */
export interface StrongViewRecipe {
  readonly kind: 'rand-augment';
  readonly operations: number;
  readonly cutout: number;
}

/**
 * mmsegmentation's PhotoMetricDistortion (runners/data/dense/photometric.ts): each change with
 * probability one half.
 */
export interface PhotometricRecipe {
  readonly kind: 'photometric';
  /** Added to every byte: a number from minus this to this. */
  readonly brightness: number;
  /** Every byte is multiplied by a number from this range. */
  readonly contrast: readonly [least: number, most: number];
  /** The same for the saturation. */
  readonly saturation: readonly [least: number, most: number];
  /** The hue is turned by a whole number of two degrees, from minus this to less than this. */
  readonly hue: number;
}

export interface SgdRecipe {
  readonly kind: 'sgd';
  readonly lr: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

export interface AdamWRecipe {
  readonly kind: 'adamw';
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/**
 * A learning-rate schedule; `milestones` are counts of completed epochs, as torch's MultiStepLR has
 * them.
 */
export type ScheduleRecipe = {
  readonly warmupEpochs: number;
  /**
   * How the rate rises during the warm-up. Absent: by step from 0.001 of the scheduled rate (mmcv's
   * linear warm-up).
   */
  readonly warmup?: WarmupRecipe;
} & (
  | { readonly kind: 'constant' }
  | { readonly kind: 'multistep'; readonly milestones: readonly number[]; readonly gamma: number }
  | { readonly kind: 'cosine'; readonly minLr: number }
  | { readonly kind: 'poly'; readonly power: number; readonly minLr: number }
);

export type WarmupRecipe =
  /**
   * timm's: constant within an epoch, from `startLr` in the first epoch linearly to the base rate.
   */
  | { readonly by: 'epoch'; readonly startLr: number }
  /**
   * mmcv's: every step, from `startFactor` of the scheduled rate to all of it, over `steps` instead
   * of the epochs if given.
   */
  | { readonly by: 'step'; readonly startFactor: number; readonly steps?: number };

/**
 * What a data set was when the trial was planned. `hash` covers files, split and preprocessing
 * version.
 */
export interface DataIdentity {
  readonly dataset: string;
  readonly hash: string;
}

/**
 * Where a student's teacher comes from: another trial, or an imported checkpoint. Of an official
 * run whose log names only the network, the weights are `unrecorded`; nothing can be trained from
 * that.
 */
export type TeacherRef =
  | { readonly kind: 'trial'; readonly model: string; readonly trial: TrialId }
  | { readonly kind: 'checkpoint'; readonly model: string; readonly sha256: string }
  | { readonly kind: 'unrecorded'; readonly model: string };

/** Released weights that a backbone starts with, by their content. */
export interface BackboneRef {
  /** `torchvision/resnet50`. */
  readonly name: string;
  /**
   * SHA-256 of the weights as `importBackbone` stores them: equal for equal weights, whatever
   * format they came in.
   */
  readonly sha256: string;
}

/**
 * Training code that is not ours: which, at which commit, how it is called, and how its log is
 * read.
 */
export interface ExternalSource {
  readonly repository: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Whether a checkout that differs from the commit is refused, or used and recorded. */
  readonly dirty: 'refuse' | 'record';
  /**
   * Program and arguments; `{seed}` and other placeholders stand for what the trial is. No shell.
   */
  readonly command: readonly string[];
  readonly environment: {
    /** Variables of ours that it may see beside a few harmless ones. */
    readonly pass: readonly string[];
    readonly set: Readonly<Record<string, string>>;
  };
  readonly log: ExternalLog;
  /** What it calls our networks, methods and data sets, where that differs. */
  readonly names: Readonly<Record<string, string>>;
}

export interface ExternalLog {
  /** With placeholders; null reads what it prints. */
  readonly file: string | null;
  /** The number of its first epoch. */
  readonly firstEpoch: 0 | 1;
  readonly format:
    | 'mdistiller'
    /**
     * A line that begins with `starts` must match `pattern`, whose named groups are its numbers.
     */
    | readonly { readonly starts: string; readonly pattern: string }[];
}

/**
 * Everything that determines a trial's numbers, and nothing else: no comments, paths, machine or
 * time (decision 2). Equal specs are the same trial.
 */
export interface TrialSpec {
  readonly schemaVersion: typeof schemaVersion;
  readonly implementation: Implementation;
  readonly task: Task;
  readonly scale: Scale;
  readonly role: 'teacher' | 'student';
  readonly model: string;
  /** Canonical method id: `none`, `kd`, `dkd+sdd+lskd`. Teachers are trained with `none`. */
  readonly method: string;
  readonly hyper: Hyper;
  readonly teacher: TeacherRef | null;
  readonly recipe: Recipe;
  readonly data: DataIdentity;
  readonly seed: number;
  /** What the network's own backbone starts with, where the recipe has `pretrained`. */
  readonly backbone?: BackboneRef;
  /** Of implementation `external`. */
  readonly external?: ExternalSource;
}

/**
 * Stands where code that is not ours does not say something, for instance the hash of the data that
 * it read.
 */
export const unrecorded = 'not recorded';

/**
 * The recipe of a teacher that is only measured, because it was imported: no epoch, no step. Its
 * trial has the checkpoint as its teacher, and journals epoch 0. Where the recipe of a trained one
 * has `input`, so has this.
 */
export const evaluationRecipe: Recipe = {
  name: 'evaluation',
  epochs: 0,
  batchSize: 1,
  dropLast: false,
  optimizer: { kind: 'sgd', lr: 0, momentum: 0, nesterov: false, weightDecay: 0 },
  schedule: { kind: 'constant', warmupEpochs: 0 },
  augmentation: { crop: null, flip: false },
  labelSmoothing: 0,
  trainPictures: null,
};

/** 16 hexadecimal digits of the SHA-256 of the canonical spec. */
export type TrialId = string;

export function trialId(spec: TrialSpec): TrialId {
  return hashJson(spec as unknown as Json).slice(0, 16);
}
