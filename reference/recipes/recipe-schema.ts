import Type from 'typebox';
import {
  constant,
  oneOf,
  orNull,
  recordOf,
  ref,
  type TypeOf,
} from '../../contract/schema/define.ts';
import {
  dropPath,
  erasing,
  jitter,
  keepRatioInput,
  labelLoss,
  mix,
  photometric,
  randAugment,
  scaleCropInput,
  statedSquareInput,
  strongView,
  warmupByEpoch,
  warmupByStep,
} from '../../contract/schema/recipe-parts.ts';
import type { Recipe } from '../../contract/spec.ts';

export const overrides = Type.Object(
  {
    epochs: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000000 })),
    batchSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000000 })),
    dropLast: Type.Optional(
      Type.Boolean({ description: 'Leave out an incomplete last batch of an epoch.' }),
    ),
    optimizer: Type.Optional(
      Type.Object(
        {
          kind: Type.Optional(Type.Enum(['sgd', 'adamw'])),
          lr: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
          momentum: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
          nesterov: Type.Optional(Type.Boolean()),
          weightDecay: Type.Optional(Type.Number({ minimum: 0 })),
          decays: Type.Optional(
            Type.Unsafe<'matrices' | 'weights' | null>({
              enum: ['matrices', 'weights', null],
              description:
                'matrices: weight decay leaves tensors of one axis alone (biases, scales of norms), as timm has it. weights: class tokens and positions too. null: all decay.',
            }),
          ),
          biasRate: Type.Optional(
            orNull(
              Type.Number({
                exclusiveMinimum: 0,
                description:
                  'Factor of the learning rate of biases, those of norms excepted. 1 or null: none.',
              }),
            ),
          ),
          biasDecays: Type.Optional(
            orNull(
              Type.Boolean({
                description:
                  'false: weight decay leaves biases alone, those of norms excepted. true or null: they decay as the rest.',
              }),
            ),
          ),
          delta: Type.Optional(
            orNull(
              Type.Number({
                exclusiveMinimum: 0,
                exclusiveMaximum: 1,
                description:
                  'DOT: the gradient of the distillation loss has a momentum that is larger by this, that of the cross-entropy one that is smaller by this. null: one momentum for their sum.',
              }),
            ),
          ),
          beta1: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
          beta2: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
          epsilon: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
        },
        {
          additionalProperties: false,
          description: 'Naming another kind replaces the optimizer as a whole.',
        },
      ),
    ),
    schedule: Type.Optional(
      Type.Object(
        {
          kind: Type.Optional(Type.Enum(['constant', 'multistep', 'cosine', 'poly'])),
          warmupEpochs: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000000 })),
          milestones: Type.Optional(
            Type.Array(Type.Integer({ minimum: 1, maximum: 1000000 }), {
              maxItems: 1000,
              description: 'Completed epochs after which the rate is multiplied by gamma.',
            }),
          ),
          gamma: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
          power: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
          warmup: Type.Optional(
            oneOf([warmupByEpoch, warmupByStep], {
              description:
                "How the rate rises during the warm-up; absent: mmcv's linear warm-up by step.",
            }),
          ),
          minLr: Type.Optional(Type.Number({ minimum: 0 })),
        },
        {
          additionalProperties: false,
          description: 'Naming another kind replaces the schedule as a whole.',
        },
      ),
    ),
    input: Type.Optional(
      oneOf([Type.Null(), statedSquareInput, keepRatioInput, scaleCropInput], {
        description:
          "How pictures of another size than the network's input become it; absent or null: they are as large.",
      }),
    ),
    clipNorm: Type.Optional(
      orNull(
        Type.Number({
          exclusiveMinimum: 0,
          description: 'Largest global L2 norm of the gradients.',
        }),
      ),
    ),
    iterations: Type.Optional(
      orNull(
        Type.Integer({
          minimum: 1,
          maximum: 2147483647,
          description:
            'Training steps in all; epochs then says into how many parts they are cut, with an evaluation after each.',
        }),
      ),
    ),
    frozenStages: Type.Optional(
      orNull(
        Type.Integer({
          minimum: 0,
          maximum: 100,
          description: 'Backbone stages that are not trained; 0 is the stem.',
        }),
      ),
    ),
    normEval: Type.Optional(
      Type.Boolean({
        description: 'Batch norm of the backbone uses its running statistics in training.',
      }),
    ),
    initStudent: Type.Optional(
      Type.Boolean({
        description: 'The student starts with every teacher weight outside the backbone.',
      }),
    ),
    pretrained: Type.Optional(
      orNull(
        Type.String({
          minLength: 1,
          description:
            'Weights that the backbone starts with: a set (imagenet) or one file (torchvision/resnet50) of reference/backbones/weights.yaml.',
        }),
      ),
    ),
    normalisation: Type.Optional(
      Type.Unsafe<string | null>({
        enum: [
          ...['cifar100-repdistiller', 'cifar100-measured', 'cifar100-reviewkd', 'imagenet'],
          ...['caffe-bgr', 'detectron-bgr', 'torchdistiller-bgr', null],
        ],

        description:
          'Channel statistics with which pictures are normalised (runners/data/normalisation.ts). null: those of the data set.',
      }),
    ),
    precision: Type.Optional(
      Type.Unsafe<'mixed' | null>({
        enum: ['mixed', null],
        description:
          'mixed: 16-bit operations where they gain, with dynamic loss scaling: float16 on a GPU, bfloat16 on a CPU that has it (AMX, AVX512-BF16). null: 32 bits throughout.',
      }),
    ),
    augmentation: Type.Optional(
      Type.Object(
        {
          crop: Type.Optional(
            Type.Unsafe<{ padding: number } | null>({
              type: ['object', 'null'],
              additionalProperties: false,
              required: ['padding'],
              properties: { padding: { type: 'integer', minimum: 1, maximum: 65535 } },
            }),
          ),
          flip: Type.Optional(Type.Boolean()),
          distortion: Type.Optional(photometric),
          strong: Type.Optional(strongView),
          mix: Type.Optional(orNull(mix)),
          randAugment: Type.Optional(orNull(randAugment)),
          jitter: Type.Optional(orNull(jitter)),
          erasing: Type.Optional(orNull(erasing)),
        },
        { additionalProperties: false },
      ),
    ),
    labelSmoothing: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 })),
    labelLoss: Type.Optional(orNull(labelLoss)),
    dropPath: Type.Optional(orNull(dropPath)),
    samplesPerGpu: Type.Optional(
      orNull(
        Type.Integer({
          minimum: 1,
          maximum: 1000000,
          description:
            'Pictures of one forward and backward pass; batch norm takes the statistics of these; gradients are those of the whole batch. null: all of the batch.',
        }),
      ),
    ),
    autoScaleLr: Type.Optional(
      Type.Boolean({
        description:
          'optimizer.lr is that of the batch of the named recipe, and is scaled linearly to another batchSize (auto_scale_lr of mmdetection).',
      }),
    ),
    trainPictures: Type.Optional(
      orNull(
        Type.Integer({
          minimum: 1,
          maximum: 2147483647,
          description:
            'Training pictures used, a fixed class-balanced selection; null is all of them.',
        }),
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'Any part of a recipe; what is not named stays as it is.',
  },
);

