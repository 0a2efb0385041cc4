import type { Recipe } from '../../contract/spec.ts';
import {
  loadRecipe,
  ownRecipeFile,
  recipeInfo,
  recipeNames,
} from '../../reference/recipes/loader.ts';
import { fileFact, owned } from './own.ts';
import type { Description, Facts, Listed, ListedKind } from './types.ts';

/** Training protocols with their sources. */
export const recipes: ListedKind = {
  columns: ['epochs', 'batch', 'optimizer'],
  list: async () => recipeNames().map(listed),
  describe: async (name) => described(name),
};

function listed(name: string): Listed {
  const { epochs, batchSize, optimizer } = loadRecipe(name);
  return {
    name,
    title: owned(recipeInfo(name).title, ownRecipeFile(name)),
    columns: [`${epochs}`, `${batchSize}`, optimizer.kind],
  };
}

function described(name: string): Description {
  const { title, source, official, notes } = recipeInfo(name);
  return {
    name,
    title,
    facts: [
      ...fileFact(ownRecipeFile(name)),
      ['source', source.join('; ')],
      ['restates', official ?? ''],
      ['notes', notes ?? ''],
    ],
    tables: [fieldTable(loadRecipe(name))],
  };
}

function fieldTable(recipe: Recipe): Facts {
  return {
    title: 'Fields, defaults written out',
    columns: ['field', 'value'],
    rows: Object.entries(recipe)
      .filter(([field]) => field !== 'name')
      .flatMap(([field, value]) => rowsOf(field, value)),
  };
}

/** A row per number or word: `optimizer.lr`, `schedule.milestones`. */
function rowsOf(field: string, value: unknown): string[][] {
  if (value === null || typeof value !== 'object') return [[field, String(value ?? 'none')]];
  if (Array.isArray(value)) return [[field, value.join(', ')]];
  return Object.entries(value).flatMap(([part, inner]) => rowsOf(`${field}.${part}`, inner));
}
