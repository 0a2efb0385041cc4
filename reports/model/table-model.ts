import { canonicalJson, type Json } from '../../common/canonical.ts';
import { lookUp } from '../../common/look-up.ts';
import { headlines } from '../../contract/headline.ts';
import type { TeacherRef, TrialId, TrialSpec } from '../../contract/spec.ts';
import { chanceLevel } from '../../reference/verdict/chance.ts';
import { type SeedsOfCell, seedDoubt } from '../../reference/verdict/doubts.ts';
import { bartlett, type Homogeneity } from '../../reference/verdict/homogeneity.ts';
import { type PairedDifference, pairedDifference } from '../../reference/verdict/paired.ts';
import { type PairedControl, pairedControl } from '../../reference/verdict/paired-control.ts';
import { type Sample, type Spread, sample } from '../../reference/verdict/sample.ts';
import {
  controlTable,
  standing,
  type TableControl,
} from '../../reference/verdict/table-control.ts';
import {
  type CellValues,
  independentValues,
  tableSpread,
} from '../../reference/verdict/teachers.ts';
import {
  type Valueless,
  type Verdict,
  type VerdictInput,
  verdict,
} from '../../reference/verdict/verdict.ts';
import type { CellRow, ColumnRow, PlanRow, RunRow, SelectionRow } from '../../results/queries.ts';
import { whyNoValue } from './no-value.ts';
import { type OfficialIndex, type OfficialRunModel, officialIndex } from './official-runs.ts';
import type { PlanData } from './plan-data.ts';

/** A trial with the run that stands for it, if there is any. */
export interface TrialModel {
  readonly trial: TrialId;
  readonly spec: TrialSpec;
  readonly gate: number | null;
  /** Training steps of the whole trial. */
  readonly steps: number;
  readonly run: RunRow | null;
  /** Earlier and other runs of the trial, which do not count. */
  readonly otherRuns: readonly RunRow[];
  readonly best: SelectionRow | null;
  readonly last: SelectionRow | null;
  /**
   * Whether the trial completed and has the metric. A later seed (`CellModel.later`) is in no
   * verdict all the same.
   */
  readonly counted: boolean;
  /** With a trial that completed without the metric: why, as far as it is known. */
  readonly valueless: { readonly reason: string | null } | null;
}

/** The mean over the seeds that completed, and their values by seed. */
export interface Measurement extends Sample {
  readonly bySeed: ReadonlyMap<number, number>;
}

/** The difference to another method over shared seeds. */
export interface PairedModel {
  readonly baseline: string;
  readonly baselineMethod: string;
  readonly difference: PairedDifference | null;
  /** How the difference fares among all that the table makes; null where it cannot be decided. */
  readonly control: PairedControl | null;
  /** Why nothing may be concluded from the seeds of one of the two; null where something may. */
  readonly doubt: string | null;
  /** Why there is no difference, where there is none. */
  readonly missing: string | null;
}

export interface CellModel {
  readonly row: CellRow;
  readonly column: ColumnRow;
  readonly trials: readonly TrialModel[];
  readonly last: Measurement | null;
  readonly best: Measurement | null;
  /**
   * Seeds that were measured but are not among those which the suite registered: in no mean and no
   * verdict at paper scale.
   */
  readonly later: readonly number[];
  /** What taught the students: a text per different teacher; empty without one. */
  readonly taughtBy: readonly string[];
  /** Why the numbers may not be set against the published one; null where they may. */
  readonly notComparable: string | null;
  readonly verdict: Verdict;
  /**
   * How the verdict's word fares among all cells of this table and metric; null for words that no
   * test stands behind.
   */
  readonly control: TableControl | null;
  /**
   * Against the table's baselines, on the last epoch; empty where the cell is a baseline itself.
   */
  readonly paired: readonly PairedModel[];
  /** Runs of the authors' own code; they are in no number above. */
  readonly official: readonly OfficialRunModel[];
  readonly unit: string;
  readonly decimals: number;
}

export interface TeacherModel {
  readonly model: string;
  /**
   * Measured, last epoch; null for a teacher that has not finished, and an imported one that was
   * not measured.
   */
  readonly measured: Sample | null;
  /** What the publication prints, where the table is at paper scale. */
  readonly published: number | null;
  /** What is to be said of it: its end state where it has no accuracy, or where it came from. */
  readonly note: string | null;
}

