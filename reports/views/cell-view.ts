import type { OwnFileRecord } from '../../contract/own-kinds.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import type { Curve, EnvironmentRow, RunRow } from '../../results/queries.ts';
import { type LineStyle, lineStyle } from '../charts/frame.ts';
import { learningCurves, type Series } from '../charts/learning-curves.ts';
import { duration, fixed, meanAndSpread, moment, plural, sentence, signed } from '../format.ts';
import type { JudgedSeries } from '../history/check.ts';
import type { RunData } from '../model/plan-data.ts';
import type { CellModel, TableModel, TrialModel } from '../model/table-model.ts';
import {
  backboneSettings,
  hyperSettings,
  recipeChanges,
  recipeSettings,
  type Setting,
} from '../recipe-words.ts';
import { repeatCommand } from '../repeat-command.ts';
import { type VerdictStyle, verdictStyle } from '../verdict-words.ts';
import { comparisonNotes, teacherSentence } from './comparison-view.ts';
import { type Fact, hardwareWords, nodeVersion, usedEnvironments } from './conditions.ts';
import { type HistoryFigure, historyFigure } from './history-view.ts';
import { type OfficialLine, officialCurves, officialLines } from './official-view.ts';
import { type PairedView, pairedText } from './table-view.ts';
import { measurementText, metricName, pairName, trialState, withoutResult } from './words.ts';

export interface Figure {
  readonly title: string;
  /** Finished SVG; the only text that templates do not escape. */
  readonly svg: string;
  readonly legend: readonly (LineStyle & { readonly label: string })[];
}

export interface TrialLine {
  readonly seed: number;
  readonly trial: string;
  readonly run: string;
  readonly state: string;
  readonly reason: string;
  readonly last: string;
  readonly best: string;
  readonly bestEpoch: string;
  readonly epochs: string;
  readonly time: string;
  readonly speed: string;
  readonly weights: string;
  readonly counted: boolean;
  /** Measured beyond the seeds that the suite registered. */
  readonly later: boolean;
}

export interface CellPage {
  readonly title: string;
  readonly suiteTitle: string;
  readonly scale: string;
  readonly notComparable: string | null;
  readonly verdict: VerdictStyle;
  readonly reason: string;
  /** For which teachers it holds; null where no student was taught. */
  readonly teachers: string | null;
  /** The metric in words, with its unit. */
  readonly metric: string;
  readonly numbers: readonly {
    readonly name: string;
    readonly value: string;
    readonly unit: string;
    readonly note: string;
  }[];
  readonly published: readonly Fact[];
  /** Over the published facts where they stand apart. */
  readonly publishedApart: string | null;
  readonly paired: readonly (PairedView & {
    readonly baseline: string;
    readonly note: string | null;
  })[];
  readonly figures: readonly Figure[];
  readonly trials: readonly TrialLine[];
  /** Runs of the authors' own code, from their logs. */
  readonly official: readonly OfficialLine[];
  readonly otherRuns: readonly {
    readonly run: string;
    readonly state: string;
    readonly reason: string;
    readonly started: string;
  }[];
  readonly configuration: readonly Setting[];
  readonly hyper: readonly Setting[];
  readonly environments: readonly { readonly title: string; readonly facts: readonly Fact[] }[];
  /** What a reader must know of the runs taken together. */
  readonly warnings: readonly string[];
  readonly events: readonly {
    readonly run: string;
    readonly time: string;
    readonly kind: string;
    readonly message: string;
  }[];
  readonly command: string;
  /** Where to give it, in a sentence. */
  readonly commandFolder: string;
  /**
   * The user's files that the command needs, as the end of a sentence; empty where there are none.
   */
  readonly ownFiles: string;
  /** The cell over the executions, a figure per machine and signal; empty before the second one. */
  readonly history: readonly HistoryFigure[];
}

