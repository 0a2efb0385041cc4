import type { PlanResult } from '../../app/plan.ts';
import { teacherPasses, type Unit } from '../../contract/cohorts.ts';
import { partsInWords } from '../../contract/parts.ts';
import type { Plan, PlannedCell, PlannedTrial } from '../../contract/plan-types.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { CostEstimate } from '../../suites/estimate.ts';
import type { KeptPlan, KeptUnit } from '../../suites/kept-price.ts';
import type { Price, PricedTrial } from '../../suites/price.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes } from './bytes.ts';
import { formatDuration } from './duration.ts';
import { measuredLines, staleLines } from './stale.ts';
import { renderTable } from './table.ts';

/** The document of `plan --json`. */
export function planAsJson(result: PlanResult) {
  const {
    plan,
    measured,
    units,
    parts,
    precision,
    price,
    priceWithData,
    estimate,
    stale,
    elapsedHours,
    kept,
  } = result;
  const cohorts = {
    processes: units.map((unit) => unit.map(({ id }) => id)),
    teacherPasses: teacherPasses(units),
  };
  return {
    schemaVersion,
    plan,
    measured,
    cohorts,
    parts,
    precision,
    price,
    priceWithData,
    estimate,
    elapsedHours,
    kept,
    stale,
  };
}

/** The same for people. */
export function printPlan({ stdout }: Pick<CommandContext, 'stdout'>, result: PlanResult): void {
  const { plan, withData, measured, units, capacity, price, priceWithData, stale } = result;
  const lines = [
    ...planLines(plan, price),
    ...elapsedLines(result),
    ...estimateLines(result.estimate),
    ...cohortLines(units, capacity),
    ...keptLines(result.kept),
    ...partLines(result.parts),
    ...(result.precision === null ? [] : [result.precision]),
    ...measuredLines(measured),
    ...staleLines(stale),
  ];
  for (const line of lines) stdout(line);
  if (withData !== null && priceWithData !== null) {
    const counts = `${withData.trials.length} trials`;
    stdout(`Once data and weights are here: ${counts}, ${priceLines(priceWithData).join(' ')}`);
  }
}

/**
 * What a GPU would take in order of magnitude, where nothing was measured: one digit, with what it
 * rests on.
 */
export function estimateLines(estimate: CostEstimate | null): string[] {
  if (estimate === null) return [];
  const { gpuHours, operations, rate, uncounted } = estimate;
  const hours = gpuHours < 0.1 ? 'less than 0.1' : `about ${Number(gpuHours.toPrecision(1))}`;
  const rest =
    uncounted.length === 0 ? '' : ` Not in it, because not counted: ${uncounted.join(', ')}.`;
  return [
    `Estimate, not measured: ${hours} GPU-hours in order of magnitude, evaluation included: ${operations.toExponential(0)} multiplications ` +
      `and additions at ${rate.toExponential(0)} a second, one trial after the other.${rest}`,
  ];
}

/** How batches are worked off, where that is not as wholes. */
export function partLines(parts: PlanResult['parts']): string[] {
  return parts.map((each) => {
    const { batchSize, stated, trials } = each;
    const who = stated ? 'as the recipe says' : 'with the numbers of whole batches';
    const words = partsInWords(batchSize, each);
    return `${count(trials, 'trial')}: batches of ${batchSize} in ${words}, ${who}.`;
  });
}

/** What the suite claims of its rows at this scale. */
function claimLines({ claims = [] }: Plan): string[] {
  if (claims.length === 0) return [];
  const lines = claims.map(({ title, columns }) => `${title} (${count(columns.length, 'column')})`);
  return ['', `${count(claims.length, 'claim')}:`, ...indent(lines)];
}

/** What cells lack, a line per reason with the number of cells. */
function missingLines({ cells }: Plan): string[] {
  const lacking = cells.filter(({ notRun }) => notRun !== null);
  const reasons = Map.groupBy(lacking, ({ notRun }) => notRun as string);
  if (reasons.size === 0) return [];
  const lines = [...reasons].map(([reason, of]) => `${count(of.length, 'cell')}: ${reason}`);
  return ['', 'Missing:', ...indent(lines)];
}

/** A plan for people: its cells, its trials with what they wait for and cost, and the sum. */
export function planLines(plan: Plan, price: Price): string[] {
  return [
    `${plan.suite}@${plan.scale}: ${plan.title}`,
    ...(plan.notComparable === null ? [] : [plan.notComparable]),
    '',
    `${count(plan.cells.length, 'cell')}:`,
    ...indent(cellTable(plan)),
    ...pairLines(plan),
    ...unpublishedLines(plan),
    ...missingLines(plan),
    ...claimLines(plan),
    ...comparabilityLines(plan),
    ...teacherLines(plan),
    '',
    `${count(plan.trials.length, 'trial')}:`,
    ...indent(plan.trials.length === 0 ? ['none'] : trialTable(plan, price)),
    '',
    ...priceLines(price),
  ];
}

