import type { EndState, Environment } from '../contract/journal-types.ts';
import type { PlannedClaim, PlanRequestRecord } from '../contract/plan-types.ts';
import type { Scale, TrialSpec } from '../contract/spec.ts';
import type { PublishedNumberRow } from './published.ts';
import type { Store } from './store-types.ts';

/**
 * The queries of reports and checks. Every query states its order, so that equal databases give
 * equal answers. Times are ISO 8601 UTC with seconds. BIGINT columns are cast to a type that fits a
 * number.
 */

export interface PlanRow {
  readonly suite: string;
  readonly scale: Scale;
  readonly title: string;
  readonly notComparable: string | null;
  /** Equivalence margin per metric. */
  readonly margins: Readonly<Record<string, number>>;
  /** The suite's own seeds where the plan was made for others; null where it has them. */
  readonly registeredSeeds: readonly number[] | null;
  /** Null where it was not recorded. */
  readonly asked: PlanRequestRecord | null;
  /** The suite's claims about its own rows. */
  readonly claims: readonly PlannedClaim[];
}

/** Every suite at every scale that was planned: by suite, then paper, proxy, own, smoke. */
export async function plans(store: Store): Promise<PlanRow[]> {
  const rows = await store.rows<
    Omit<PlanRow, 'margins' | 'registeredSeeds' | 'asked' | 'claims'> & {
      margins: string;
      registered: string | null;
      asked: string | null;
      claims: string | null;
    }
  >(
    `SELECT suite, scale, title, not_comparable AS "notComparable", margins, registered_seeds AS registered, asked, claims
       FROM plans ORDER BY suite, list_position(['paper', 'proxy', 'own', 'smoke'], scale), scale`,
  );
  return rows.map(({ margins, registered, asked, claims, ...row }) => ({
    ...row,
    margins: JSON.parse(margins) as PlanRow['margins'],
    registeredSeeds: registered === null ? null : (JSON.parse(registered) as number[]),
    claims: claims === null ? [] : (JSON.parse(claims) as PlannedClaim[]),
    asked: asked === null ? null : (JSON.parse(asked) as PlanRequestRecord),
  }));
}

export interface ColumnRow {
  readonly id: string;
  readonly teacher: string | null;
  readonly student: string;
}

/** The columns of a table, as the suite orders them. */
export function columns(store: Store, suite: string, scale: Scale): Promise<ColumnRow[]> {
  return store.rows(
    'SELECT id, teacher, student FROM plan_columns WHERE suite = $1 AND scale = $2 ORDER BY position',
    [suite, scale],
  );
}

export interface MethodRow {
  readonly name: string;
  readonly method: string;
}

/** The rows of a table, as the suite orders them. */
export function methods(store: Store, suite: string, scale: Scale): Promise<MethodRow[]> {
  return store.rows(
    'SELECT name, method FROM plan_rows WHERE suite = $1 AND scale = $2 ORDER BY position',
    [suite, scale],
  );
}

/** The published number of a cell, without the fields that the cell itself has. */
export type PublishedOfCell = Omit<PublishedNumberRow, 'metric' | 'part'>;

export interface CellRow {
  readonly cell: string;
  readonly row: string;
  readonly method: string;
  readonly column: string;
  readonly metric: string;
  readonly noReference: string | null;
  /** Why its numbers may not be set against the published one; null where they may. */
  readonly notComparable: string | null;
  readonly notRun: string | null;
  readonly published: PublishedOfCell | null;
}

/** The cells of a table in the suite's order, each with its published number where there is one. */
export async function cells(store: Store, suite: string, scale: Scale): Promise<CellRow[]> {
  const rows = await store.rows<Omit<CellRow, 'published'> & { published: string | null }>(
    `SELECT c.cell, c.row_name AS "row", c.method, c.column_id AS "column", c.metric,
            c.no_reference AS "noReference", c.not_comparable AS "notComparable", c.not_run AS "notRun",
            CASE WHEN p.table_id IS NOT NULL THEN json_object(
              'table', p.table_id, 'row', p.row_name, 'column', p.column_id, 'value', p.value, 'sd', p.sd, 'unit', p.unit,
              'decimals', p.decimals, 'higherIsBetter', p.higher_is_better, 'selection', p.selection,
              'runsAveraged', p.runs_averaged, 'paper', p.paper, 'caption', p.caption, 'source', p.source,
              'trust', p.trust, 'dataset', p.dataset) END AS published
       FROM cells c
       LEFT JOIN published p ON p.table_id = c.published_table AND p.row_name = c.published_row
                            AND p.column_id = c.published_column AND p.metric = c.metric
      WHERE c.suite = $1 AND c.scale = $2
    QUALIFY row_number() OVER (PARTITION BY c.cell ORDER BY p.part NULLS FIRST) = 1
      ORDER BY c.position`,
    [suite, scale],
  );
  return rows.map((row) => ({
    ...row,
    published: row.published === null ? null : (JSON.parse(row.published) as PublishedOfCell),
  }));
}

