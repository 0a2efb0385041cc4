import { canonicalJson, type Json } from '../common/canonical.ts';
import { lookUp } from '../common/look-up.ts';
import type { Recipe } from '../contract/spec.ts';
import type { Published } from '../reference/published/loader.ts';
import type { PublishedTable } from '../reference/published/types.ts';
import { loadRecipe, type RecipeOverrides } from '../reference/recipes/loader.ts';
import {
  type PublishedProtocol,
  publishedProtocol,
  type Stated,
  sourcesOf,
} from '../reference/recipes/official.ts';
import { methodOf } from '../runners/official/log-name.ts';
import {
  logDatasets,
  type OfficialProtocol,
  officialProtocol,
} from '../runners/official/protocols.ts';
import { publishedName } from './network-names.ts';

/** The fields of a log's trial that its protocol depends on. Networks have Redistill's names. */
export interface LoggedTraining {
  readonly method: string;
  readonly teacher: string;
  readonly student: string;
  readonly dataset: string;
}

/**
 * The protocols that official files state for trainings of this method and pair, each once: tables
 * may quote each other and train otherwise. Where no file speaks of the method with the pair, the
 * recipe that the papers on the data set share.
 *
 * @returns none for a data set without a known protocol
 */
export function logProtocols(
  published: Published,
  training: LoggedTraining,
): readonly OfficialProtocol[] {
  const dataset = lookUp(logDatasets, training.dataset);
  if (dataset === undefined) return [];
  const stated = [...published.tables.values()]
    .filter((table) => table.dataset === training.dataset && sourcesOf(table.id) !== undefined)
    .flatMap((table) => protocolsOf(table, training).map((protocol) => ({ table, ...protocol })));
  const distinct = new Map<string, OfficialProtocol>();
  for (const { table, row, protocol } of stated) {
    const recipe = statedRecipe(dataset.recipe, protocol, training.student);
    const { name: _name, ...settings } = recipe;
    const key = canonicalJson(settings as unknown as Json);
    if (!distinct.has(key))
      distinct.set(key, officialProtocol(dataset, recipe, `${table.id}, ${row}`));
  }
  if (distinct.size > 0) return [...distinct.values()];
  const shared = loadRecipe(dataset.recipe, {}, training.student);
  const why = `the recipe ${shared.name}, since no official file speaks of ${training.method} with this pair`;
  return [officialProtocol(dataset, shared, why)];
}

function protocolsOf(
  table: PublishedTable,
  { method, teacher, student }: LoggedTraining,
): readonly { readonly row: string; readonly protocol: PublishedProtocol }[] {
  const column = table.columns.find(
    (each) => each.teacher === publishedName(teacher) && each.student === publishedName(student),
  );
  if (column === undefined) return [];
  const rows = table.cells.filter(
    (cell) =>
      cell.column === column.id &&
      cell.method !== null &&
      methodOf(cell.method, table.paper.key) === method,
  );
  return [...new Set(rows.map(({ row }) => row))].flatMap((row) => {
    const subject = { row, method, column: column.id, model: student, role: 'student' } as const;
    const protocol = publishedProtocol(table.id, subject);
    return protocol === null ? [] : [{ row, protocol }];
  });
}

/** The shared recipe with the stated settings; it keeps its name where they change nothing. */
function statedRecipe(base: string, { recipe }: PublishedProtocol, student: string): Recipe {
  const shared = loadRecipe(base, {}, student);
  // How pictures are normalised no log shows; the shared recipe leaves it to the data set.
  const shown = new Map([...recipe].filter(([field]) => field !== 'normalisation'));
  const changed = loadRecipe(base, overridesOf(shown), student);
  const same =
    canonicalJson(shared as unknown as Json) === canonicalJson(changed as unknown as Json);
  const source = [...recipe.values()].at(-1)?.source;
  return same || source === undefined ? shared : { ...changed, name: source };
}

const overridesOf = (stated: ReadonlyMap<string, Stated>): RecipeOverrides =>
  nested(
    [...stated].map(([field, { value }]) => [field.split('.'), value] as const),
  ) as RecipeOverrides;

/** `optimizer.lr` as `{optimizer: {lr}}`. */
function nested(
  fields: readonly (readonly [readonly string[], Json])[],
): Readonly<Record<string, Json>> {
  const parts = Map.groupBy(fields, ([[first = '']]) => first);
  return Object.fromEntries(
    [...parts].map(([name, list]) => {
      const whole = list.find(([path]) => path.length === 1);
      const inner = list.map(([[, ...rest], value]) => [rest, value] as const);
      return [name, whole === undefined ? nested(inner) : whole[1]];
    }),
  );
}