/** What a plan costs, in one or two sentences. */
export function priceLines(price: Price): string[] {
  const steps = `${price.steps.toLocaleString('en-US')} training steps`;
  if (price.trials.length === 0) return ['Nothing to train.'];
  if (price.hours === null) {
    return [
      `${steps}. Time: not measured yet on this machine; add --measure, or run a suite and plan again.`,
    ];
  }
  const { evaluationHours, unpricedEvaluations } = price;
  const evaluation = `, ${formatDuration(evaluationHours * 3600)} of it evaluation`;
  const hours =
    `about ${formatDuration(price.hours * 3600)} of training on this machine, one process after the other` +
    (evaluationHours > 0 ? evaluation : '');
  const rest =
    unpricedEvaluations === 0
      ? []
      : [
          `Evaluation is not in it for ${count(unpricedEvaluations, 'trial')}: not measured yet on this machine (--measure).`,
        ];
  if (price.unpricedTrials === 0) return [`${steps}, ${hours}.`, ...rest];
  return [
    `${steps}; ${price.trials.length - price.unpricedTrials} of ${count(price.trials.length, 'trial')}: ${hours}.`,
    ...rest,
    `The others are not measured yet on this machine (--measure).`,
  ];
}

/** How long it takes where several processes train; nothing where that says no more. */
function elapsedLines({ elapsedHours, processes, capacity, units }: PlanResult): string[] {
  if (elapsedHours === null || processes === 1 || units.length < 2) return [];
  const time = formatDuration(elapsedHours * 3600);
  const words = Number.isFinite(processes) ? `about ${time}` : `${time} at the least`;
  return [`With ${capacity}: ${words}, as if each were this machine.`];
}

/**
 * Which trials `run` would train together on this machine, and what that saves; nothing where none
 * are.
 */
export function cohortLines(units: readonly Unit[], capacity: string): string[] {
  const cohorts = units.filter(({ length }) => length > 1);
  if (cohorts.length === 0) return [];
  const sizes = [...new Set(cohorts.map(({ length }) => length))].sort((a, b) => a - b).join(', ');
  const { shared, alone } = teacherPasses(units);
  const saved = Math.round(100 * (1 - shared / alone));
  return [
    `With ${capacity}: ${count(cohorts.length, 'cohort')} of ${sizes} trials that share a teacher's forward passes, ` +
      `${shared.toLocaleString('en-US')} instead of ${alone.toLocaleString('en-US')} (${saved} % saved).`,
  ];
}

/**
 * Where outputs of teachers are kept, or would be, and what that saves; nothing where no teacher's
 * come again.
 */
export function keptLines(kept: KeptPlan | null): string[] {
  if (kept === null) return [];
  const { units, refused, bytes, limitBytes } = kept;
  const paying = units.filter(({ pays }) => pays);
  if (paying.length === 0 && limitBytes === null) return [];
  const asked = limitBytes === null ? 'would be kept with --keep-outputs' : 'are kept';
  const priced = paying.every((unit) => unit.hoursKept !== null && unit.hoursComputed !== null);
  const sum = (of: (unit: KeptUnit) => number | null) =>
    formatDuration(3600 * paying.reduce((total, unit) => total + (of(unit) ?? 0), 0));
  const saved = priced
    ? `, ${sum(({ hoursKept }) => hoursKept)} of training instead of ${sum(({ hoursComputed }) => hoursComputed)}`
    : '; what it saves is not measured yet (--measure)';
  const groups = Map.groupBy(units, groupOf);
  return [
    `Outputs of teachers ${asked} in ${paying.length} of ${units.length} ${units.length === 1 ? 'process' : 'processes'}, ` +
      `${formatBytes(bytes)}${paying.length === 0 ? '' : saved}:`,
    ...indent([...groups].map(([words, of]) => `${of.length} x ${words}`)),
    ...indent(refused.map(({ reason, units: of }) => `${of} x computed in every step: ${reason}`)),
  ];
}

/** A process with kept outputs: who teaches how many, what is missing, what a step takes. */
function groupOf({ teacher, students, misses, msKept, msComputed, msTeacher, pays }: KeptUnit) {
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const times =
    msKept === null || msComputed === null || msTeacher === null
      ? 'not measured'
      : `${ms(msKept)} a step instead of ${ms(msComputed)}, a pass of the teacher ${ms(msTeacher)}`;
  const missing = `${percent(misses.first)} missing in the first epoch, ${percent(misses.last)} in the last, ${percent(misses.mean)} over all`;
  return `${teacher} and ${count(students, 'student')}: ${missing}; ${times}${pays ? '' : '; does not pay, computed in every step'}`;
}