/** Ids of the published tables that the database holds. */
export async function publishedTables(store: Store): Promise<string[]> {
  const rows = await store.rows<{ table: string }>(
    'SELECT DISTINCT table_id AS "table" FROM published ORDER BY table_id',
  );
  return rows.map(({ table }) => table);
}

/** Published scores of the teachers of a table's columns, by column. */
export async function publishedTeachers(
  store: Store,
  suite: string,
  scale: Scale,
): Promise<{ readonly column: string; readonly metric: string; readonly value: number }[]> {
  return store.rows(
    `SELECT DISTINCT c.column_id AS "column", p.metric, p.value
       FROM cells c
       JOIN published p ON p.table_id = c.published_table AND p.column_id = c.published_column
                       AND p.row_name = 'Teacher' AND p.metric = c.metric AND p.part IS NULL
      WHERE c.suite = $1 AND c.scale = $2
      ORDER BY c.column_id, p.metric, p.value`,
    [suite, scale],
  );
}

/** Which trials a cell is made of, in the suite's order. */
export function cellTrials(
  store: Store,
  suite: string,
  scale: Scale,
): Promise<{ readonly cell: string; readonly trial: string }[]> {
  return store.rows(
    'SELECT cell, trial FROM cell_trials WHERE suite = $1 AND scale = $2 ORDER BY cell, position',
    [suite, scale],
  );
}

export interface TrialRow {
  readonly trial: string;
  readonly spec: TrialSpec;
  readonly gate: number | null;
  readonly steps: number;
}

/** Every trial of a plan, teachers too, in the order of the plan. */
export async function plannedTrials(
  store: Store,
  suite: string,
  scale: Scale,
): Promise<TrialRow[]> {
  const rows = await store.rows<Omit<TrialRow, 'spec'> & { spec: string }>(
    `SELECT p.trial, t.spec, p.gate, p.steps
       FROM planned_trials p JOIN trials t ON t.trial = p.trial
      WHERE p.suite = $1 AND p.scale = $2 ORDER BY p.position`,
    [suite, scale],
  );
  return rows.map((row) => ({ ...row, spec: JSON.parse(row.spec) as TrialSpec }));
}

/**
 * The trials that a query is about: those of the plan, or the official ones that stand beside its
 * cells. Never both.
 */
export type Whose = 'planned' | 'official';

const trialsOf: Readonly<Record<Whose, string>> = {
  planned: 'SELECT trial FROM planned_trials WHERE suite = $1 AND scale = $2',
  official: 'SELECT trial FROM official_cells WHERE suite = $1 AND scale = $2',
};

/** Official trials beside the cells of a plan, by the order of the cells. */
export async function officialTrials(
  store: Store,
  suite: string,
  scale: Scale,
): Promise<{ readonly cell: string; readonly trial: string; readonly spec: TrialSpec }[]> {
  const rows = await store.rows<{ cell: string; trial: string; spec: string }>(
    `SELECT o.cell, o.trial, t.spec
       FROM official_cells o
       JOIN trials t ON t.trial = o.trial
       JOIN cells c ON c.suite = o.suite AND c.scale = o.scale AND c.cell = o.cell
      WHERE o.suite = $1 AND o.scale = $2 ORDER BY c.position, o.trial`,
    [suite, scale],
  );
  return rows.map((row) => ({ ...row, spec: JSON.parse(row.spec) as TrialSpec }));
}

