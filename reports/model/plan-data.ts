import type { Scale, TrialSpec } from '../../contract/spec.ts';
import {
  type CellRow,
  type ColumnRow,
  type Curve,
  cells,
  cellTrials,
  columns,
  curves,
  type EnvironmentRow,
  type EventRow,
  environments,
  events,
  losses,
  type MethodRow,
  methods,
  officialTrials,
  type PlanRow,
  plannedTrials,
  publishedTeachers,
  type RunRow,
  runs,
  type SelectionRow,
  selections,
  type TrialRow,
} from '../../results/queries.ts';
import type { Store } from '../../results/store-types.ts';

/**
 * What a table is made from: all that the store knows of one suite at one scale, without what
 * happened inside its runs.
 */
export interface PlanData {
  readonly plan: PlanRow;
  readonly columns: readonly ColumnRow[];
  readonly methods: readonly MethodRow[];
  readonly cells: readonly CellRow[];
  readonly cellTrials: readonly { readonly cell: string; readonly trial: string }[];
  readonly publishedTeachers: readonly {
    readonly column: string;
    readonly metric: string;
    readonly value: number;
  }[];
  readonly trials: readonly TrialRow[];
  readonly runs: readonly RunRow[];
  readonly selections: readonly SelectionRow[];
  readonly environments: readonly EnvironmentRow[];
  /** What the authors' own logs say of the cells; apart from everything above, which is ours. */
  readonly official: OfficialData;
}

/** Official runs beside the cells of a plan. */
export interface OfficialData {
  readonly trials: readonly {
    readonly cell: string;
    readonly trial: string;
    readonly spec: TrialSpec;
  }[];
  readonly runs: readonly RunRow[];
  readonly selections: readonly SelectionRow[];
  /** Of its runs: where they were read from, and what there is to say of them. */
  readonly events: readonly EventRow[];
}

export async function readPlanData(store: Store, plan: PlanRow): Promise<PlanData> {
  const { suite, scale } = plan;
  return {
    plan,
    columns: await columns(store, suite, scale),
    methods: await methods(store, suite, scale),
    cells: await cells(store, suite, scale),
    cellTrials: await cellTrials(store, suite, scale),
    publishedTeachers: await publishedTeachers(store, suite, scale),
    trials: await plannedTrials(store, suite, scale),
    runs: await runs(store, suite, scale),
    selections: await selections(store, suite, scale),
    environments: await environments(store),
    official: await readOfficial(store, suite, scale),
  };
}

async function readOfficial(store: Store, suite: string, scale: Scale): Promise<OfficialData> {
  const official = await runs(store, suite, scale, 'official');
  return {
    trials: await officialTrials(store, suite, scale),
    runs: official,
    selections: await selections(store, suite, scale, 'official'),
    events: await events(
      store,
      official.map(({ run }) => run),
    ),
  };
}

/** What happened inside some runs, by run: what the pages of cells show beside the table. */
export interface RunData {
  readonly curves: ReadonlyMap<string, readonly (Curve & { readonly metric: string })[]>;
  readonly losses: ReadonlyMap<string, Curve>;
  readonly events: ReadonlyMap<string, readonly EventRow[]>;
}

/**
 * The curves and events of these runs. Those of all runs together may not fit into memory, so a
 * caller asks for some.
 */
export async function readRunData(store: Store, names: readonly string[]): Promise<RunData> {
  return {
    curves: Map.groupBy(await curves(store, names), ({ run }) => run),
    losses: new Map((await losses(store, names)).map((curve) => [curve.run, curve])),
    events: Map.groupBy(await events(store, names), ({ run }) => run),
  };
}
