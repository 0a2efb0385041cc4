import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckedYaml, checkYaml, compileSchema } from '../../common/checked-yaml.ts';
import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import type { TypeOf } from '../../contract/schema/define.ts';
import type { Recipe, ScheduleRecipe } from '../../contract/spec.ts';
import { inputOf } from './input.ts';
import type {
  Protocol,
  RecipeOverrides,
  recipeFile as recipeFileSchema,
  named as recipeSchema,
} from './recipe-schema.ts';

export type { RecipeOverrides };

/**
 * Fields that most recipes lack. Absent where they are not used, so that trials without them keep
 * their identity.
 */
const optionalFields = [
  'input',
  'clipNorm',
  'iterations',
  'frozenStages',
  'normEval',
  'initStudent',
  'pretrained',
  'normalisation',
  'precision',
  'labelLoss',
  'dropPath',
  'samplesPerGpu',
] as const;

type NamedRecipe = TypeOf<typeof recipeSchema>;
type RecipeFile = TypeOf<typeof recipeFileSchema>;

/** A recipe's title and sources, for reports and `redistill plan`. */
export interface RecipeInfo {
  readonly name: string;
  readonly title: string;
  readonly source: readonly string[];
  /** The source in official.yaml that it restates; null for recipes of ours. */
  readonly official: string | null;
  readonly notes: string | null;
}

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, 'recipe.schema.json'), 'utf8'),
) as { definitions: Record<string, object> };
const validateFile = compileSchema<RecipeFile>(schema);

const shipped = join(import.meta.dirname, 'recipes.yaml');

interface Known {
  readonly recipe: NamedRecipe;
  /** The file that has it. */
  readonly file: string;
}

let known: Map<string, Known> | undefined;

/** Recipes by name. */
function recipes(): Map<string, Known> {
  known ??= new Map(
    Object.entries(readRecipes(shipped).value.recipes).map(([name, recipe]) => [
      name,
      { recipe, file: shipped },
    ]),
  );
  return known;
}

function readRecipes(path: string): CheckedYaml<RecipeFile> {
  // `<<: *anchor` (YAML 1.1 merge keys) keeps shortened recipes readable.
  return checkYaml(path, readFileSync(path, 'utf8'), validateFile, 'RECIPE', { merge: true });
}

/**
 * Adds the recipes of a user's file to those of Redistill, for the rest of the process.
 *
 * @param path absolute
 * @throws UsageError `RECIPE_SYNTAX`, `RECIPE_SCHEMA` naming line and field; `RECIPE_CONFLICT`
 *   naming both files for a name that is taken
 */
export function addRecipes(path: string): void {
  const { value, error } = readRecipes(path);
  for (const name of Object.keys(value.recipes)) {
    const other = recipes().get(name);
    if (other === undefined) continue;
    throw error('RECIPE_CONFLICT', ['recipes', name], `${other.file} has a recipe of this name.`);
  }
  for (const [name, recipe] of Object.entries(value.recipes)) {
    recipes().set(name, { recipe, file: path });
  }
}

/** The user's file that has a recipe; null for one of Redistill. */
export function ownRecipeFile(name: string): string | null {
  const { file = shipped } = recipes().get(name) ?? {};
  return file === shipped ? null : file;
}

/** The names of all recipes, in the order of the file. */
export function recipeNames(): readonly string[] {
  return [...recipes().keys()];
}

/** @throws UsageError `RECIPE_UNKNOWN`. */
export function recipeInfo(name: string): RecipeInfo {
  const { title, source, official, notes } = named(name);
  return { name, title, source, official: official ?? null, notes: notes ?? null };
}

/**
 * The recipe `name` with overrides, every default written out.
 *
 * @param model the network to be trained: some recipes treat some networks differently (MobileNets'
 *   learning rate). Overrides win over that.
 * @throws UsageError `RECIPE_UNKNOWN` with the nearest name; `RECIPE_FIELD` where the result is
 *   contradictory: a milestone that is never reached, a field of another optimizer or schedule.
 */
export function loadRecipe(name: string, overrides: RecipeOverrides = {}, model?: string): Recipe {
  const entry = named(name);
  const exception = entry.models?.find(({ names }) => model !== undefined && names.includes(model));
  const layers = [exception?.overrides ?? {}, overrides];
  const protocol = layers.reduce<Protocol>(override, entry.protocol);
  const recipe: Recipe = {
    name,
    epochs: protocol.epochs,
    batchSize: protocol.batchSize,
    dropLast: protocol.dropLast,
    optimizer: optimizer(name, protocol.optimizer),
    schedule: schedule(name, protocol.schedule),
    augmentation: augmentationOf(protocol.augmentation),
    ...optionalParts(name, protocol),
    labelSmoothing: protocol.labelSmoothing,
    trainPictures: protocol.trainPictures,
  };
  checkEpochs(recipe);
  checkParts(recipe);
  return recipe;
}