export interface RunRow {
  readonly run: string;
  readonly trial: string;
  readonly attempt: number;
  readonly fingerprint: string;
  readonly environment: string;
  readonly state: EndState | 'unfinished';
  readonly reason: string;
  readonly weights: string | null;
  readonly initialWeights: string | null;
  readonly parameters: number | null;
  readonly stepsPerEpoch: number | null;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly seconds: number | null;
  readonly resumes: number;
  readonly lostEpochs: number;
  /** The last epoch that was journalled; 0 where there is none. */
  readonly epochs: number;
  /** Mean over the epochs; null where there is none. */
  readonly msPerStep: number | null;
  /** Whether this is the run that stands for its trial. */
  readonly counts: boolean;
}

/** Every run of the trials of a plan: by trial, the one that counts first, then by start. */
export function runs(
  store: Store,
  suite: string,
  scale: Scale,
  whose: Whose = 'planned',
): Promise<RunRow[]> {
  return store.rows(
    `SELECT r.run, r.trial, r.attempt, r.fingerprint, r.environment, r.state, r.reason, r.weights,
            r.initial_weights AS "initialWeights", r.parameters::DOUBLE AS parameters,
            r.steps_per_epoch AS "stepsPerEpoch", ${isoTime('r.started_at')} AS "startedAt",
            ${isoTime('r.updated_at')} AS "updatedAt", r.seconds, r.resumes, r.lost_epochs AS "lostEpochs",
            coalesce(e.epochs, 0) AS epochs, e.mean_ms AS "msPerStep", c.run IS NOT NULL AS counts
       FROM runs r
       LEFT JOIN run_costs e ON e.run = r.run
       LEFT JOIN current_runs c ON c.run = r.run
      WHERE r.trial IN (${trialsOf[whose]})
      ORDER BY r.trial, counts DESC, r.started_at, r.run`,
    [suite, scale],
  );
}

export interface StepTimeRow {
  readonly run: string;
  readonly environment: string;
  /** Median over the epochs: the first one includes recording the graph. */
  readonly msPerStep: number;
}

/**
 * The time of a training step of every completed run that stands for its trial, by run. Not of
 * those in cohorts, whose equal shares of a common step are no times of their methods.
 */
export function stepTimes(store: Store): Promise<StepTimeRow[]> {
  return store.rows(
    `SELECT r.run, r.environment, e.median_ms AS "msPerStep"
       FROM current_runs r JOIN run_costs e ON e.run = r.run
      WHERE r.state = 'completed' AND e.median_ms IS NOT NULL AND e.students = 1 ORDER BY r.run`,
  );
}

export interface RunCostRow extends StepTimeRow {
  /** The most that the process of the run held at once. */
  readonly peakMemoryMiB: number;
  /** Students that shared its steps; then time and memory are not of its method alone. */
  readonly students: number;
}

/**
 * Time and memory of every completed run that stands for its trial, by run. Logs of others say
 * neither.
 */
export function runCosts(store: Store): Promise<RunCostRow[]> {
  return store.rows(
    `SELECT r.run, r.environment, c.median_ms AS "msPerStep", c.peak_memory_mib AS "peakMemoryMiB",
            c.students::DOUBLE AS students
       FROM current_runs r JOIN run_costs c ON c.run = r.run
      WHERE r.state = 'completed' AND c.median_ms IS NOT NULL AND c.peak_memory_mib IS NOT NULL ORDER BY r.run`,
  );
}

export interface RunSecondsRow {
  readonly run: string;
  readonly environment: string;
  /** Training and evaluation of every epoch that was journalled; in a cohort its equal share. */
  readonly seconds: number;
}

/** How long every run took that left an epoch, whatever became of it, by run. Of logs: nothing. */
export function runSeconds(store: Store): Promise<RunSecondsRow[]> {
  return store.rows(
    `SELECT r.run, r.environment, sum(e.train_seconds + e.eval_seconds) AS seconds
       FROM runs r JOIN epochs e ON e.run = r.run
      GROUP BY r.run, r.environment HAVING seconds > 0 ORDER BY r.run`,
  );
}

export interface SelectionRow {
  readonly run: string;
  readonly metric: string;
  readonly split: string;
  readonly selection: 'best' | 'last';
  readonly value: number;
  readonly epoch: number;
}

/**
 * Best and last of every metric of the runs of a plan, on the split that was held out: `test` where
 * there is one, else the first by name that is not `train`.
 */