/** One metric of a table: its columns with their teachers, and its cells by row and column. */
export interface TableSection {
  readonly metric: string;
  /**
   * Whether the cells scatter alike, by the rule that verdicts compare; null where too few have two
   * seeds.
   */
  readonly scatter: (Homogeneity & { readonly pooled: Spread }) | null;
  readonly unit: string;
  readonly decimals: number;
  readonly columns: readonly {
    readonly column: ColumnRow;
    readonly teachers: readonly TeacherModel[];
  }[];
  readonly rows: readonly {
    readonly name: string;
    readonly method: string;
    /** In the order of the columns; null where the suite plans no cell. */
    readonly cells: readonly (CellModel | null)[];
  }[];
}

export interface TableModel {
  readonly plan: PlanRow;
  /**
   * Why nothing here may be set against a published number; null at paper scale, where each cell
   * says it for itself, and in an own study.
   */
  readonly notComparable: string | null;
  /** Whether this is an own study: nothing of it is published. */
  readonly own: boolean;
  readonly sections: readonly TableSection[];
  readonly cells: readonly CellModel[];
  /** All of the plan, teachers too, each with the headline metric of its task. */
  readonly trials: readonly TrialModel[];
}

/** Joins what the store holds of a table and judges every cell. Pure. */
export function tableModel(data: PlanData): TableModel {
  const own = isOwn(data);
  const notComparable = own ? null : whyNotComparable(data.plan);
  const metrics = [...new Set(data.cells.map(({ metric }) => metric))];
  const context = { data, notComparable, own, index: indexOf(data), official: officialIndex(data) };
  const sections = metrics.map((metric) => section(context, metric));
  const byId = new Map(
    sections.flatMap(({ rows }) =>
      rows.flatMap((row) =>
        row.cells.filter((cell) => cell !== null).map((cell) => [cell.row.cell, cell]),
      ),
    ),
  );
  return {
    plan: data.plan,
    notComparable,
    own,
    sections,
    cells: data.cells.map(({ cell }) => byId.get(cell)).filter((cell) => cell !== undefined),
    trials: data.trials.map(({ trial, spec }) =>
      trialModel(context, trial, headlines[spec.task].metric),
    ),
  };
}

/**
 * An own study, or its smoke run, which has no number to be held against and no reason to have
 * none. A stored plan that names a published number is none, whatever it is called.
 */
function isOwn({ plan, cells }: PlanData): boolean {
  if (plan.scale !== 'own' && (plan.scale !== 'smoke' || plan.notComparable !== null)) return false;
  return cells.every(({ published, noReference }) => published === null && noReference === null);
}

/** A plan below paper scale is never comparable, whatever its author wrote. */
function whyNotComparable(plan: PlanRow): string | null {
  if (plan.notComparable !== null) return plan.notComparable;
  return plan.scale === 'paper' ? null : `a ${plan.scale} run is not the published protocol`;
}

/**
 * At paper scale a cell is comparable where its training is that of the published number
 * (suites/comparability.ts).
 */
function cellNotComparable({ notComparable }: Context, row: CellRow): string | null {
  return notComparable ?? row.notComparable;
}

interface Context {
  readonly data: PlanData;
  readonly notComparable: string | null;
  readonly own: boolean;
  readonly index: Index;
  readonly official: OfficialIndex;
}

interface Index {
  readonly trials: ReadonlyMap<TrialId, PlanData['trials'][number]>;
  readonly runs: ReadonlyMap<TrialId, readonly RunRow[]>;
  readonly selections: ReadonlyMap<string, readonly SelectionRow[]>;
  readonly trialsOfCell: ReadonlyMap<string, readonly { readonly trial: TrialId }[]>;
}

function indexOf(data: PlanData): Index {
  return {
    trials: new Map(data.trials.map((trial) => [trial.trial, trial])),
    runs: Map.groupBy(data.runs, ({ trial }) => trial),
    selections: Map.groupBy(data.selections, ({ run }) => run),
    trialsOfCell: Map.groupBy(data.cellTrials, ({ cell }) => cell),
  };
}