/** The page of one cell: everything that its number rests on. */
export function cellPage(
  table: TableModel,
  cell: CellModel,
  data: RunData & { readonly environments: readonly EnvironmentRow[] },
  history: { readonly metric: readonly JudgedSeries[]; readonly steps: readonly JudgedSeries[] },
): CellPage {
  const { trials, decimals } = cell;
  const style = verdictStyle(cell.verdict.word);
  return {
    title: `${cell.row.row}, ${pairName(cell.column)}`,
    suiteTitle: table.plan.title,
    scale: table.plan.scale,
    notComparable: cell.notComparable,
    verdict: style,
    reason: sentence(
      cell.verdict.word === 'not comparable'
        ? `Not comparable with the publication: ${cell.verdict.reason}`
        : cell.verdict.reason,
    ),
    teachers: teacherSentence([cell]),
    metric: `${metricName(cell.row.metric)} (${cell.unit})`,
    numbers: [
      ...measuredNumbers(cell),
      ...intervalNumber(cell),
      ...(cell.notComparable === null ? comparedNumbers(cell) : []),
      ...officialNumbers(cell),
    ],
    published: publishedFacts(cell),
    publishedApart: cell.notComparable,
    paired: cell.paired.map((paired) => ({
      baseline: paired.baseline,
      ...pairedText(paired, decimals),
      note: paired.doubt ?? paired.difference?.note ?? null,
    })),
    figures: figuresOf(data, cell),
    trials: trials.map((trial) => trialLine(trial, cell)),
    official: officialLines(cell),
    otherRuns: trials.flatMap(({ otherRuns }) => otherRuns).map(otherRun),
    configuration: configurationOf(cell),
    hyper: hyperSettings(trials[0]?.spec.hyper ?? {}),
    environments: usedEnvironments(trials, data.environments).map((environment) =>
      environmentFacts(environment, trials),
    ),
    warnings: warningsOf(trials),
    events: eventsOf(data, trials),
    command: commandOf(table, cell, usedEnvironments(trials, data.environments)),
    commandFolder: folderWords(table.plan.asked?.folder ?? ''),
    ownFiles: ownFileWords(table.plan.asked?.ownKinds ?? []),
    history: [
      ...history.metric.map((series) => historyFigure(series, 'metric', cell.unit)),
      ...history.steps.map((series) => historyFigure(series, 'step time', 'ms')),
    ],
  };
}

function commandOf(
  { plan }: TableModel,
  { row, trials }: CellModel,
  environments: readonly EnvironmentRow[],
): string {
  const only = <Value>(values: readonly Value[]) =>
    new Set(values).size === 1 ? (values[0] as Value) : null;
  return repeatCommand({
    suite: plan.asked?.suite ?? plan.suite,
    scale: plan.scale,
    options: plan.asked?.options ?? [],
    seeds: trials.map(({ spec }) => spec.seed),
    row: row.row,
    threads: only(environments.map(({ threadsIntra }) => threadsIntra)),
    device: only(environments.flatMap(({ device }) => (device === 'unrecorded' ? [] : [device]))),
  });
}

/** The files of users that the command needs beside Redistill; empty where it needs none. */
function ownFileWords(files: readonly OwnFileRecord[]): string {
  const words = files.map(({ file, kinds, sha256, commit, dirty }) => {
    const version = commit === null ? 'in no git repository' : `commit ${commit.slice(0, 12)}`;
    const edited = dirty ? ', edited since' : '';
    return `${file} (${kinds.join(', ')}; ${version}${edited}; SHA-256 ${sha256.slice(0, 12)})`;
  });
  return words.length === 0 ? '' : `, and these files of a user: ${words.join(', ')}`;
}

/** @param folder seen from the workspace; empty: the workspace itself */
function folderWords(folder: string): string {
  return folder === ''
    ? 'In the folder of the workspace.'
    : `In the folder that it was asked in: ${folder}, seen from the workspace.`;
}

function measuredNumbers(cell: CellModel): CellPage['numbers'] {
  return [
    { name: 'Last epoch', of: cell.last },
    { name: 'Best epoch', of: cell.best },
  ].flatMap(({ name, of }) => {
    const value = measurementText(of, cell.decimals);
    if (of === null || value === null) return [];
    const note = of.n === 1 ? 'n = 1' : `mean ± standard deviation, n = ${of.n}`;
    return [{ name, value, unit: cell.unit, note }];
  });
}

/** The interval of an own study's mean; nothing for one seed, which has none. */
function intervalNumber({ verdict, decimals, unit }: CellModel): CellPage['numbers'] {
  const { low = null, high = null, spread } = verdict.mean ?? {};
  if (low === null || high === null) return [];
  const note =
    spread?.source === 'pooled' ? 'standard deviation pooled over the table' : 'of the last epoch';
  const value = `${fixed(low, decimals)} to ${fixed(high, decimals)}`;
  return [{ name: '90 % interval', value, unit, note }];
}

/** Best and last epoch of the official run, where there is one of them. */
function officialNumbers(cell: CellModel): CellPage['numbers'] {
  if (cell.official.length !== 1) return [];
  const [run] = cell.official as [CellModel['official'][number]];
  const numbers = [
    { name: 'Official run, best epoch', of: run.best, difference: run.verdict.differences.best },
    { name: 'Official run, last epoch', of: run.last, difference: run.verdict.differences.last },
  ];
  return numbers.flatMap(({ name, of, difference }) => {
    if (of === null) return [];
    const apart = difference === null ? '' : `, ${signed(difference, cell.decimals)} to published`;
    return [
      { name, value: fixed(of.value, cell.decimals), unit: cell.unit, note: `n = 1${apart}` },
    ];
  });
}