function optionalParts(name: string, protocol: Protocol): Partial<Recipe> {
  const input = protocol.input ?? null;
  const parts: Readonly<Record<string, unknown>> = {
    ...protocol,
    input: input === null ? null : inputOf(name, input),
  };
  return Object.fromEntries(
    optionalFields
      .map((field) => [field, lookUp(parts, field)] as const)
      .filter(([, value]) => value !== undefined && value !== null && value !== false),
  );
}

/**
 * The order is fixed and absent fields are left out, because the recipe is part of a trial's
 * identity.
 */
function augmentationOf(given: AugmentationOverrides): Recipe['augmentation'] {
  const { crop = null, flip = false } = given;
  const parts = laterParts.flatMap((name) => {
    const part = given[name] ?? null;
    const mixesNothing = name === 'mix' && given.mix?.mixup === 0 && given.mix.cutmix === 0;
    return part === null || mixesNothing ? [] : [[name, part] as const];
  });
  return { crop, flip, ...Object.fromEntries(parts) };
}

type AugmentationOverrides = NonNullable<RecipeOverrides['augmentation']>;

/** Parts of an augmentation that most recipes lack, in the order of their names in a trial. */
const laterParts = ['strong', 'distortion', 'mix', 'randAugment', 'jitter', 'erasing'] as const;

function named(name: string): NamedRecipe {
  const found = recipes().get(name)?.recipe;
  if (found === undefined) {
    throw new UsageError(
      'RECIPE_UNKNOWN',
      `No recipe is called "${name}". ${suggestion(name, recipeNames())}`,
      { hint: '"redistill list recipes" shows them all.' },
    );
  }
  return found;
}

function override(recipe: Protocol, layer: RecipeOverrides): Protocol {
  const { optimizer: newOptimizer, schedule: newSchedule, augmentation, ...flat } = layer;
  return {
    ...recipe,
    ...flat,
    optimizer: scaled(replaceOrMerge(recipe.optimizer, newOptimizer), recipe, layer),
    schedule: replaceOrMerge(recipe.schedule, newSchedule),
    augmentation: { ...recipe.augmentation, ...augmentation },
  } as Protocol;
}

/**
 * The learning rate for another batch than the recipe's: linear in it, as mmdetection's
 * `auto_scale_lr` has it. Rates of the schedule (`minLr`, `startLr`) stay as they are stated, as
 * there.
 *
 * @throws UsageError `RECIPE_FIELD` where there is nothing to scale
 */
function scaled(
  optimizer: Recipe['optimizer'],
  { batchSize: before }: Protocol,
  { autoScaleLr, batchSize = before }: RecipeOverrides,
): Recipe['optimizer'] {
  if (autoScaleLr !== true) return optimizer;
  if (batchSize === before) {
    throw new UsageError(
      'RECIPE_FIELD',
      `The field autoScaleLr would have no effect: the batch stays at ${before} pictures.`,
      { hint: 'Say it beside another batchSize, or leave it out.' },
    );
  }
  return { ...optimizer, lr: (optimizer.lr * batchSize) / before };
}

/** @throws UsageError `RECIPE_FIELD` for parts that no batch has */
function checkParts({ name, batchSize, samplesPerGpu }: Recipe): void {
  if (samplesPerGpu === undefined) return;
  if (samplesPerGpu < batchSize && batchSize % samplesPerGpu === 0) return;
  throw new UsageError(
    'RECIPE_FIELD',
    `Recipe "${name}": batches of ${batchSize} are no whole number of parts of ${samplesPerGpu} pictures.`,
    { hint: 'Give samplesPerGpu a divisor of batchSize that is below it, or leave it out.' },
  );
}

/**
 * Two sets of overrides as one: the later wins, field by field; another kind of a part replaces the
 * part.
 */
export function mergeOverrides(first: RecipeOverrides, second: RecipeOverrides): RecipeOverrides {
  const part = (key: 'optimizer' | 'schedule' | 'augmentation') => {
    const [old, late] = [first[key], second[key]] as { kind?: string }[];
    if (old === undefined || late === undefined) return {};
    const replaces = late.kind !== undefined && late.kind !== old.kind;
    return { [key]: replaces ? late : { ...old, ...late } };
  };
  return {
    ...first,
    ...second,
    ...part('optimizer'),
    ...part('schedule'),
    ...part('augmentation'),
  };
}

/**
 * A part of another kind replaces the old part; one of the same kind changes the fields it names.
 */
