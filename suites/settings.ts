import type { FieldPath } from '../common/checked-yaml.ts';
import { Problems } from '../common/problems.ts';
import type { Hyper, Recipe } from '../contract/spec.ts';
import { loadRecipe, mergeOverrides, type RecipeOverrides } from '../reference/recipes/loader.ts';
import { fieldOf, type TrainingSetting, unusedError } from '../runners/tasks/recipe-use.ts';
import { located, type Scope } from './plan-context.ts';
import type { Column, Row } from './resolve.ts';
import type { SuiteOverride, SuiteRecipe } from './suite-types.ts';

/** A resolved recipe, and where the suite says each of its fields. */
export interface LocatedRecipe {
  readonly recipe: Recipe;
  /** The field where the suite gives it itself; else where it names the recipe. */
  pathOf(field: string): FieldPath;
}

interface LocatedOverride {
  readonly override: SuiteOverride;
  readonly path: FieldPath;
}

/**
 * The exceptions that hold for a cell: the suite's, then the scale's, each in the order of the
 * file.
 */
function exceptions(scope: Scope, row: Row, column: Column): readonly LocatedOverride[] {
  const { suite, scale, scaleName } = scope;
  const at = (list: readonly SuiteOverride[] | undefined, path: FieldPath) =>
    (list ?? []).map((override, index) => ({ override, path: [...path, 'overrides', index] }));
  return [
    ...at(suite.definition.overrides, []),
    ...at(scale.overrides, ['scales', scaleName]),
  ].filter(
    ({ override }) =>
      (override.rows?.includes(row.row.name) ?? true) &&
      (override.columns?.includes(column.id) ?? true),
  );
}

/**
 * A cell's hyper-parameters, completely resolved. Checked after every exception, so that an error
 * names the one at fault.
 *
 * @throws UsageError with the code of the method's registry, at the field that caused it.
 */
export function cellHyper(scope: Scope, row: Row, column: Column): Hyper {
  const resolve = (values: Hyper, path: FieldPath) => {
    const resolveAll = (some: Hyper) =>
      scope.context.resolveHyper(row.method, some, column.student);
    try {
      return resolveAll(values);
    } catch (cause) {
      wrongOnes(scope, values, path, resolveAll);
      return located(scope.suite, path, () => {
        throw cause;
      });
    }
  };
  let values: Hyper = row.row.hyper ?? {};
  let resolved = resolve(values, ['rows', row.index, 'hyper']);
  for (const { override, path } of exceptions(scope, row, column)) {
    if (override.hyper === undefined) continue;
    values = { ...values, ...override.hyper };
    resolved = resolve(values, [...path, 'hyper']);
  }
  return resolved;
}

/**
 * Of several hyper-parameters each may be wrong by itself. Where some are, they are told, each at
 * its field; where none is, they do not fit together.
 */
function wrongOnes(
  { suite }: Scope,
  values: Hyper,
  path: FieldPath,
  resolve: (values: Hyper) => Hyper,
): void {
  const wrong = new Problems();
  for (const [name, value] of Object.entries(values)) {
    wrong.attempt(() => located(suite, [...path, name], () => resolve({ [name]: value })));
  }
  wrong.throwAll('HYPER_ERRORS');
}

/**
 * A student's recipe with the exceptions of its cell. An exception that names a recipe takes the
 * place of those before it.
 *
 * @throws UsageError at the field that caused it; `SUITE_STRONG_VIEW` where the method learns from
 *   two views of each picture and the recipe has one.
 */
export function studentRecipe(scope: Scope, row: Row, column: Column): LocatedRecipe {
  const changes = exceptions(scope, row, column).filter(
    ({ override }) => override.recipe !== undefined,
  );
  let named: LocatedName = {
    named: scope.scale.recipe,
    path: ['scales', scope.scaleName, 'recipe'],
  };
  let layers: RecipeLayer[] = [];
  for (const { override, path: at } of changes) {
    const path = [...at, 'recipe'];
    if (typeof override.recipe === 'string') {
      named = { named: override.recipe, path };
      layers = [];
    } else layers.push({ overrides: override.recipe as RecipeOverrides, path });
  }
  const located = resolveRecipe(scope, named, layers, column.student);
  if (row.missing === null && scope.context.needsStrongView(row.method)) {
    checkStrongView(scope, row, located.recipe, (layers.at(-1) ?? named).path);
  }
  return located;
}

/**
 * Refuses a field of a training's recipe that has no effect in it.
 *
 * @throws UsageError `RECIPE_FIELD` at the field
 */