/** The published number and the differences to it: only where the two are comparable. */
function comparedNumbers(cell: CellModel): CellPage['numbers'] {
  const { published } = cell.row;
  if (published === null) return [];
  const differences = Object.entries(cell.verdict.comparisons).map(([rule, comparison]) => ({
    name: `Difference, ${rule} epoch`,
    value: signed(comparison.difference, cell.decimals),
    unit: '',
    note: comparisonNotes(comparison, cell.decimals),
  }));
  return [
    {
      name: 'Published',
      value: meanAndSpread(published.value, published.sd, published.decimals),
      unit: published.unit,
      note: `epoch reported: ${selectionWords[published.selection]}`,
    },
    ...differences,
  ];
}

/** The epoch that a published number is of, behind it. */
const epochWords = {
  best: ' (best epoch)',
  last: ' (last epoch)',
  'mean-last-k': ' (mean of the last epochs)',
  unknown: '',
} as const;

const selectionWords = {
  best: 'the best epoch',
  last: 'the last epoch',
  'mean-last-k': 'the mean of the last epochs',
  unknown: 'not stated',
} as const;

function publishedFacts(cell: CellModel): readonly Fact[] {
  const { published, noReference } = cell.row;
  if (published === null) {
    return noReference === null ? [] : [{ name: 'Published', value: `no number: ${noReference}` }];
  }
  const { trust, runsAveraged, source } = published;
  return [
    {
      name: 'Published',
      value: `${meanAndSpread(published.value, published.sd, published.decimals)} ${published.unit}`,
    },
    { name: 'Paper', value: published.paper },
    {
      name: 'Place',
      value: `table ${published.table}, row ${published.row}, column ${published.column}`,
    },
    { name: 'Data set', value: published.dataset },
    { name: 'Epoch reported', value: selectionWords[published.selection] },
    { name: 'Runs averaged', value: runsAveraged === null ? 'not stated' : String(runsAveraged) },
    { name: 'Read from', value: source },
    { name: 'Trust', value: trust },
  ];
}

function figuresOf(data: RunData, cell: CellModel): readonly Figure[] {
  const metric = metricName(cell.row.metric);
  const runs = cell.trials.flatMap((trial) =>
    trial.run === null ? [] : [{ trial, run: trial.run.run }],
  );
  const values = runs.map(({ trial, run }) =>
    series(
      trial,
      data.curves.get(run)?.find((curve) => curve.metric === cell.row.metric),
    ),
  );
  const losses = runs.map(({ trial, run }) => series(trial, data.losses.get(run)));
  const official = officialCurves(data, cell);
  const { published } = cell.row;
  const reference =
    cell.notComparable === null && published !== null
      ? {
          value: published.value,
          label: `published ${fixed(published.value, published.decimals)}${epochWords[published.selection]}`,
        }
      : null;
  return [
    figure(
      `${metric} on the held-out pictures`,
      `${metric} (${cell.unit})`,
      [...values, ...official.map(({ label, value }) => line(label, value))],
      reference,
    ),
    figure(
      'Training loss',
      'Mean loss of the epoch',
      [...losses, ...official.map(({ label, loss }) => line(label, loss))],
      null,
    ),
  ].filter((one) => one !== null);
}

function series(trial: TrialModel, curve: Curve | undefined): Series {
  const state = trialState(trial);
  return line(`seed ${trial.spec.seed}${state === 'completed' ? '' : ` (${state})`}`, curve);
}

function line(label: string, curve: Curve | undefined): Series {
  const points = (curve?.epochs ?? []).map((epoch, index) => ({
    epoch,
    value: curve?.values[index] as number,
  }));
  return { label, points };
}

function figure(
  title: string,
  valueLabel: string,
  all: readonly Series[],
  reference: { readonly value: number; readonly label: string } | null,
): Figure | null {
  const drawn = all.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return null;
  const description = `${title} over the epochs, ${plural(drawn.length, 'line')}: ${drawn.map(seriesWords).join('; ')}.`;
  return {
    title,
    svg: learningCurves({ series: drawn, valueLabel, description, reference }),
    legend: drawn.map(({ label }, index) => ({ label, ...lineStyle(index) })),
  };
}

function seriesWords({ label, points }: Series): string {
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined
    ? label
    : `${label} from ${fixed(first.value, 2)} in epoch ${first.epoch} to ${fixed(last.value, 2)} in epoch ${last.epoch}`;
}

