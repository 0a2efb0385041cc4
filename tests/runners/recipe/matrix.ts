import '../../../runners/catalogue/all.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Recipe } from '../../../contract/spec.ts';
import {
  loadRecipe,
  mergeOverrides,
  type RecipeOverrides,
} from '../../../reference/recipes/loader.ts';
import { catalogues } from '../../../runners/catalogue/catalogue.ts';
import { processorBfloat16 } from '../../../runners/engine/bfloat16/processor.ts';
import { schemaFields } from './schema-fields.ts';
import { type Measured, type ShortTraining, train } from './training.ts';

/** A field with another value, and what the training must show of it. */
export interface Change {
  /** What the recipe must have for the field to mean something, beside the task's recipe. */
  readonly base?: RecipeOverrides;
  readonly change: RecipeOverrides;
  readonly method?: string;
  readonly teacher?: string;
  /** A network that has what the field changes. Default: the task's. */
  readonly model?: string;
  /** The first epoch whose losses differ; until then they must be equal, bit by bit. Default: 1. */
  readonly from?: number;
  /** `metrics`: acts on evaluations alone, so that losses and weights must be equal. */
  readonly on?: 'losses' | 'metrics';
  /** Why it acts late, or on evaluations alone. */
  readonly because?: string;
}

/** What must become of a field: it acts, a plan refuses it, or neither can be seen here. */
export type Expected =
  | { readonly kind: 'acts'; readonly change: Change }
  | { readonly kind: 'refused'; readonly change: RecipeOverrides; readonly method?: string }
  /** A worker without a GPU refuses it. */
  | { readonly kind: 'fails'; readonly change: RecipeOverrides; readonly error: RegExp }
  /** Such cells are planned as not run. */
  | { readonly kind: 'notRun'; readonly input: string }
  /**
   * It can have one value only, so that nothing can be changed; the part that it names is tested by
   * its other fields.
   */
  | { readonly kind: 'oneValue' };

export const acts = (change: RecipeOverrides, more: Omit<Change, 'change'> = {}): Expected => ({
  kind: 'acts',
  change: { change, ...more },
});
export const late = (
  from: number,
  because: string,
  change: RecipeOverrides,
  more: Omit<Change, 'change'> = {},
): Expected => acts(change, { ...more, from, because });
export const refused = (change: RecipeOverrides, method?: string): Expected => ({
  kind: 'refused',
  change,
  ...(method === undefined ? {} : { method }),
});
export const oneValue: Expected = { kind: 'oneValue' };

export interface Matrix extends Omit<ShortTraining, 'recipe'> {
  readonly recipe: string;
  readonly base: RecipeOverrides;
  readonly fields: Readonly<Record<string, Expected>>;
}

/**
 * What the training loop itself does with a recipe, the same for every task. The recipe has SGD and
 * three epochs.
 */