function section(context: Context, metric: string): TableSection {
  const { data } = context;
  const rows = data.cells.filter((cell) => cell.metric === metric);
  const published = rows.find((cell) => cell.published !== null)?.published;
  const style = { unit: published?.unit ?? '%', decimals: published?.decimals ?? 2 };
  const measured = rows.map((row) => measureCell(context, row));
  const pooled = { best: pool(measured, 'best'), last: pool(measured, 'last') };
  const verdicts = measured.map((cell) => judge(context, cell, pooled));
  const controls = controlTable(verdicts);
  const paired = controlPairs(measured.map((cell) => pairs(context, cell, measured)));
  const judged = measured.map((cell, index) => ({
    ...cell,
    ...style,
    notComparable: cellNotComparable(context, cell.row),
    verdict: standing(verdicts[index] as Verdict, controls[index] as TableControl | null),
    control: controls[index] as TableControl | null,
    paired: paired[index] as readonly PairedModel[],
    official: context.official(cell.row),
  }));
  return {
    metric,
    ...style,
    scatter: scatterOf(measured, pooled.last),
    columns: data.columns.map((column) => ({
      column,
      teachers: teachersOf(
        context,
        column,
        metric,
        judged.filter((cell) => cell.column.id === column.id),
      ),
    })),
    rows: data.methods.map(({ name, method }) => ({
      name,
      method,
      cells: data.columns.map(
        ({ id }) => judged.find((cell) => cell.row.row === name && cell.column.id === id) ?? null,
      ),
    })),
  };
}

type MeasuredCell = Pick<
  CellModel,
  'row' | 'column' | 'trials' | 'last' | 'best' | 'later' | 'taughtBy'
>;

function measureCell(context: Context, row: CellRow): MeasuredCell {
  const trials = (context.index.trialsOfCell.get(row.cell) ?? []).map(({ trial }) =>
    trialModel(context, trial, row.metric),
  );
  const column = context.data.columns.find(({ id }) => id === row.column) ?? {
    id: row.column,
    teacher: null,
    student: row.column,
  };
  const deciding = decidingTrials(context, row, trials);
  const later = trials.filter((trial) => trial.counted && !deciding.includes(trial));
  return {
    row,
    column,
    trials,
    last: measure(deciding, 'last'),
    best: measure(deciding, 'best'),
    later: later.map(({ spec }) => spec.seed),
    taughtBy: [...new Set(deciding.flatMap(({ spec }) => teacherOf(spec) ?? []))],
  };
}

/**
 * The trials whose seeds decide. At paper scale those that the suite registers: a test that is
 * repeated while seeds are added until it says something errs more often than one in twenty. Seeds
 * that have none of the registered ones among them are an experiment of their own. Where nothing is
 * judged all seeds count.
 */
function decidingTrials(
  context: Context,
  row: CellRow,
  trials: readonly TrialModel[],
): readonly TrialModel[] {
  const { registeredSeeds } = context.data.plan;
  if (registeredSeeds === null || cellNotComparable(context, row) !== null) return trials;
  const registered = trials.filter(({ spec }) => registeredSeeds.includes(spec.seed));
  return registered.length === 0 ? trials : registered;
}

/** How many seeds must have finished before there is a word. */
function registeredCount(context: Context, cell: MeasuredCell): number {
  const deciding = decidingTrials(context, cell.row, cell.trials);
  const { registeredSeeds } = context.data.plan;
  const some = deciding.some(({ spec }) => registeredSeeds?.includes(spec.seed));
  return some ? (registeredSeeds as readonly number[]).length : deciding.length;
}

/** A teacher by its weights; null for a student alone. */
function teacherOf({ teacher }: TrialSpec): string | null {
  if (teacher === null) return null;
  const weights =
    teacher.kind === 'trial'
      ? teacher.trial
      : teacher.kind === 'checkpoint'
        ? teacher.sha256
        : 'weights not recorded';
  return `${teacher.model} (${weights.slice(0, 12)})`;
}

function trialModel({ index }: Context, trial: TrialId, metric: string): TrialModel {
  const planned = index.trials.get(trial);
  if (planned === undefined)
    throw new Error(`The plan has a cell with trial ${trial}, which it does not list.`);
  const runs = index.runs.get(trial) ?? [];
  const run = runs.find(({ counts }) => counts) ?? null;
  const selected = run === null ? [] : (index.selections.get(run.run) ?? []);
  const pick = (selection: 'best' | 'last') =>
    selected.find((row) => row.metric === metric && row.selection === selection) ?? null;
  const last = pick('last');
  return {
    trial,
    spec: planned.spec,
    gate: planned.gate,
    steps: planned.steps,
    run,
    otherRuns: runs.filter(({ counts }) => !counts),
    best: pick('best'),
    last,
    counted: run?.state === 'completed' && last !== null,
    valueless:
      run?.state !== 'completed' || last !== null
        ? null
        : {
            reason: whyNoValue(
              planned.spec,
              metric,
              new Set(selected.map(({ metric: name }) => name)),
            ),
          },
  };
}