function trialLine(trial: TrialModel, { decimals, later }: CellModel): TrialLine {
  const { run, spec, best, last } = trial;
  return {
    seed: spec.seed,
    trial: trial.trial,
    run: run?.run ?? '',
    state: trialState(trial),
    reason: withoutResult(trial) ?? '',
    last: last === null ? '' : fixed(last.value, decimals),
    best: best === null ? '' : fixed(best.value, decimals),
    bestEpoch: best === null ? '' : `(epoch ${best.epoch})`,
    epochs: `${run?.epochs ?? 0} of ${spec.recipe.epochs}`,
    time: run === null || run.seconds === null ? '' : duration(run.seconds),
    speed: speedOf(run),
    weights: run?.weights ?? '',
    counted: trial.counted && !later.includes(spec.seed),
    later: later.includes(spec.seed),
  };
}

function speedOf(run: RunRow | null): string {
  if (run === null) return '';
  const speed = run.msPerStep === null ? [] : [`${run.msPerStep.toFixed(1)} ms per step`];
  const resumes = run.resumes === 0 ? [] : [`resumed ${plural(run.resumes, 'time')}`];
  return [...speed, ...resumes].join(', ');
}

function otherRun({ run, state, reason, startedAt }: RunRow): CellPage['otherRuns'][number] {
  return { run, state, reason, started: moment(startedAt) };
}

function configurationOf(cell: CellModel): readonly Setting[] {
  const spec = cell.trials[0]?.spec;
  if (spec === undefined) return [];
  const { teacher } = spec;
  return [
    { name: 'Implementation', value: spec.implementation },
    { name: 'Method', value: spec.method },
    { name: spec.role === 'teacher' ? 'Teacher' : 'Student', value: spec.model },
    ...(teacher === null
      ? []
      : [
          {
            name: 'Teacher',
            value: `${teacher.model}, ${teacherWords(teacher)}`,
          },
        ]),
    { name: 'Data set', value: spec.data.dataset },
    { name: 'Data hash', value: spec.data.hash },
    ...backboneSettings(spec),
    ...recipeSettings(spec.recipe),
    ...overrides(spec),
  ];
}

/** What the suite changed of the recipe; nothing where it has it as it is. */
function overrides({ recipe, model }: TrialSpec): readonly Setting[] {
  const changes = recipeChanges(recipe, model);
  return changes.length === 0
    ? []
    : [{ name: 'Overrides', value: `of ${recipe.name}: ${changes.join('; ')}` }];
}

function teacherWords(teacher: NonNullable<TrialSpec['teacher']>): string {
  if (teacher.kind === 'trial') return `trial ${teacher.trial}`;
  return teacher.kind === 'checkpoint' ? `checkpoint ${teacher.sha256}` : 'weights not recorded';
}

function environmentFacts(
  environment: EnvironmentRow,
  trials: readonly TrialModel[],
): CellPage['environments'][number] {
  const seeds = trials
    .filter(({ run }) => run?.environment === environment.environment)
    .map(({ spec }) => spec.seed);
  const fingerprints = trials
    .filter(({ run }) => run?.environment === environment.environment)
    .map(({ run }) => run?.fingerprint as string);
  const { commit, dirty, libvips, device } = environment;
  return {
    title: `${seeds.length === 1 ? 'Seed' : 'Seeds'} ${seeds.join(', ')}`,
    facts: [
      { name: 'Hardware', value: hardwareWords(environment) },
      { name: 'Device', value: device === 'gpu' ? 'GPU' : 'CPU' },
      { name: 'Operating system', value: environment.os },
      { name: 'TensorFlow', value: environment.tensorflow },
      {
        name: 'Threads',
        value: `${environment.threadsIntra} within an operation, ${environment.threadsInter} between operations`,
      },
      { name: 'Node', value: nodeVersion(environment.node) },
      { name: 'libvips', value: libvips },
      {
        name: 'Commit',
        value:
          commit === null ? 'not from a checkout' : `${commit}${dirty ? ', with changes' : ''}`,
        code: true,
      },
      { name: 'Numerics fingerprint', value: [...new Set(fingerprints)].join(', '), code: true },
    ],
  };
}

function warningsOf(trials: readonly TrialModel[]): readonly string[] {
  const counted = trials.filter(({ counted: counts }) => counts);
  const fingerprints = new Set(counted.map(({ run }) => run?.fingerprint));
  const dirty = counted.length > 0 && fingerprints.size > 1;
  return dirty
    ? [
        `The seeds were measured with ${fingerprints.size} different numerics fingerprints; they are one mean here, but not one experiment.`,
      ]
    : [];
}

function eventsOf({ events }: RunData, trials: readonly TrialModel[]): CellPage['events'] {
  return trials.flatMap(({ run }) =>
    (events.get(run?.run ?? '') ?? []).map(({ run: name, time, kind, message }) => ({
      run: name,
      time: moment(time),
      kind,
      message,
    })),
  );
}
