import {
  type CellRow,
  type ColumnRow,
  type CurvePoint,
  cells,
  cellTrials,
  columns,
  curves,
  type EnvironmentRow,
  type EventRow,
  environments,
  events,
  type LossPoint,
  losses,
  type MethodRow,
  methods,
  type PlanRow,
  plannedTrials,
  publishedTeachers,
  type RunRow,
  runs,
  type SelectionRow,
  selections,
  type TrialRow,
} from '../../results/queries.ts';
import type { Store } from '../../results/store.ts';

/** Everything the store knows of one suite at one scale: what a table and its cells are made from. */
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
  readonly curves: readonly CurvePoint[];
  readonly losses: readonly LossPoint[];
  readonly environments: readonly EnvironmentRow[];
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
    curves: await curves(store, suite, scale),
    losses: await losses(store, suite, scale),
    environments: await environments(store),
    events: await events(store, suite, scale),
  };
}