function replaceOrMerge<T extends { readonly kind: string }>(
  old: T,
  part: { readonly kind?: string } | undefined,
): T {
  if (part === undefined) return old;
  const replaces = part.kind !== undefined && part.kind !== old.kind;
  return (replaces ? part : { ...old, ...part }) as T;
}

function optimizer(name: string, value: Recipe['optimizer']): Recipe['optimizer'] {
  const sgd = { momentum: 0, nesterov: false, weightDecay: 0 };
  const adamw = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
  const fields = value.kind === 'sgd' ? sgd : adamw;
  requireFields(name, `the optimizer ${value.kind}`, value, [
    ...['kind', 'lr', 'decays', 'biasRate', 'biasDecays'],
    ...(value.kind === 'sgd' ? ['delta'] : []),
    ...Object.keys(fields),
  ]);
  if (value.lr === undefined) throw missing(name, `the optimizer ${value.kind}`, 'lr');
  // Null says that the optimizer does not have the field. Absent, so that recipes without it keep
  // their identity.
  const off: Readonly<Record<string, unknown>> = { biasRate: 1, biasDecays: true };
  const given = Object.entries(value).filter(
    ([field, each]) => each !== null && each !== lookUp(off, field),
  );
  return { ...fields, ...Object.fromEntries(given) } as Recipe['optimizer'];
}

/** Of mmcv's linear warm-up by step (`runners/engine/optim/schedule.ts`). */
const defaultStartFactor = 0.001;

/** The fields of each kind of schedule, beside its warm-up. */
const scheduleFields: Readonly<Record<ScheduleRecipe['kind'], readonly string[]>> = {
  constant: [],
  multistep: ['milestones', 'gamma'],
  cosine: ['minLr'],
  poly: ['power', 'minLr'],
};

function schedule(name: string, value: Recipe['schedule']): Recipe['schedule'] {
  const what = `the schedule ${value.kind}`;
  const fields = scheduleFields[value.kind];
  requireFields(name, what, value, ['kind', 'warmupEpochs', 'warmup', ...fields]);
  const { warmup, ...bare } = value;
  const defaults: object = fields.includes('minLr')
    ? { warmupEpochs: 0, minLr: 0 }
    : { warmupEpochs: 0 };
  const complete: object = { ...defaults, ...(isDefaultWarmup(warmup) ? bare : value) };
  for (const field of fields) {
    if (!(field in complete)) throw missing(name, what, field);
  }
  return complete as Recipe['schedule'];
}

/** A schedule's warm-up where `warmup` is absent. Writing it out changes nothing. */
function isDefaultWarmup(warmup: ScheduleRecipe['warmup']): boolean {
  return (
    warmup?.by === 'step' && warmup.steps === undefined && warmup.startFactor === defaultStartFactor
  );
}

function requireFields(name: string, what: string, value: object, known: readonly string[]): void {
  for (const field of Object.keys(value)) {
    if (!known.includes(field)) {
      throw new UsageError(
        'RECIPE_FIELD',
        `Recipe "${name}": ${what} has no field "${field}". ${suggestion(field, known)}`,
      );
    }
  }
}

function missing(name: string, what: string, field: string): UsageError {
  return new UsageError('RECIPE_FIELD', `Recipe "${name}": ${what} needs the field "${field}".`);
}

/**
 * A decay that is never reached is nearly always a shortened recipe whose milestones were
 * forgotten.
 */
function checkEpochs(recipe: Recipe): void {
  const { schedule: plan, epochs, iterations, name } = recipe;
  if (iterations !== undefined && iterations % epochs !== 0) {
    throw new UsageError(
      'RECIPE_FIELD',
      `Recipe "${name}": ${iterations} iterations cannot be cut into ${epochs} equal parts.`,
      { hint: 'With iterations, "epochs" is how often the network is evaluated.' },
    );
  }
  if (plan.warmupEpochs >= epochs && plan.warmupEpochs > 0) {
    throw new UsageError(
      'RECIPE_FIELD',
      `Recipe "${name}": the warm-up of ${plan.warmupEpochs} epochs fills all ${epochs} epochs.`,
    );
  }
  if (plan.kind !== 'multistep') return;
  const { milestones } = plan;
  const late = milestones.find((milestone) => milestone >= epochs);
  if (late !== undefined) {
    throw new UsageError(
      'RECIPE_FIELD',
      `Recipe "${name}": the milestone ${late} is never reached in ${epochs} epochs.`,
      { hint: 'Override schedule.milestones together with epochs.' },
    );
  }
  if (
    milestones.some(
      (milestone, index) => index > 0 && milestone <= (milestones[index - 1] as number),
    )
  ) {
    throw new UsageError(
      'RECIPE_FIELD',
      `Recipe "${name}": milestones must ascend, not ${milestones.join(', ')}.`,
    );
  }
}