function measure(trials: readonly TrialModel[], selection: 'best' | 'last'): Measurement | null {
  const bySeed = new Map(
    trials
      .filter(({ counted }) => counted)
      .map((trial) => [trial.spec.seed, (trial[selection] as SelectionRow).value]),
  );
  return bySeed.size === 0 ? null : { ...sample([...bySeed.values()]), bySeed };
}

function pool(measured: readonly MeasuredCell[], selection: 'best' | 'last'): Spread | null {
  return tableSpread(measured.map((cell) => valuesOf(cell, selection)));
}

/** The values of the deciding seeds, each with its teacher. */
function valuesOf(cell: MeasuredCell, selection: 'best' | 'last'): CellValues {
  const bySeed = cell[selection]?.bySeed ?? new Map<number, number>();
  const teachers = [...bySeed.keys()].map((seed) => {
    const trial = cell.trials.find(({ spec }) => spec.seed === seed);
    return trial === undefined ? '' : (teacherOf(trial.spec) ?? '');
  });
  return { column: cell.column.id, values: [...bySeed.values()], teachers };
}

function scatterOf(
  measured: readonly MeasuredCell[],
  pooled: Spread | null,
): TableSection['scatter'] {
  const test = bartlett(
    measured.map((cell) => {
      const { values, teachers } = valuesOf(cell, 'last');
      return independentValues(values, teachers);
    }),
  );
  return test === null || pooled === null ? null : { ...test, pooled };
}

const badEnds: readonly string[] = ['diverged', 'failed', 'timed-out'];

function judge(
  context: Context,
  cell: MeasuredCell,
  pooled: Readonly<Record<'best' | 'last', Spread | null>>,
): Verdict {
  const margin = lookUp(context.data.plan.margins, cell.row.metric);
  const { published } = cell.row;
  return verdict({
    ...seedsOf(context, cell),
    teachers: valuesOf(cell, 'last').teachers,
    registered: registeredCount(context, cell),
    published: margin === undefined ? null : published,
    margin: margin ?? 1,
    pooled,
    noReference:
      published !== null && margin === undefined
        ? `The suite states no equivalence margin for ${cell.row.metric}.`
        : cell.row.noReference,
    notComparable: cellNotComparable(context, cell.row),
    own: context.own,
    notRun: cell.row.notRun,
  });
}

/** Undefined where every trial that completed has the metric. */
function valuelessOf(trials: readonly TrialModel[]): Valueless | undefined {
  const found = trials.flatMap(({ valueless }) => valueless ?? []);
  if (found.length === 0) return undefined;
  const reasons = new Set(found.map(({ reason }) => reason));
  return { trials: found.length, reason: reasons.size === 1 ? (found[0]?.reason ?? null) : null };
}

/** The deciding seeds as they came out. */
function seedsOf(
  context: Context,
  cell: MeasuredCell,
): SeedsOfCell & Pick<VerdictInput, 'valueless'> {
  const deciding = decidingTrials(context, cell.row, cell.trials);
  return {
    measured: { best: valuesOf(cell, 'best').values, last: valuesOf(cell, 'last').values },
    failures: deciding.filter(({ run }) => run !== null && badEnds.includes(run.state)).length,
    valueless: valuelessOf(deciding),
    chance: chanceLevel(deciding[0]?.spec.data.dataset ?? '', cell.row.metric),
  };
}

const baselineDoubt = (row: string, doubt: string | null) =>
  doubt === null ? null : `${row}: ${doubt}`;

/**
 * What a cell is compared with inside its table: the student alone, plain distillation, and the
 * method without its plug-ins. A comparison needs equal conditions, so recipe, data and student
 * must be the same.
 */
function pairs(
  context: Context,
  cell: MeasuredCell,
  all: readonly MeasuredCell[],
): readonly PairedModel[] {
  const [base] = cell.row.method.split('+') as [string];
  const wanted = [...new Set(['none', 'kd', base])].filter((method) => method !== cell.row.method);
  // Of a cell without trials there is nothing to compare, and a row of teachers without trials
  // cannot be told from students.
  if (cell.row.method === 'none' || cell.trials.length === 0 || isTeacher(cell)) return [];
  return wanted.flatMap((method) => {
    const baseline = all.find(
      (other) =>
        other.row.method === method && other.column.id === cell.column.id && !isTeacher(other),
    );
    if (baseline === undefined) return [];
    return [
      {
        baseline: baseline.row.row,
        baselineMethod: method,
        ...difference(cell, baseline),
        doubt:
          seedDoubt(seedsOf(context, cell)) ??
          baselineDoubt(baseline.row.row, seedDoubt(seedsOf(context, baseline))),
        control: null,
      },
    ];
  });
}