export function refuseUnused(
  { suite, context }: Scope,
  { recipe, pathOf }: LocatedRecipe,
  setting: Omit<TrainingSetting, 'strongView'>,
): void {
  const strongView = context.needsStrongView(setting.method);
  const found = context.unusedField(recipe, { ...setting, strongView });
  if (found === null) return;
  located(suite, pathOf(found.field), () => {
    throw unusedError(recipe.name, found);
  });
}

function checkStrongView({ suite }: Scope, row: Row, recipe: Recipe, path: FieldPath): void {
  if (recipe.augmentation.strong !== undefined) return;
  throw suite.error(
    'SUITE_STRONG_VIEW',
    path,
    `${row.row.name} learns from two views of every picture, and the recipe "${recipe.name}" has one.`,
    'Override for its row: recipe: {augmentation: {strong: {kind: rand-augment, operations: 2, cutout: 0.5}}}.',
  );
}

/** A teacher's recipe: its own, or that of the scale; exceptions of cells do not touch it. */
export function teacherRecipe(scope: Scope, model: string): LocatedRecipe {
  const own = scope.scale.teacher?.recipe;
  const path = ['scales', scope.scaleName, ...(own === undefined ? [] : ['teacher']), 'recipe'];
  return resolveRecipe(scope, { named: own ?? scope.scale.recipe, path }, [], model);
}

/** Notes recipes of the scale that nobody knows, also where none of its cells is left to say so. */
export function checkRecipeNames({ suite, scale, scaleName, problems }: Scope): void {
  const named: readonly (readonly [SuiteRecipe | undefined, FieldPath])[] = [
    [scale.recipe, ['scales', scaleName, 'recipe']],
    [scale.teacher?.recipe, ['scales', scaleName, 'teacher', 'recipe']],
  ];
  for (const [recipe, path] of named) {
    const name = typeof recipe === 'object' ? recipe.name : recipe;
    if (name === undefined) continue;
    problems.attempt(() => located(suite, path, () => loadRecipe(name)));
  }
}

interface LocatedName {
  readonly named: SuiteRecipe;
  readonly path: FieldPath;
}
interface RecipeLayer {
  readonly overrides: RecipeOverrides;
  readonly path: FieldPath;
}

function resolveRecipe(
  { suite, scale, data }: Scope,
  { named, path: namedAt }: LocatedName,
  exceptional: readonly RecipeLayer[],
  model: string,
): LocatedRecipe {
  const { name, overrides: own = {} } =
    typeof named === 'string' ? { name: named, overrides: {} } : named;
  const layers = [{ overrides: own, path: [...namedAt, 'overrides'] }, ...exceptional];
  const path = exceptional.at(-1)?.path ?? namedAt;
  const recipe = located(suite, path, () =>
    loadRecipe(name, layers.map(({ overrides }) => overrides).reduce(mergeOverrides), model),
  );
  const known = data.missing === null;
  const wanted = recipe.trainPictures;
  if (wanted !== null && known && wanted > data.trainPictures) {
    throw suite.error(
      'SUITE_PICTURES',
      path,
      `the recipe takes ${wanted} training pictures, but ${scale.dataset} has ${data.trainPictures}.`,
    );
  }
  if (known && recipe.dropLast && (wanted ?? data.trainPictures) < recipe.batchSize) {
    throw suite.error(
      'SUITE_PICTURES',
      path,
      `no batch of ${recipe.batchSize} is full with ${wanted ?? data.trainPictures} training pictures, and dropLast leaves out what is not.`,
      'Take a smaller batchSize, or keep incomplete batches with dropLast: false.',
    );
  }
  if (data.sizesDiffer === true && recipe.input === undefined) {
    throw suite.error(
      'SUITE_INPUT',
      path,
      `the pictures of ${scale.dataset} have different sizes, and the recipe has no input that makes one size of them.`,
      'Give the recipe an input, such as {kind: random-resized-crop, size: 224, resize: 256}.',
    );
  }
  // All pictures by their number are all pictures.
  const trainPictures = known && wanted === data.trainPictures ? null : wanted;
  return {
    recipe: { ...recipe, trainPictures },
    pathOf: (field) => {
      const said = layers.findLast(({ overrides }) => fieldOf(overrides, field) !== undefined);
      return said === undefined ? namedAt : [...said.path, ...field.split('.')];
    },
  };
}

/** Steps of a whole training: an incomplete last batch counts unless the recipe drops it. */
export function trainingSteps(recipe: Recipe, available: number): number {
  if (recipe.iterations !== undefined) return recipe.iterations;
  const batches = (recipe.trainPictures ?? available) / recipe.batchSize;
  return recipe.epochs * (recipe.dropLast ? Math.floor(batches) : Math.ceil(batches));
}