function cellTable(plan: Plan): string[] {
  const alone = plan.cells.every(
    ({ published, noReference }) => published === null && noReference === null,
  );
  return renderTable(
    [
      { title: 'row' },
      { title: 'method' },
      { title: 'column' },
      { title: 'metric' },
      { title: 'seeds', align: 'right' },
      // Of an own study nothing is published.
      ...(alone ? [] : [{ title: 'published' }]),
      { title: '' },
    ],
    plan.cells.map((cell) => [
      cell.row,
      cell.method,
      cell.column,
      cell.metric,
      String(cell.trials.length),
      ...(alone ? [] : [publishedText(cell)]),
      cell.notRun === null ? '' : 'not run',
    ]),
  );
}

/** The networks that stand for columns; nothing where all columns are named after them. */
function pairLines({ columns }: Plan): string[] {
  const named = columns.every(
    ({ id, teacher, student }) => id === (teacher === null ? student : `${teacher}__${student}`),
  );
  if (named) return [];
  const lines = columns.map(
    ({ id, teacher, student }) => `${id}: ${teacher ?? 'no teacher'} -> ${student}`,
  );
  return ['', 'Trained here:', ...indent(lines)];
}

/** Why cells have no published number, a line per reason with the number of cells. */
function unpublishedLines({ cells }: Plan): string[] {
  const without = cells.filter(({ published }) => published === null);
  const reasons = Map.groupBy(without, ({ noReference }) => noReference);
  const lines = [...reasons].flatMap(([reason, of]) =>
    reason === null ? [] : [`${count(of.length, 'cell')}: ${reason}`],
  );
  return lines.length === 0 ? [] : ['', 'No reference:', ...indent(lines)];
}

/**
 * At paper scale: how many cells train what made their published numbers, and for the others why
 * not, a line per reason. Nothing at other scales, whose reason is said once.
 */
export function comparabilityLines(plan: Plan): string[] {
  const published = plan.cells.filter((cell) => cell.published !== null);
  if (plan.notComparable !== null || published.length === 0) return [];
  const others = published.filter((cell) => cell.notComparable !== null);
  const same = published.length - others.length;
  const reasons = Map.groupBy(others, (cell) => cell.notComparable as string);
  return [
    '',
    `${same} of ${count(published.length, 'cell')} with a published number ${same === 1 ? 'trains' : 'train'} by its protocol.`,
    ...[...reasons].map(
      ([reason, cells]) => `not comparable: ${cells.map(({ id }) => id).join(', ')}: ${reason}`,
    ),
  ];
}

/**
 * At paper scale: who teaches, where the table's own teachers were released; a line per network.
 * Nothing elsewhere.
 */
export function teacherLines({ columns }: Plan): string[] {
  const byNetwork = new Map(
    columns.flatMap(({ teacher, released }) =>
      released === undefined ? [] : [[teacher as string, released] as const],
    ),
  );
  if (byNetwork.size === 0) return [];
  const lines = [...byNetwork].map(([network, { release, sha256, missing, unfit }]) => {
    if (unfit !== null)
      return `${network}: trained here; that of ${release} does not fit: ${unfit}`;
    return `${network}: ${missing ?? `released with ${release}, SHA-256 ${sha256?.slice(0, 12)}`}`;
  });
  return ['', 'Teachers (--own-teachers trains them all):', ...indent(lines)];
}

function publishedText({ row, published }: PlannedCell): string {
  if (published === null) return 'no reference';
  return published.row === row ? published.table : `${published.table}, ${published.row}`;
}

function trialTable(plan: Plan, price: Price): string[] {
  const priced = new Map(price.trials.map((trial) => [trial.id, trial]));
  return renderTable(
    [
      { title: 'trial' },
      { title: 'model' },
      { title: 'method' },
      { title: 'seed', align: 'right' },
      { title: 'epochs', align: 'right' },
      { title: 'steps', align: 'right' },
      { title: 'ms/step', align: 'right' },
      { title: 'time', align: 'right' },
      { title: 'after' },
    ],
    plan.trials.map((trial) => trialRow(trial, priced.get(trial.id))),
  );
}

function trialRow({ id, spec, after, gate, steps }: PlannedTrial, price: PricedTrial | undefined) {
  const teacher = gate === null ? 'teacher' : `teacher, gate ${gate} %`;
  const { msPerStep = null, hours = null } = price ?? {};
  return [
    id,
    spec.model,
    spec.role === 'teacher' ? teacher : spec.method,
    String(spec.seed),
    String(spec.recipe.epochs),
    String(steps),
    msPerStep === null ? '-' : msPerStep.toFixed(1),
    hours === null ? '-' : formatDuration(hours * 3600),
    after.join(' '),
  ];
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