/** Any part of a recipe, as files may state it. Null or false: the recipe does not have it. */
export type RecipeOverrides = TypeOf<typeof overrides>;

/**
 * A recipe with every field that all have; its form is `Recipe` of contract/spec.ts with more ways
 * to state `input`.
 */
export type Protocol = Omit<Recipe, 'name' | 'input'> &
  Pick<RecipeOverrides, 'input' | 'autoScaleLr'>;

export const complete = Type.Unsafe<Protocol>({
  allOf: [{ $ref: '#/definitions/overrides' }],
  type: 'object',
  required: [
    'epochs',
    'batchSize',
    'dropLast',
    'optimizer',
    'schedule',
    'augmentation',
    'labelSmoothing',
    'trainPictures',
  ],
});

export const named = Type.Object(
  {
    title: Type.String(),
    source: Type.Array(Type.String(), {
      minItems: 1,
      description: 'repository@commit:file of each official source, or why the recipe is ours.',
    }),
    official: Type.Optional(
      Type.String({ description: 'Id in official.yaml that the recipe restates.' }),
    ),
    notes: Type.Optional(Type.String()),
    protocol: ref('complete', complete),
    models: Type.Optional(
      Type.Array(
        Type.Object(
          {
            names: Type.Array(Type.String(), { minItems: 1 }),
            overrides: ref('overrides', overrides),
          },
          { additionalProperties: false },
        ),
        { description: 'Exceptions for some networks.' },
      ),
    ),
  },
  { additionalProperties: false },
);

export const recipeFile = Type.Object(
  {
    schemaVersion: constant(1),
    recipes: recordOf(ref('named', named), { propertyNames: { pattern: '^[a-z0-9-]+$' } }),
  },
  { title: 'Named training recipes', additionalProperties: false },
);
