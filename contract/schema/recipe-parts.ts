import Type from 'typebox';
import { constant, ref } from './define.ts';

/** Pixels along a side. */
export const side = Type.Integer({ minimum: 1, maximum: 65535, description: 'Pixels.' });

/** Height and width, or steps down and across. */
export const sides = Type.Unsafe<[down: number, across: number]>({
  type: 'array',
  items: ref('side', side),
  minItems: 2,
  maxItems: 2,
});

export const factors = Type.Unsafe<[least: number, most: number]>({
  type: 'array',
  items: Type.Number({ minimum: 0 }),
  minItems: 2,
  maxItems: 2,
  description: 'The least and the largest.',
});

const closed = { additionalProperties: false } as const;

/** timm's warm-up: constant within an epoch, from `startLr` linearly to the base rate. */
export const warmupByEpoch = Type.Object(
  { by: constant('epoch'), startLr: Type.Number({ minimum: 0 }) },
  closed,
);

/**
 * mmcv's warm-up: every step, from `startFactor` of the scheduled rate to all of it, over `steps`
 * instead of the epochs if given.
 */
export const warmupByStep = Type.Object(
  {
    by: constant('step'),
    startFactor: Type.Number({ minimum: 0, maximum: 1 }),
    steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 2147483647 })),
    /** `constant`: the rate stays at the factor to the end of the warm-up. Absent: it rises. */
    shape: Type.Optional(constant('constant')),
  },
  closed,
);

/** Shares or ratios, the least and the largest. */
const positiveBounds = (description: string, most?: number) =>
  Type.Unsafe<[least: number, most: number]>({
    type: 'array',
    items: Type.Number({ exclusiveMinimum: 0, ...(most !== undefined && { maximum: most }) }),
    minItems: 2,
    maxItems: 2,
    description,
  });

const squareFields = {
  kind: Type.Enum(['random-resized-crop', 'random-crop']),
  size: Type.Integer({ minimum: 1, maximum: 65535, description: 'Edge of the input.' }),
  scale: Type.Optional(
    positiveBounds(
      "random-resized-crop: least and largest share of the picture's area. Absent: 0.08 to 1.",
      1,
    ),
  ),
  ratio: Type.Optional(
    positiveBounds('random-resized-crop: least and largest width by height. Absent: 3/4 to 4/3.'),
  ),
  interpolation: Type.Optional(
    Type.Enum(['bilinear', 'bicubic', 'random'], {
      description:
        "Pillow's, with antialiasing. random: one of both, drawn for every picture (timm). Absent: bilinear.",
    }),
  ),
  testInterpolation: Type.Optional(
    Type.Enum(['bilinear', 'bicubic'], {
      description:
        'The same in evaluations. Absent: as in training, bilinear where that is random.',
    }),
  ),
  teacherSize: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65535,
      description:
        "Side of what the teacher sees: the student's pictures, resized bilinearly without antialiasing in the step. Absent: as the student sees them.",
    }),
  ),
} as const;

const edge = Type.Integer({
  minimum: 1,
  maximum: 65535,
  description:
    'Edge that pictures are resized to before the middle (random-crop: a piece) is cut out.',
});

/**
 * `random-resized-crop`: torchvision's crop of a random share of the area with a random side ratio,
 * resized to `size`. `random-crop`: the whole picture is resized to `resize` x `resize`, and a
 * piece of `size` x `size` cut at random. Both are tested on the middle `size` x `size` of the
 * picture resized to `resize` (`random-resized-crop`: its shorter edge). Pictures may also be
 * smaller than the input.
 */
export const squareInput = Type.Object({ ...squareFields, resize: edge }, closed);

/**
 * The same as files of recipes state it: `cropShare` in place of `resize` says which share of the
 * resized edge the middle is (timm's `crop_pct`).
 */
export const statedSquareInput = Type.Object(
  {
    ...squareFields,
    resize: Type.Optional(edge),
    cropShare: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description:
          "In place of resize: the input's share of the edge that pictures are resized to, rounded down (timm's crop_pct).",
      }),
    ),
  },
  closed,
);

/**
 * Detection: as large as both bounds allow, proportions kept, padded to the batch (mmdetection's
 * Resize and Pad).
 */
export const keepRatioInput = Type.Object(
  {
    kind: constant('keep-ratio'),
    long: ref('side', side),
    short: ref('side', side),
    shorts: Type.Optional(
      Type.Array(ref('side', side), {
        minItems: 2,
        maxItems: 100,
        uniqueItems: true,
        description:
          "Bounds of which every training picture draws one in place of short, which is then the test's (mmdetection's RandomChoiceResize). Absent: none but short.",
      }),
    ),
    shortRange: Type.Optional(
      Type.Unsafe<[least: number, most: number]>({
        type: 'array',
        items: ref('side', side),
        minItems: 2,
        maxItems: 2,
        description:
          "The same with every whole number of pixels from the first to the last (mmdetection's RandomResize). In place of shorts.",
      }),
    ),
  },
  closed,
);

/**
 * Segmentation: resized to the bounds times a random number from `ratio`, proportions kept, then
 * cropped at random (mmsegmentation's RandomResize and RandomCrop). Tested at the bounds.
 */
