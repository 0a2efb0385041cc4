import Type from 'typebox';
import { scales } from '../scales.ts';
import { constant, oneOf, recordOf, ref } from './define.ts';
import {
  dropPath,
  erasing,
  factors,
  jitter,
  keepRatioInput,
  labelLoss,
  mix,
  photometric,
  randAugment,
  scaleCropInput,
  side,
  sides,
  squareInput,
  strongView,
  warmupByEpoch,
  warmupByStep,
} from './recipe-parts.ts';

export { factors, side, sides };

const closed = { additionalProperties: false } as const;
const count = (minimum = 0) => Type.Integer({ minimum, maximum: 9007199254740991 });

export const scale = Type.Enum([...scales]);
export const implementation = Type.Enum(['redistill', 'official', 'external']);
export const task = Type.Enum(['classification', 'detection', 'segmentation']);

/** Hyper-parameters of a method by name, completely resolved: defaults are written out. */
export const hyper = recordOf(
  Type.Unsafe<number | string | boolean>({ type: ['number', 'string', 'boolean'] }),
);

/**
 * Weight decay leaves tensors of one axis alone: biases, scales of norms (timm's rule); `weights`:
 * class tokens and positions too.
 */
const decaying = Type.Enum(['matrices', 'weights']);

/** Exceptions for the biases of convolutions and linear layers; those of norms are as the rest. */
const forBiases = {
  /** Factor of their learning rate (mmcv's `bias_lr_mult`). Absent: 1. */
  biasRate: Type.Optional(Type.Number()),
  /** False: weight decay leaves them alone (mmcv's `bias_decay_mult` of 0). Absent: as the rest. */
  biasDecays: Type.Optional(Type.Unsafe<false>({ const: false })),
};

export const sgd = Type.Object(
  {
    kind: constant('sgd'),
    lr: Type.Number(),
    momentum: Type.Number(),
    nesterov: Type.Boolean(),
    weightDecay: Type.Number(),
    decays: Type.Optional(decaying),
    ...forBiases,
    /**
     * DOT: the gradient of the distillation loss has a momentum of its own, larger by this, and
     * that of the task's loss one that is smaller by this. Absent: one momentum for their sum.
     */
    delta: Type.Optional(Type.Number()),
  },
  closed,
);

export const adamW = Type.Object(
  {
    kind: constant('adamw'),
    lr: Type.Number(),
    beta1: Type.Number(),
    beta2: Type.Number(),
    epsilon: Type.Number(),
    weightDecay: Type.Number(),
    decays: Type.Optional(decaying),
    ...forBiases,
  },
  closed,
);

export const warmup = oneOf([warmupByEpoch, warmupByStep]);

/** What every schedule has. */
const warmupFields = {
  warmupEpochs: Type.Number(),
  /**
   * How the rate rises during the warm-up. Absent: by step from 0.001 of the scheduled rate (mmcv's
   * linear warm-up).
   */
  warmup: Type.Optional(warmup),
};

/**
 * A learning-rate schedule; `milestones` are counts of completed epochs, as torch's MultiStepLR has
 * them.
 */
export const schedule = oneOf([
  Type.Object({ ...warmupFields, kind: constant('constant') }, closed),
  Type.Object(
    {
      ...warmupFields,
      kind: constant('multistep'),
      milestones: Type.Array(Type.Number()),
      gamma: Type.Number(),
    },
    closed,
  ),
  Type.Object({ ...warmupFields, kind: constant('cosine'), minLr: Type.Number() }, closed),
  Type.Object(
    { ...warmupFields, kind: constant('poly'), power: Type.Number(), minLr: Type.Number() },
    closed,
  ),
]);

export const input = oneOf([squareInput, keepRatioInput, scaleCropInput]);

/**
 * A training protocol with every default written out. Epochs count from 1 everywhere in Redistill.
 */