/**
 * The differences of a table are tested together: what each cell has, with how it fares among them.
 */
function controlPairs(
  cells: readonly (readonly PairedModel[])[],
): readonly (readonly PairedModel[])[] {
  const controls = pairedControl(
    cells.flat().map(({ difference: one, doubt }) => (doubt === null ? one : null)),
  );
  let place = 0;
  return cells.map((list) =>
    list.map((paired) => {
      const control = controls[place] as PairedControl | null;
      place += 1;
      return { ...paired, control };
    }),
  );
}

/**
 * A row of the table that shows the teachers themselves: trained without a method, but no student
 * to compare with.
 */
function isTeacher({ trials }: MeasuredCell): boolean {
  return trials.some(({ spec }) => spec.role === 'teacher');
}

function difference(
  cell: MeasuredCell,
  baseline: MeasuredCell,
): Pick<PairedModel, 'difference' | 'missing'> {
  const none = (missing: string) => ({ difference: null, missing });
  if (cell.last === null) return none(`this cell has ${lacking(cell)}`);
  if (baseline.last === null) return none(`${baseline.row.row} has ${lacking(baseline)}`);
  const [one, other] = [cell.trials[0], baseline.trials[0]];
  if (one === undefined || other === undefined || conditions(one.spec) !== conditions(other.spec))
    return none(`${baseline.row.row} was trained with another recipe, data set or student`);
  const paired = pairedDifference(cell.last.bySeed, baseline.last.bySeed);
  return paired === null ? none('no seed is shared') : { difference: paired, missing: null };
}

const lacking = ({ trials }: MeasuredCell) =>
  valuelessOf(trials) === undefined ? 'no finished trial' : 'no value of this metric';

function conditions({ recipe, data, model }: TrialSpec): string {
  return canonicalJson({ recipe, data, model } as unknown as Json);
}

/** The teachers behind a column: trials that its students name, or imported checkpoints. */
function teachersOf(
  context: Context,
  column: ColumnRow,
  metric: string,
  cells: readonly MeasuredCell[],
): readonly TeacherModel[] {
  const references = cells
    .flatMap(({ trials }) => trials.map(({ spec }) => spec.teacher))
    .filter((ref) => ref !== null);
  const published =
    context.notComparable === null
      ? (context.data.publishedTeachers.find(
          (row) => row.column === column.id && row.metric === metric,
        )?.value ?? null)
      : null;
  const models = [...new Set(references.map(({ model }) => model))];
  if (models.length === 0 && column.teacher !== null)
    return [{ model: column.teacher, measured: null, published, note: 'not trained yet' }];
  return models.map((model) => {
    const ids = references
      .filter((ref) => ref.model === model)
      .flatMap((ref) => (ref.kind === 'trial' ? [ref.trial] : measuring(context, ref)));
    const trials = [...new Set(ids)]
      .filter((id) => context.index.trials.has(id))
      .map((id) => trialModel(context, id, metric));
    const measured = measure(trials, 'last');
    const inHeadline = trials.map(({ trial, spec }) =>
      trialModel(context, trial, headlines[spec.task].metric),
    );
    return { model, measured, published, note: teacherNote(trials, measure(inHeadline, 'last')) };
  });
}

/** The trials that measured an imported checkpoint before it taught. */
function measuring({ data }: Context, reference: TeacherRef): readonly TrialId[] {
  if (reference.kind !== 'checkpoint') return [];
  return data.trials
    .filter(({ spec: { role, teacher } }) => {
      return (
        role === 'teacher' && teacher?.kind === 'checkpoint' && teacher.sha256 === reference.sha256
      );
    })
    .map(({ trial }) => trial);
}

/** @param headline what a gate is held against, whatever metric the trials are looked at in */
function teacherNote(trials: readonly TrialModel[], headline: Measurement | null): string | null {
  if (trials.length === 0) return 'imported checkpoint';
  const unfinished = trials.filter(({ counted }) => !counted);
  if (unfinished.length > 0) {
    const words = unfinished.map(({ run, valueless }) =>
      valueless === null ? (run?.state ?? 'not run') : 'no value of this metric',
    );
    return [...new Set(words)].join(', ');
  }
  const gate = trials[0]?.gate ?? null;
  if (gate !== null && headline !== null && headline.mean < gate)
    return `below its gate of ${gate}`;
  return trials.some(({ spec }) => spec.teacher?.kind === 'checkpoint')
    ? 'imported checkpoint'
    : null;
}
