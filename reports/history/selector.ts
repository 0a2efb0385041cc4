import { UsageError } from '../../common/errors.ts';
import type { HistoryRow } from '../../results/history-queries.ts';
import { machineName } from './series.ts';

/** One side of a comparison: what was asked for, and the runs that it stands for. */
export interface Side {
  /** As the user wrote it. */
  readonly text: string;
  /** What it was taken for: `commit a1b2c3d4e5f6`. */
  readonly meaning: string;
  readonly rows: readonly HistoryRow[];
  /** Whether a suite was asked for: its cells are compared with those of another one. */
  readonly ofSuite?: boolean;
}

const kinds = ['commit', 'engine', 'machine', 'date', 'execution', 'suite'] as const;
type Kind = (typeof kinds)[number];

/**
 * The runs that a reference names: `latest` or `previous` (executions of each suite), a day or
 * `DAY..DAY` (UTC), the name of an execution, the beginning of a commit or of a numerics
 * fingerprint, a part of a machine's name, or a suite (`NAME`, `NAME@SCALE`: its latest execution);
 * `commit:`, `engine:`, `machine:`, `date:`, `execution:` and `suite:` say which is meant.
 *
 * @param resolveCommit what the version control calls a name such as `main` or `HEAD~1`; null where
 *   it knows none.
 * @throws UsageError `HISTORY_REF` where nothing was measured under it, or it may mean several
 *   things.
 */
export function selectSide(
  rows: readonly HistoryRow[],
  text: string,
  resolveCommit: (name: string) => string | null,
): Side {
  const measured = rows.filter(({ value, msPerStep }) => value !== null || msPerStep !== null);
  if (text === 'latest' || text === 'previous') return executionFromEnd(measured, text);
  const prefix = /^([a-z]+):(.+)$/.exec(text);
  if (prefix !== null && kinds.includes(prefix[1] as Kind)) {
    const side = sideOf(measured, text, prefix[1] as Kind, prefix[2] as string, resolveCommit);
    if (side === null) throw nothing(measured, text);
    return side;
  }
  const found = kinds
    .map((kind) => sideOf(measured, text, kind, text, resolveCommit))
    .filter((side) => side !== null);
  if (found.length === 0) throw nothing(measured, text);
  if (found.length > 1) {
    const meanings = found.map(({ meaning }) => meaning).join(', or ');
    throw new UsageError('HISTORY_REF', `"${text}" may mean ${meanings}.`, {
      hint: `Say which: ${kinds.map((kind) => `${kind}:${text}`).join(', ')}.`,
    });
  }
  return found[0] as Side;
}

function sideOf(
  rows: readonly HistoryRow[],
  text: string,
  kind: Kind,
  value: string,
  resolveCommit: (name: string) => string | null,
): Side | null {
  const matches = matcher(kind, value, resolveCommit);
  const own = matches === null ? [] : rows.filter(matches.test);
  if (own.length === 0) return null;
  const { meaning } = matches as Matcher;
  if (kind !== 'suite') return { text, meaning, rows: own };
  return { text, meaning, rows: executionFromEnd(own, 'latest').rows, ofSuite: true };
}

interface Matcher {
  readonly meaning: string;
  test(row: HistoryRow): boolean;
}

function matcher(
  kind: Kind,
  value: string,
  resolveCommit: (name: string) => string | null,
): Matcher | null {
  const beginning = /^[0-9a-f]{4,64}$/.test(value);
  switch (kind) {
    case 'date': {
      const match = /^(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?$/.exec(value);
      if (match === null) return null;
      const [, first, last = first] = match as unknown as [string, string, string?];
      const day = ({ executedAt }: HistoryRow) => executedAt.slice(0, 10);
      return {
        meaning: first === last ? `the day ${first}` : `the days ${first} to ${last}`,
        test: (row) => day(row) >= first && day(row) <= last,
      };
    }
    case 'commit': {
      const commit = resolveCommit(value) ?? (beginning ? value : null);
      if (commit === null) return null;
      return {
        meaning: `the commit ${commit.slice(0, 12)}`,
        test: (row) => row.commit?.startsWith(commit) ?? false,
      };
    }
    case 'engine':
      if (!beginning) return null;
      return {
        meaning: `the numerics fingerprint ${value.slice(0, 12)}`,
        test: (row) => row.fingerprint?.startsWith(value) ?? false,
      };
    case 'machine': {
      const part = value.toLowerCase();
      // Every name has the empty text in it: a check against nothing would pass.
      if (part.trim() === '') return null;
      return {
        meaning: `machines named "${value}"`,
        test: (row) =>
          row.machine !== null && machineName(row.machine).toLowerCase().includes(part),
      };
    }
    case 'suite':
      return {
        meaning: `the latest execution of the suite ${value}`,
        test: ({ suite, scale }) => value === suite || value === `${suite}@${scale}`,
      };
    case 'execution':
      return { meaning: `the execution ${value}`, test: (row) => row.execution === value };
  }
}

function executionFromEnd(rows: readonly HistoryRow[], text: 'latest' | 'previous'): Side {
  const back = text === 'latest' ? -1 : -2;
  const chosen = new Set(
    [...Map.groupBy(rows, ({ suite, scale }) => `${suite}@${scale}`).entries()].flatMap(
      ([name, of]) => {
        const ordered = of.toSorted((one, other) =>
          key(one) < key(other) ? -1 : Number(key(one) > key(other)),
        );
        const names = [...new Set(ordered.map(({ execution }) => execution))];
        const execution = names.at(back);
        return execution === undefined ? [] : [`${name}\n${execution}`];
      },
    ),
  );
  const own = rows.filter(({ suite, scale, execution }) =>
    chosen.has(`${suite}@${scale}\n${execution}`),
  );
  if (own.length === 0) throw nothing(rows, text);
  const names = [...new Set(own.map(({ execution }) => execution))].sort();
  return { text, meaning: `the ${text} execution (${names.join(', ')})`, rows: own };
}

function key({ executedAt, execution }: HistoryRow): string {
  return `${executedAt} ${execution}`;
}

function nothing(rows: readonly HistoryRow[], text: string): UsageError {
  const known = [
    ...new Set(rows.flatMap(({ commit }) => (commit === null ? [] : [commit.slice(0, 12)]))),
  ];
  const days = [...new Set(rows.map(({ executedAt }) => executedAt.slice(0, 10)))].sort();
  const suites = [...new Set(rows.map(({ suite, scale }) => `${suite}@${scale}`))].sort();
  const hint =
    rows.length === 0
      ? 'Nothing was measured in this workspace yet.'
      : `Measured: commits ${known.slice(-5).join(', ') || 'none'}; days ${days.at(0)} to ${days.at(-1)}; suites ${suites.slice(0, 5).join(', ')}.`;
  return new UsageError('HISTORY_REF', `Nothing that was measured is called "${text}".`, { hint });
}