export const loopCases: Readonly<Record<string, Expected>> = {
  epochs: late(4, 'the training goes on where the shorter one has ended', { epochs: 4 }),
  iterations: acts({ iterations: 3 }),
  clipNorm: acts({ clipNorm: 0.01 }),
  // Two on a GPU: batch norm has no statistics of one picture where a map has one position.
  samplesPerGpu: acts({ samplesPerGpu: 2 }, { base: { batchSize: 4, trainPictures: 6 } }),
  autoScaleLr: acts({ autoScaleLr: true }),
  precision:
    processorBfloat16() === null
      ? { kind: 'fails', change: { precision: 'mixed' }, error: /neither AMX nor AVX512-BF16/ }
      : acts({ precision: 'mixed' }),
  'optimizer.kind': acts({ optimizer: { kind: 'adamw', lr: 0.01 } }),
  'optimizer.lr': acts({ optimizer: { lr: 0.03 } }),
  'optimizer.momentum': acts({ optimizer: { momentum: 0.5 } }),
  'optimizer.nesterov': acts({ optimizer: { nesterov: true } }),
  'optimizer.weightDecay': acts({ optimizer: { weightDecay: 0.1 } }),
  'optimizer.decays': acts({ optimizer: { decays: 'matrices' } }),
  'optimizer.biasRate': acts({ optimizer: { biasRate: 2 } }),
  'optimizer.biasDecays': acts(
    { optimizer: { weightDecay: 0.1, biasDecays: false } },
    { base: { optimizer: { weightDecay: 0.1 } } },
  ),
  // Only trainings of classification that distil have the two gradients.
  'optimizer.delta': refused({ optimizer: { delta: 0.075 } }),
  'optimizer.beta1': adam({ beta1: 0.5 }),
  'optimizer.beta2': adam({ beta2: 0.9 }),
  'optimizer.epsilon': adam({ epsilon: 0.01 }),
  'schedule.kind': late(2, 'the rate decays after one epoch', { schedule: { kind: 'constant' } }),
  'schedule.milestones': late(2, 'the rate decays after one epoch', {
    schedule: { milestones: [2] },
  }),
  'schedule.gamma': late(2, 'the rate decays after one epoch', { schedule: { gamma: 0.5 } }),
  'schedule.warmupEpochs': acts({ schedule: { warmupEpochs: 1 } }),
  'schedule.power': polynomial({ power: 2 }),
  'schedule.minLr': polynomial({ minLr: 0.005 }),
  'schedule.warmup.by': acts(
    { schedule: { warmup: { by: 'epoch', startLr: 0.001 } } },
    { base: { schedule: { warmupEpochs: 1 } } },
  ),
  'schedule.warmup.startLr': acts(
    { schedule: { warmup: { by: 'epoch', startLr: 0.002 } } },
    { base: { schedule: { warmupEpochs: 1, warmup: { by: 'epoch', startLr: 0.001 } } } },
  ),
  'schedule.warmup.startFactor': acts(
    { schedule: { warmup: { by: 'step', startFactor: 0.5 } } },
    { base: { schedule: { warmupEpochs: 1, warmup: { by: 'step', startFactor: 0.1 } } } },
  ),
  'schedule.warmup.shape': acts(
    { schedule: { warmup: { by: 'step', startFactor: 0.1, steps: 3, shape: 'constant' } } },
    { base: { schedule: { warmup: { by: 'step', startFactor: 0.1, steps: 3 } } } },
  ),
  'schedule.warmup.steps': acts(
    { schedule: { warmup: { by: 'step', startFactor: 0.1, steps: 3 } } },
    { base: { schedule: { warmup: { by: 'step', startFactor: 0.1, steps: 2 } } } },
  ),
};

const timmOf = {
  mix: { mixup: 0.8, cutmix: 1, probability: 1, switch: 0.5 },
  randAugment: {
    operations: 2,
    magnitude: 9,
    deviation: 0.5,
    growing: true,
    interpolation: 'random',
  },
  jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4 },
  erasing: { kind: 'noise', probability: 0.25 },
} as const;

/** timm's changes of pictures and labels, which trainings of classification alone have. */
export const withoutTimm: Readonly<Record<string, Expected>> = {
  ...Object.fromEntries(
    Object.entries(timmOf).flatMap(([part, value]) =>
      Object.keys(value).map((field) => [
        `augmentation.${part}.${field}`,
        refused({ augmentation: { [part]: value } }),
      ]),
    ),
  ),
  'labelLoss.kind': refused({ labelLoss: { kind: 'binary' } }),
  'labelLoss.threshold': refused({ labelLoss: { kind: 'binary', threshold: 0.2 } }),
  dropPath: refused({ dropPath: 0.1 }),
};

function adam(change: NonNullable<RecipeOverrides['optimizer']>): Expected {
  return acts({ optimizer: change }, { base: { optimizer: { kind: 'adamw', lr: 0.001 } } });
}

function polynomial(change: NonNullable<RecipeOverrides['schedule']>): Expected {
  return acts({ schedule: change }, { base: { schedule: { kind: 'poly', power: 1, minLr: 0 } } });
}

/**
 * Goes through every field of the recipe's schema for one task. A field without an entry fails.
 *
 * @param depth `plan`: only whether a plan refuses the change or lets it through; `train`: what it
 *   does to a training, too
 */