export const recipe = Type.Object(
  {
    name: Type.String(),
    epochs: count(),
    batchSize: count(1),
    /**
     * Whether an incomplete last batch of an epoch is left out (PyTorch's `drop_last`; official
     * code keeps it).
     */
    dropLast: Type.Boolean(),
    optimizer: oneOf([sgd, adamW]),
    schedule,
    augmentation: Type.Object(
      {
        crop: Type.Unsafe<{ padding: number } | null>({
          type: ['object', 'null'],
          required: ['padding'],
          properties: { padding: { type: 'integer', minimum: 1 } },
        }),
        flip: Type.Boolean(),
        /**
         * A second, strong view of every picture for methods that learn from two (MLKD). Absent:
         * there is none.
         */
        strong: Type.Optional(strongView),
        /** Random changes of colours (segmentation). Absent: none. */
        distortion: Type.Optional(photometric),
        /** Pictures and labels of a batch are mixed in pairs. Absent: they are not. */
        mix: Type.Optional(mix),
        /** Random operations on colours and geometry after crop and mirror. Absent: none. */
        randAugment: Type.Optional(randAugment),
        /** Random changes of colours after crop and mirror. Absent: none. */
        jitter: Type.Optional(jitter),
        /** A random rectangle becomes noise, last of all. Absent: none. */
        erasing: Type.Optional(erasing),
      },
      closed,
    ),
    /**
     * How pictures of another size than the network's input become it. Absent: they are as large as
     * the input.
     */
    input: Type.Optional(input),
    /**
     * Gradients are scaled down to this global L2 norm where theirs is larger (torch's
     * `clip_grad_norm_`). Absent: never.
     */
    clipNorm: Type.Optional(Type.Number()),
    /**
     * Training steps in all, where a protocol counts those instead of epochs. `epochs` then says
     * into how many equal parts they are cut, with an evaluation after each; schedules by epoch
     * count these parts.
     */
    iterations: Type.Optional(count(1)),
    /**
     * Backbone stages that are not trained: 0 freezes the stem, n the first n stages too
     * (`frozen_stages`). Absent: none.
     */
    frozenStages: Type.Optional(count()),
    /**
     * Batch norm of the backbone uses its running statistics in training (`norm_eval`). Absent:
     * those of the batch.
     */
    normEval: Type.Optional(constant(true)),
    /**
     * The student starts with every teacher weight outside the backbone (FGD's `init_student`).
     * Absent: with its own.
     */
    initStudent: Type.Optional(constant(true)),
    /**
     * Weights that the backbone starts with: a file (`torchvision/resnet50`) or a set with one for
     * every architecture (`imagenet`), of reference/backbones. Which they were in a trial stands in
     * `TrialSpec.backbone`. Absent: every weight is drawn.
     */
    pretrained: Type.Optional(Type.String()),
    /**
     * Name of the channel statistics with which pictures are normalised
     * (runners/data/normalisation.ts). A teacher whose weights state another one sees the pictures
     * in its own. Absent: those of the data set.
     */
    normalisation: Type.Optional(Type.String()),
    /**
     * `mixed`: 16-bit operations where they gain, weights in 32 bits, dynamic loss scaling
     * (runners/engine/optim/loss-scale.ts). float16 on a GPU; on a CPU bfloat16, where it has
     * that. Absent: 32 bits throughout.
     */
    precision: Type.Optional(constant('mixed')),
    /** Weight of label smoothing in the cross-entropy; 0 is plain cross-entropy. */
    labelSmoothing: Type.Number(),
    /** The loss with labels. Absent: the cross-entropy of the softmax. */
    labelLoss: Type.Optional(labelLoss),
    /**
     * Stochastic depth: residual branches are left out at random in training, those of the last
     * block with this probability; how it grows from block to block is the network's own
     * (timm's `drop_path_rate`). Absent: never.
     */
    dropPath: Type.Optional(dropPath),
    /**
     * Pictures of one forward and backward pass, a divisor of `batchSize` below it: batch norm
     * takes the statistics of these, and methods compare these; gradients are those of the whole
     * batch. Only where that changes numbers. Absent: all of the batch.
     */
    samplesPerGpu: Type.Optional(count(1)),
    /**
     * Training pictures used (the first n of a seed-independent class-balanced selection); null is
     * all of them.
     */
    trainPictures: Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 1 }),
  },
  closed,
);

