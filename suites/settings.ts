import type { FieldPath } from '../common/checked-yaml.ts';
import { loadRecipe, mergeOverrides, type RecipeOverrides } from '../reference/recipes/loader.ts';
import type { Hyper, Recipe } from '../runners/trial/spec.ts';
import { located, type Scope } from './plan-context.ts';
import type { Column, Row } from './resolve.ts';
import type { SuiteOverride, SuiteRecipe } from './suite-types.ts';

interface LocatedOverride {
  readonly override: SuiteOverride;
  readonly path: FieldPath;
}

/** The exceptions that hold for a cell: the suite's, then the scale's, each in the order of the file. */
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
 * A cell's hyper-parameters, completely resolved. Checked after every exception, so that an error names the one at fault.
 *
 * @throws UsageError with the code of the method's registry, at the field that caused it.
 */
export function cellHyper(scope: Scope, row: Row, column: Column): Hyper {
  const resolve = (values: Hyper, path: FieldPath) =>
    located(scope.suite, path, () =>
      scope.context.resolveHyper(row.method, values, column.student),
    );
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
 * A student's recipe with the exceptions of its cell. An exception that names a recipe takes the place of those before it.
 *
 * @throws UsageError at the field that caused it; `SUITE_STRONG_VIEW` where the method learns from two views of each picture and
 *   the recipe has one.
 */
export function studentRecipe(scope: Scope, row: Row, column: Column): Recipe {
  const changes = exceptions(scope, row, column).filter(
    ({ override }) => override.recipe !== undefined,
  );
  const last = changes.at(-1);
  const path: FieldPath =
    last === undefined ? ['scales', scope.scaleName, 'recipe'] : [...last.path, 'recipe'];
  let named = scope.scale.recipe;
  let overrides: RecipeOverrides[] = [];
  for (const { override } of changes) {
    if (typeof override.recipe === 'string') {
      named = override.recipe;
      overrides = [];
    } else overrides.push(override.recipe as RecipeOverrides);
  }
  const recipe = resolveRecipe(scope, named, overrides, column.student, path);
  if (row.missing === null && scope.context.needsStrongView(row.method)) {
    checkStrongView(scope, row, recipe, path);
  }
  return recipe;
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
export function teacherRecipe(scope: Scope, model: string): Recipe {
  const own = scope.scale.teacher?.recipe;
  const path = ['scales', scope.scaleName, ...(own === undefined ? [] : ['teacher']), 'recipe'];
  return resolveRecipe(scope, own ?? scope.scale.recipe, [], model, path);
}

function resolveRecipe(
  { suite, scale, data }: Scope,
  named: SuiteRecipe,
  overrides: readonly RecipeOverrides[],
  model: string,
  path: FieldPath,
): Recipe {
  const { name, overrides: own = {} } =
    typeof named === 'string' ? { name: named, overrides: {} } : named;
  const recipe = located(suite, path, () =>
    loadRecipe(name, [own, ...overrides].reduce(mergeOverrides), model),
  );
  const wanted = recipe.trainPictures;
  if (wanted !== null && data.missing === null && wanted > data.trainPictures) {
    throw suite.error(
      'SUITE_PICTURES',
      path,
      `the recipe takes ${wanted} training pictures, but ${scale.dataset} has ${data.trainPictures}.`,
    );
  }
  return recipe;
}

/** Steps of a whole training: an incomplete last batch counts unless the recipe drops it. */
export function trainingSteps(recipe: Recipe, available: number): number {
  if (recipe.iterations !== undefined) return recipe.iterations;
  const batches = (recipe.trainPictures ?? available) / recipe.batchSize;
  return recipe.epochs * (recipe.dropLast ? Math.floor(batches) : Math.ceil(batches));
}