export function testMatrix(matrix: Matrix, depth: 'plan' | 'train'): void {
  const { task, fields } = matrix;
  describe(`recipes of ${task}`, () => {
    it('have an entry here for every field of the schema, and none for others', () => {
      assert.deepEqual(Object.keys(fields).sort(), schemaFields());
    });
    for (const [field, expected] of Object.entries(fields)) {
      it(`${field}: ${titleOf(expected)}`, () => check(matrix, field, expected, depth));
    }
  });
}

function titleOf(expected: Expected): string {
  if (expected.kind !== 'acts') return expected.kind;
  const { from = 1, on = 'losses', because } = expected.change;
  const where = on === 'metrics' ? 'acts on evaluations' : `acts from epoch ${from}`;
  return because === undefined ? where : `${where} (${because})`;
}

async function check(
  matrix: Matrix,
  field: string,
  expected: Expected,
  depth: 'plan' | 'train',
): Promise<void> {
  const { task } = matrix;
  switch (expected.kind) {
    case 'oneValue':
      return;
    case 'refused':
      return assert.equal(unused(matrix, expected.change, expected.method), nearest(field));
    case 'notRun':
      return assert.ok(!catalogues[task].inputs.some((kind) => kind === expected.input));
    case 'fails':
      assert.equal(unused(matrix, expected.change), null);
      if (depth === 'plan') return;
      await assert.rejects(measure(matrix, expected.change, {}), expected.error);
      return;
    case 'acts': {
      const { base = {}, change, from = 1, on = 'losses', ...more } = expected.change;
      const both = mergeOverrides(base, change);
      assert.equal(unused(matrix, both, more.method), null);
      if (depth === 'plan') return;
      const [before, after] = [
        await measure(matrix, base, more),
        await measure(matrix, both, more),
      ];
      if (on === 'metrics') {
        assert.deepEqual(after.chains, before.chains);
        assert.equal(after.weights, before.weights);
        assert.notDeepEqual(after.metrics, before.metrics);
        return;
      }
      const epochs = Math.max(before.chains.length, after.chains.length);
      const differing = Array.from({ length: epochs }, (_, index) => index + 1).find(
        (epoch) => before.chains[epoch - 1] !== after.chains[epoch - 1],
      );
      assert.equal(differing, from, 'the first epoch whose losses differ');
      assert.notEqual(after.weights, before.weights);
    }
  }
}

/**
 * Parts are refused as a whole: of `augmentation.strong.operations` the part `augmentation.strong`.
 */
function nearest(field: string): string {
  if (field.startsWith('input.')) return 'input.kind';
  return field
    .split('.')
    .slice(0, /^(augmentation|optimizer)\./.test(field) ? 2 : 1)
    .join('.');
}

function recipeOf({ recipe, base, model }: Matrix, overrides: RecipeOverrides): Recipe {
  return loadRecipe(recipe, mergeOverrides(base, overrides), model);
}

function unused(matrix: Matrix, overrides: RecipeOverrides, method = matrix.method): string | null {
  const catalogue = catalogues[matrix.task];
  const found = catalogue.unusedField(recipeOf(matrix, overrides), {
    method,
    hyper: catalogue.resolveHyper(method, {}, matrix.model),
    taught: catalogue.needsTeacher(method),
    strongView: catalogue.needsStrongView(method),
  });
  return found?.field ?? null;
}

const known = new Map<string, Promise<Measured>>();

function measure(
  matrix: Matrix,
  overrides: RecipeOverrides,
  {
    method = matrix.method,
    teacher = matrix.teacher,
    model = matrix.model,
  }: Pick<Change, 'method' | 'teacher' | 'model'>,
): Promise<Measured> {
  const { task, dataset } = matrix;
  const recipe = recipeOf(matrix, overrides);
  const key = JSON.stringify([method, teacher, model, recipe]);
  const measured = known.get(key) ?? train({ task, dataset, model, teacher, method, recipe });
  known.set(key, measured);
  return measured;
}