export function selections(
  store: Store,
  suite: string,
  scale: Scale,
  whose: Whose = 'planned',
): Promise<SelectionRow[]> {
  return store.rows(
    `SELECT s.run, s.name AS metric, s.split, s.selection, s.value, s.epoch
       FROM selections s JOIN runs r ON r.run = s.run
      WHERE s.split <> 'train'
        AND r.trial IN (${trialsOf[whose]})
    QUALIFY row_number() OVER (PARTITION BY s.run, s.name, s.selection ORDER BY s.split <> 'test', s.split) = 1
      ORDER BY s.run, s.name, s.selection`,
    [suite, scale],
  );
}

/** A quantity of one run over its epochs: two lists of one length, by ascending epoch. */
export interface Curve {
  readonly run: string;
  readonly epochs: readonly number[];
  readonly values: readonly number[];
}

/** One metric per epoch of some runs, on the same split as `selections`: by run, then metric. */
export async function curves(
  store: Store,
  names: readonly string[],
): Promise<(Curve & { readonly metric: string })[]> {
  // A list per run and metric: a row per epoch costs five times as much on its way out of DuckDB.
  const rows = await store.rows<Curve & { readonly metric: string }>(
    `SELECT m.run, m.name AS metric, list(m.epoch) AS epochs, list(m.value) AS "values"
       FROM metrics m
      WHERE m.split <> 'train' AND m.value IS NOT NULL AND m.run IN (${namesIn('$1')})
      GROUP BY m.run, m.name, m.split
    QUALIFY row_number() OVER (PARTITION BY m.run, m.name ORDER BY m.split <> 'test', m.split) = 1
      ORDER BY m.run, m.name`,
    [JSON.stringify(names)],
  );
  return rows.map(byEpoch);
}

/** Mean of the trained loss over each epoch of some runs: by run. */
export async function losses(store: Store, names: readonly string[]): Promise<Curve[]> {
  const rows = await store.rows<Curve>(
    `SELECT run, list(epoch) AS epochs, list(total_loss) AS "values"
       FROM epochs WHERE total_loss IS NOT NULL AND run IN (${namesIn('$1')})
      GROUP BY run ORDER BY run`,
    [JSON.stringify(names)],
  );
  return rows.map(byEpoch);
}

/**
 * Rows lie in the order of their epochs, but a database promises none; sorting there costs more
 * than looking here.
 */
function byEpoch<Row extends Curve>(row: Row): Row {
  const { epochs, values } = row;
  if (epochs.every((epoch, index) => index === 0 || epoch > (epochs[index - 1] as number)))
    return row;
  const order = epochs
    .map((_, index) => index)
    .sort((one, other) => (epochs[one] as number) - (epochs[other] as number));
  return {
    ...row,
    epochs: order.map((index) => epochs[index] as number),
    values: order.map((index) => values[index] as number),
  };
}

/** A parameter that holds a JSON array of texts, as rows for IN. */
function namesIn(parameter: string): string {
  return `SELECT unnest(from_json(${parameter}, '["VARCHAR"]'))`;
}

export interface EnvironmentRow {
  readonly environment: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly gpu: string | null;
  readonly os: string;
  readonly node: string;
  readonly tensorflow: string;
  readonly device: Environment['device'];
  readonly threadsIntra: number;
  readonly threadsInter: number;
  readonly libvips: string;
  readonly commit: string | null;
  readonly dirty: boolean;
}

/** Every environment that was measured in, by its hash. */
export function environments(store: Store): Promise<EnvironmentRow[]> {
  return store.rows(
    `SELECT environment, cpu, cores, memory_gib AS "memoryGiB", gpu, os, node, tensorflow, device,
            threads_intra AS "threadsIntra", threads_inter AS "threadsInter", libvips, commit_hash AS commit, dirty
       FROM environments ORDER BY environment`,
  );
}

export interface EventRow {
  readonly run: string;
  readonly time: string;
  readonly kind: string;
  readonly message: string;
}

/** The events of some runs: by run, in the order of the journals. */
export function events(store: Store, names: readonly string[]): Promise<EventRow[]> {
  return store.rows(
    `SELECT run, ${isoTime('time')} AS time, kind, message
       FROM events WHERE run IN (${namesIn('$1')}) ORDER BY run, seq`,
    [JSON.stringify(names)],
  );
}

function isoTime(column: string): string {
  return `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ')`;
}
