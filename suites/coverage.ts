import type { Plan, PlannedCell } from '../contract/plan-types.ts';
import type { PublishedCell } from '../reference/published/types.ts';

/**
 * How many published numbers there are, and how far each has come. A count is part of the one
 * before it; `measured` is part of `runnable`.
 */
export interface CoverageCounts {
  /** Numbers in reference/published. */
  readonly known: number;
  /** Those that a cell of some suite stands for at scale `paper`. */
  readonly declared: number;
  /**
   * Those that could be trained: the plan resolves, networks, method and data set are there, data
   * and weights have an address.
   */
  readonly runnable: number;
  /** Those whose training is the published protocol. */
  readonly comparable: number;
  /** Those with a completed training at scale `paper`. */
  readonly measured: number;
}

/** A reason that keeps numbers from the next stage. */
export interface CoverageReason {
  readonly stage: 'declared' | 'runnable' | 'comparable';
  readonly reason: string;
  readonly numbers: number;
}

export interface CoverageGroup extends CoverageCounts {
  /** A paper's key, a table's id or a suite's name. */
  readonly name: string;
  /** Largest first. */
  readonly reasons: readonly CoverageReason[];
}

export interface Coverage extends CoverageCounts {
  readonly systems: readonly CoverageGroup[];
  readonly tables: readonly CoverageGroup[];
  /** Cells of suites: a number that two suites stand for counts in both. */
  readonly suites: readonly CoverageGroup[];
  readonly reasons: readonly CoverageReason[];
}

export interface CoverageInput {
  readonly published: {
    readonly cells: readonly PublishedCell[];
    readonly tables: ReadonlyMap<string, { readonly paper: { readonly key: string } }>;
  };
  /** Every suite at scale `paper`, planned as if all that has an address were here. */
  readonly plans: readonly Plan[];
  /** Why no suite declares a table, by its id. */
  readonly notDeclared: ReadonlyMap<string, string>;
  /** Keys of {@link numberKey} with a completed training. */
  readonly measured: ReadonlySet<string>;
}

/** The key of a published number. */
export function numberKey(of: {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly metric: string;
}): string {
  return JSON.stringify([of.table, of.row, of.column, of.metric]);
}

/** One number, or one cell of a suite, with how far it has come. */
interface Standing {
  readonly declared: boolean;
  readonly runnable: boolean;
  readonly comparable: boolean;
  readonly measured: boolean;
  readonly reason: Omit<CoverageReason, 'numbers'> | null;
}

/**
 * How far every published number has come, by system, by table and by suite, with the reasons that
 * keep the others. Pure.
 */
export function coverageOf(input: CoverageInput): Coverage {
  const { published, plans, notDeclared, measured } = input;
  const cells = plans.flatMap((plan) =>
    plan.cells.flatMap((cell) =>
      cell.published === null
        ? []
        : [{ suite: plan.suite, cell, key: numberKey({ ...cell.published, metric: cell.metric }) }],
    ),
  );
  const byNumber = Map.groupBy(cells, ({ key }) => key);
  const numbers = published.cells.map((number) => {
    const key = numberKey(number);
    const standings = (byNumber.get(key) ?? []).map(({ cell }) =>
      standingOf(cell, measured.has(key)),
    );
    const { table } = number;
    const system = published.tables.get(table)?.paper.key ?? table;
    return { table, system, standing: furthest(standings) ?? undeclared(notDeclared.get(table)) };
  });
  const suites = cells.map(({ suite, cell, key }) => ({
    suite,
    standing: standingOf(cell, measured.has(key)),
  }));
  return {
    ...countsOf(numbers),
    systems: groups(numbers, ({ system }) => system),
    tables: groups(numbers, ({ table }) => table),
    suites: groups(suites, ({ suite }) => suite),
    reasons: reasonsOf(numbers),
  };
}

function standingOf({ notRun, notComparable }: PlannedCell, measured: boolean): Standing {
  const runnable = notRun === null;
  const comparable = runnable && notComparable === null;
  const reason = !runnable
    ? ({ stage: 'runnable', reason: notRun } as const)
    : notComparable === null
      ? null
      : ({ stage: 'comparable', reason: notComparable } as const);
  return { declared: true, runnable, comparable, measured: runnable && measured, reason };
}

const undeclared = (because: string | undefined): Standing => ({
  declared: false,
  runnable: false,
  comparable: false,
  measured: false,
  reason: { stage: 'declared', reason: because ?? 'its suite leaves this part of the table out' },
});

/** The cell that has come furthest, where a number has several. */
function furthest(standings: readonly Standing[]): Standing | undefined {
  const stage = ({ runnable, comparable, measured }: Standing) =>
    Number(runnable) + Number(comparable) + Number(measured);
  return standings.toSorted((a, b) => stage(b) - stage(a))[0];
}

type Counted = readonly { readonly standing: Standing }[];

function countsOf(numbers: Counted): CoverageCounts {
  const count = (is: (standing: Standing) => boolean) =>
    numbers.filter(({ standing }) => is(standing)).length;
  return {
    known: numbers.length,
    declared: count(({ declared }) => declared),
    runnable: count(({ runnable }) => runnable),
    comparable: count(({ comparable }) => comparable),
    measured: count(({ measured }) => measured),
  };
}

function groups<Item extends { readonly standing: Standing }>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): readonly CoverageGroup[] {
  return [...Map.groupBy(items, nameOf)].map(([name, members]) => ({
    name,
    ...countsOf(members),
    reasons: reasonsOf(members),
  }));
}

function reasonsOf(numbers: Counted): readonly CoverageReason[] {
  const stages = ['declared', 'runnable', 'comparable'] as const;
  const found = numbers.flatMap(({ standing: { reason } }) => (reason === null ? [] : [reason]));
  return [...Map.groupBy(found, ({ stage, reason }) => `${stage} ${reason}`).values()]
    .map((alike) => ({ ...(alike[0] as (typeof found)[number]), numbers: alike.length }))
    .sort(
      (a, b) =>
        stages.indexOf(a.stage) - stages.indexOf(b.stage) ||
        b.numbers - a.numbers ||
        (a.reason < b.reason ? -1 : 1),
    );
}