export const scaleCropInput = Type.Object(
  {
    kind: constant('scale-crop'),
    long: ref('side', side),
    short: ref('side', side),
    ratio: Type.Unsafe<[least: number, most: number]>({
      type: 'array',
      items: Type.Number({ exclusiveMinimum: 0 }),
      description: 'Least and largest factor on the bounds.',
      minItems: 2,
      maxItems: 2,
    }),
    crop: Type.Unsafe<[height: number, width: number]>({
      description: 'Height and width.',
      $ref: '#/definitions/sides',
    }),
    /**
     * A crop in which one class has a larger share is drawn again, ten times at most
     * (`cat_max_ratio`). Absent: never.
     */
    largestShare: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    /**
     * Tested in windows of the crop's size this far apart, overlaps averaged. Absent: on the whole
     * picture.
     */
    slide: Type.Optional(
      Type.Unsafe<[down: number, across: number]>({
        description: 'Steps down and across of the windows it is tested in.',
        $ref: '#/definitions/sides',
      }),
    ),
  },
  closed,
);

/**
 * mmsegmentation's PhotoMetricDistortion (runners/data/dense/photometric.ts): each change with
 * probability one half.
 */
export const photometric = Type.Object(
  {
    kind: constant('photometric'),
    /** Added to every byte: a number from minus this to this. */
    brightness: Type.Number({ minimum: 0, maximum: 255 }),
    /** Every byte is multiplied by a number from this range. */
    contrast: ref('factors', factors),
    /** The same for the saturation. */
    saturation: ref('factors', factors),
    /** The hue is turned by a whole number of two degrees, from minus this to less than this. */
    hue: Type.Integer({ minimum: 0, maximum: 90 }),
  },
  {
    additionalProperties: false,
    description:
      "Random changes of colours (mmsegmentation's PhotoMetricDistortion), each with probability one half.",
  },
);

/**
 * `operations` random operations of FixMatch's list, then a grey square of up to `cutout` of the
 * width (runners/data/augment).
 */
export const strongView = Type.Object(
  {
    kind: constant('rand-augment'),
    operations: Type.Integer({ minimum: 0, maximum: 100 }),
    cutout: Type.Number({ minimum: 0, maximum: 1 }),
  },
  {
    additionalProperties: false,
    description:
      'A second, strong view of every picture for methods that learn from two views (MLKD).',
  },
);

const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

/**
 * Pictures and labels of a batch are mixed with those of the reversed batch (timm's `Mixup`, mode
 * "batch"; runners/data/augment/mix.ts): by mixup, by cutmix, or by one of both at random.
 */
export const mix = Type.Object(
  {
    mixup: Type.Number({
      minimum: 0,
      maximum: 1000,
      description: 'Both parameters of the beta distribution of the share; 0: no mixup.',
    }),
    cutmix: Type.Number({
      minimum: 0,
      maximum: 1000,
      description: 'The same for cutmix; 0: no cutmix.',
    }),
    probability: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Probability that a batch is mixed.',
    }),
    switch: share('Probability of cutmix where a batch could be mixed by both.'),
  },
  {
    additionalProperties: false,
    description: 'Pictures and labels of a batch are mixed in pairs (mixup, cutmix).',
  },
);

/**
 * timm's RandAugment (runners/data/augment/timm-rand-augment.ts): `rand-m9-mstd0.5-inc1` is a
 * magnitude of 9, a deviation of 0.5, two operations and growing ones.
 */
export const randAugment = Type.Object(
  {
    operations: Type.Integer({
      minimum: 1,
      maximum: 100,
      description: 'Operations per picture, each done with probability one half.',
    }),
    magnitude: Type.Number({ minimum: 0, maximum: 10 }),
    deviation: Type.Number({
      minimum: 0,
      maximum: 100,
      description: 'Of the normal distribution around the magnitude, for every operation anew.',
    }),
    growing: Type.Boolean({
      description: 'Whether every operation changes more with a larger magnitude (inc1).',
    }),
    interpolation: Type.Enum(['random', 'bilinear', 'bicubic'], {
      description: 'Of rotations, shears and shifts; random: one of the two for every operation.',
    }),
  },
  { additionalProperties: false, description: "timm's RandAugment." },
);

const most = { minimum: 0, maximum: 1 } as const;

/**
 * torchvision's ColorJitter: each factor is drawn from 1 - value to 1 + value, and the changes come
 * in random order.
 */
export const jitter = Type.Object(
  {
    brightness: Type.Number(most),
    contrast: Type.Number(most),
    saturation: Type.Number(most),
  },
  {
    additionalProperties: false,
    description:
      "Random factors of brightness, contrast and saturation (torchvision's ColorJitter).",
  },
);

/**
 * timm's random erasing (runners/data/augment/erase.ts): a rectangle of 2 % to a third of the
 * picture becomes normal noise, after normalisation.
 */
export const erasing = Type.Object(
  {
    kind: constant('noise'),
    probability: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
  },
  {
    additionalProperties: false,
    description:
      "A random rectangle of a picture becomes noise (timm's random erasing, mode pixel).",
  },
);

/**
 * The cross-entropy with labels is the binary one of every class, averaged over pictures and
 * classes (timm's `BinaryCrossEntropy`).
 */
export const labelLoss = Type.Object(
  {
    kind: constant('binary'),
    threshold: Type.Optional(
      Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        description: 'Shares of a class above it count as 1, others as 0.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'The loss with labels: the binary cross-entropy of every class.',
  },
);

/** Largest probability that a residual branch is left out in training (stochastic depth). */
export const dropPath = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });
