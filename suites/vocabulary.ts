import type { Published } from '../reference/published/loader.ts';

/**
 * Names that published tables speak of, whether or not Redistill has them. A suite may declare a
 * cell with such a name: it is `not run` until the method, network or data set exists (decision
 * 14). Any other name is a mistake.
 */
export interface Vocabulary {
  readonly methods: readonly string[];
  readonly networks: readonly string[];
  readonly datasets: readonly string[];
}

const cache = new WeakMap<Published, Vocabulary>();

/** The vocabulary of a set of published tables. */
export function vocabularyOf(published: Published): Vocabulary {
  const known = cache.get(published);
  if (known !== undefined) return known;
  const methods = published.cells.flatMap(({ method }) => (method ?? '').toLowerCase().split('+'));
  const columns = [...published.tables.values()].flatMap((table) => table.columns);
  const vocabulary: Vocabulary = {
    // A name with a blank or brackets describes a setting, not a method.
    methods: unique(methods.filter((name) => /^[a-z][a-z0-9.-]*$/.test(name))),
    networks: unique(
      columns.flatMap(({ teacher, student }) =>
        teacher === null ? [student] : [teacher, student],
      ),
    ),
    datasets: unique([...published.tables.values()].map(({ dataset }) => dataset)),
  };
  cache.set(published, vocabulary);
  return vocabulary;
}

/**
 * The first part of a method's name that tables know and Redistill lacks (`mlkd` of `MLKD+LSKD`).
 * Null where Redistill has all parts, or where no table knows a part.
 */
export function missingMethodPart(
  name: string,
  implemented: readonly string[],
  vocabulary: Vocabulary,
): string | null {
  const parts = name.toLowerCase().replaceAll(/\s/g, '').split('+');
  const absent = parts.filter((part) => !implemented.includes(part));
  if (absent.length === 0 || absent.some((part) => !vocabulary.methods.includes(part))) return null;
  return absent[0] as string;
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
