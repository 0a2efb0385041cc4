import type { Scale } from '../contract/spec.ts';
import type { VerdictWord } from '../reference/verdict/words/index.ts';
import { plans } from '../results/queries.ts';
import { openStore } from '../results/store.ts';
import { fixed, signed } from './format.ts';
import { readPlanData } from './model/plan-data.ts';
import { type TableModel, tableModel } from './model/table-model.ts';

/** One official run beside one cell of a suite, with everything that a list of them prints. */
export interface OfficialRow {
  readonly suite: string;
  readonly scale: Scale;
  readonly cell: string;
  readonly row: string;
  readonly method: string;
  readonly teacher: string | null;
  readonly student: string;
  readonly metric: string;
  readonly decimals: number;
  /** Null where the table prints no number. */
  readonly published: number | null;
  readonly best: number | null;
  readonly bestEpoch: number | null;
  readonly last: number | null;
  readonly bestDifference: number | null;
  readonly lastDifference: number | null;
  /** Always 1. */
  readonly n: 1;
  readonly position: 'below last' | 'between' | 'above best' | null;
  readonly verdict: VerdictWord;
  readonly reason: string;
  readonly hyper: Readonly<Record<string, number | string | boolean>>;
  readonly run: string;
  readonly source: string;
  readonly notes: readonly string[];
  /** Other trainings of the trial in the same or other logs. */
  readonly otherRuns: number;
}

/**
 * Every official run of a database beside every cell that it belongs to, in the order of suites and
 * cells.
 */
export async function officialRows(database: string): Promise<readonly OfficialRow[]> {
  const store = await openStore(database, 'read');
  try {
    const rows: OfficialRow[] = [];
    for (const plan of await plans(store)) {
      rows.push(...rowsOfTable(tableModel(await readPlanData(store, plan))));
    }
    return rows;
  } finally {
    store.close();
  }
}

/** The official runs of one table. Pure. */
export function rowsOfTable(table: TableModel): readonly OfficialRow[] {
  const { suite, scale } = table.plan;
  return table.cells.flatMap(({ row, column, official, decimals }) =>
    official.map(({ spec, run, best, last, verdict, source, notes, otherRuns }) => ({
      suite,
      scale,
      cell: row.cell,
      row: row.row,
      method: row.method,
      teacher: column.teacher,
      student: column.student,
      metric: row.metric,
      decimals,
      published: row.published?.value ?? null,
      best: best?.value ?? null,
      bestEpoch: best?.epoch ?? null,
      last: last?.value ?? null,
      bestDifference: verdict.differences.best,
      lastDifference: verdict.differences.last,
      n: 1 as const,
      position: verdict.position,
      verdict: verdict.word,
      reason: verdict.reason,
      hyper: spec.hyper,
      run: run.run,
      source,
      notes,
      otherRuns: otherRuns.length,
    })),
  );
}

/**
 * Means over the comparable runs that have both numbers: how far publication, best and last lie
 * apart as a whole.
 */
export interface OfficialSummary {
  /** Runs beside a published number; one that stands in two suites counts once. */
  readonly runs: number;
  /** Published minus best, published minus last, best minus last: means in the metric's unit. */
  readonly publishedMinusBest: number | null;
  readonly publishedMinusLast: number | null;
  readonly bestMinusLast: number | null;
  readonly positions: Readonly<Record<'below last' | 'between' | 'above best', number>>;
  readonly verdicts: Readonly<Partial<Record<VerdictWord, number>>>;
}

export function summarizeOfficial(all: readonly OfficialRow[]): OfficialSummary {
  // Two suites may hold the same cell of the same published table.
  const key = (row: OfficialRow) => [row.run, row.metric, row.published].join(' ');
  const rows = [...new Map(all.map((row) => [key(row), row])).values()];
  // A run of others or of another protocol says nothing of how the publication's numbers were
  // chosen.
  const comparable = rows.filter(({ verdict }) => verdict !== 'not comparable');
  const full = comparable.filter(({ bestDifference, lastDifference }) =>
    [bestDifference, lastDifference].every((each) => each !== null),
  );
  const mean = (of: (row: OfficialRow) => number) =>
    full.length === 0 ? null : full.reduce((sum, row) => sum + of(row), 0) / full.length;
  const count = (position: OfficialRow['position']) =>
    comparable.filter((row) => row.position === position).length;
  return {
    runs: rows.length,
    publishedMinusBest: mean((row) => -(row.bestDifference as number)),
    publishedMinusLast: mean((row) => -(row.lastDifference as number)),
    bestMinusLast: mean((row) => (row.bestDifference as number) - (row.lastDifference as number)),
    positions: {
      'below last': count('below last'),
      between: count('between'),
      'above best': count('above best'),
    },
    verdicts: Object.fromEntries(verdictCounts(rows)),
  };
}

/** How many rows have which verdict, by the alphabet; words without a row are left out. */
function verdictCounts(rows: readonly OfficialRow[]): [VerdictWord, number][] {
  return [...Map.groupBy(rows, ({ verdict }) => verdict)]
    .map(([word, own]): [VerdictWord, number] => [word, own.length])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

export const officialHeads = [
  'Suite',
  'Method',
  'Pair',
  'Published',
  'Official best',
  'Official last',
  'Published lies',
  'Verdict (n = 1)',
  '',
] as const;

const positions = {
  'below last': 'below last',
  between: 'between last and best',
  'above best': 'above best',
} as const;

/** The texts of a row, in the order of `officialHeads`. */
export function officialTexts(row: OfficialRow): readonly string[] {
  const number = (value: number | null, difference: number | null) =>
    value === null
      ? ''
      : `${fixed(value, row.decimals)}${difference === null ? '' : ` (${signed(difference, row.decimals)})`}`;
  const others =
    row.otherRuns === 0
      ? []
      : [`${row.otherRuns} earlier training${row.otherRuns === 1 ? '' : 's'} in the log`];
  return [
    row.suite,
    row.row,
    row.teacher === null ? row.student : `${row.teacher} → ${row.student}`,
    row.published === null ? '' : fixed(row.published, row.decimals),
    number(row.best, row.bestDifference),
    number(row.last, row.lastDifference),
    row.position === null ? '' : positions[row.position],
    row.verdict,
    [...others, ...row.notes].join('; '),
  ];
}