/**
 * What a data set was when the trial was planned. `hash` covers files, split and preprocessing
 * version.
 */
export const dataIdentity = Type.Object({ dataset: Type.String(), hash: Type.String() }, closed);

export const trialId = Type.String({ pattern: '^[0-9a-f]{16}$' });
export const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/**
 * Where a student's teacher comes from: another trial, or an imported checkpoint. Of an official
 * run whose log names only the network, the weights are `unrecorded`; nothing can be trained from
 * that.
 */
export const teacherRef = oneOf([
  Type.Object(
    { kind: constant('trial'), model: Type.String(), trial: ref('trialId', trialId) },
    closed,
  ),
  Type.Object(
    { kind: constant('checkpoint'), model: Type.String(), sha256: ref('sha256', sha256) },
    closed,
  ),
  Type.Object({ kind: constant('unrecorded'), model: Type.String() }, closed),
]);

/** Released weights that a backbone starts with, by their content. */
export const backboneRef = Type.Object(
  {
    /** `torchvision/resnet50`. */
    name: Type.String(),
    /**
     * SHA-256 of the weights as `importBackbone` stores them: equal for equal weights, whatever
     * format they came in.
     */
    sha256: ref('sha256', sha256),
  },
  closed,
);

export const externalLog = Type.Object(
  {
    /** With placeholders; null reads what it prints. */
    file: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    /** The number of its first epoch. */
    firstEpoch: Type.Enum([0, 1]),
    /**
     * In a list: a line that begins with `starts` must match `pattern`, which names its numbers.
     */
    format: oneOf([
      constant('mdistiller'),
      Type.Array(Type.Object({ starts: Type.String(), pattern: Type.String() }, closed)),
    ]),
  },
  closed,
);

/**
 * Training code that is not ours: which, at which commit, how it is called, and how its log is
 * read.
 */
export const externalSource = Type.Object(
  {
    repository: Type.String(),
    /** 40 hexadecimal digits. */
    commit: Type.String({ pattern: '^[0-9a-f]{40}$' }),
    /** Whether a checkout that differs from the commit is refused, or used and recorded. */
    dirty: Type.Enum(['refuse', 'record']),
    /**
     * Program and arguments; `{seed}` and other placeholders stand for what the trial is. No shell.
     */
    command: Type.Array(Type.String()),
    environment: Type.Object(
      {
        /** Variables of ours that it may see beside a few harmless ones. */
        pass: Type.Array(Type.String()),
        set: recordOf(Type.String()),
      },
      closed,
    ),
    log: externalLog,
    /** What it calls our networks, methods and data sets, where that differs. */
    names: recordOf(Type.String()),
  },
  closed,
);

/**
 * Everything that determines a trial's numbers, and nothing else: no comments, paths, machine or
 * time. Equal specs are the same trial.
 */
export const trialSpec = Type.Object(
  {
    schemaVersion: constant(1),
    implementation,
    task,
    scale,
    role: Type.Enum(['teacher', 'student']),
    model: Type.String(),
    /** Canonical method id: `none`, `kd`, `dkd+sdd+lskd`. Teachers are trained with `none`. */
    method: Type.String(),
    hyper,
    teacher: oneOf([Type.Null(), ref('teacherRef', teacherRef)]),
    recipe: ref('recipe', recipe),
    data: dataIdentity,
    seed: count(),
    /** What the network's own backbone starts with, where the recipe has `pretrained`. */
    backbone: Type.Optional(backboneRef),
    /** Of implementation `external`. */
    external: Type.Optional(externalSource),
  },
  { title: 'A trial: everything that determines its numbers', ...closed },
);
