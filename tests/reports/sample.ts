import { RandomStream } from '../../common/random.ts';
import type { EndState } from '../../contract/journal-types.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { type Scale, type TrialSpec, trialId } from '../../contract/spec.ts';
import type { PublishedNumberRow } from '../../results/published.ts';
import {
  makeEnvironment,
  makeJournal,
  makeSpec,
  writeJournal,
  writePlan,
} from '../results/builder.ts';

/** A row of a made-up table: what each seed of each column came to. */
interface SampleRow {
  readonly name: string;
  readonly method: string;
  readonly notRun?: string;
  /** Published value per column. */
  readonly published?: readonly (number | null)[];
  /**
   * Final accuracy per column and seed; a state stands for a run without a result, null for no run.
   */
  readonly results: readonly (readonly (number | EndState | null)[])[];
}

interface SampleTable {
  readonly suite: string;
  readonly title: string;
  readonly scale: Scale;
  readonly notComparable: string | null;
  readonly epochs: number;
  readonly columns: readonly {
    readonly id: string;
    readonly teacher: string;
    readonly student: string;
    readonly accuracy: number;
  }[];
  readonly rows: readonly SampleRow[];
}

/**
 * Writes the journals and the plan of a table; returns the published numbers that its cells name.
 */
function writeTable(workspace: string, table: SampleTable): readonly PublishedNumberRow[] {
  const recipe = { ...makeSpec().recipe, name: `${table.suite}-recipe`, epochs: table.epochs };
  const common = { scale: table.scale, recipe } as const;
  const cells: Plan['cells'][number][] = [];
  const trials: Plan['trials'][number][] = [];
  const published: PublishedNumberRow[] = [];
  table.columns.forEach((column, index) => {
    const teacher = makeSpec({
      ...common,
      role: 'teacher',
      method: 'none',
      hyper: {},
      teacher: null,
      model: column.teacher,
    });
    trials.push({
      id: trialId(teacher),
      spec: teacher,
      after: [],
      gate: column.accuracy - 2,
      steps: 100,
    });
    writeRun(workspace, teacher, column.accuracy);
    published.push(number(table, 'Teacher', column.id, column.accuracy + 0.3));
    for (const row of table.rows) {
      const specs = (row.results[index] ?? []).map((_, position) =>
        makeSpec({
          ...common,
          seed: position + 1,
          model: column.student,
          method: row.method,
          hyper: row.method === 'none' ? {} : { alpha: 0.9, temperature: 4 },
          teacher:
            row.method === 'none'
              ? null
              : { kind: 'trial', model: column.teacher, trial: trialId(teacher) },
        }),
      );
      specs.forEach((spec, position) => {
        trials.push({ id: trialId(spec), spec, after: [trialId(teacher)], gate: null, steps: 100 });
        const result = row.results[index]?.[position] ?? null;
        if (result !== null) writeRun(workspace, spec, result);
      });
      const value = row.published?.[index] ?? null;
      if (value !== null) published.push(number(table, row.name, column.id, value));
      cells.push({
        id: `${row.name}/${column.id}/top1`,
        row: row.name,
        method: row.method,
        column: column.id,
        metric: 'top1',
        published:
          value === null
            ? null
            : { table: `${table.suite}-table`, row: row.name, column: column.id },
        noReference: value === null ? 'The paper leaves this cell empty.' : null,
        notComparable: table.notComparable,
        trials: specs.map(trialId),
        notRun: row.notRun ?? null,
      });
    }
  });
  writePlan(workspace, {
    schemaVersion: 1,
    suite: table.suite,
    title: table.title,
    scale: table.scale,
    notComparable: table.notComparable,
    task: 'classification',
    margins: { top1: 0.5 },
    columns: table.columns.map(({ id, teacher, student }) => ({ id, teacher, student })),
    rows: table.rows.map(({ name, method }) => ({ name, method })),
    cells,
    trials,
  });
  return published;
}

function number(
  table: SampleTable,
  row: string,
  column: string,
  value: number,
): PublishedNumberRow {
  return {
    table: `${table.suite}-table`,
    row,
    column,
    metric: 'top1',
    part: null,
    value,
    sd: null,
    unit: '%',
    decimals: 2,
    higherIsBetter: true,
    selection: table.scale === 'paper' && column.includes('wrn') ? 'unknown' : 'last',
    runsAveraged: 4,
    paper: 'A Made-up Paper (TEST 2026)',
    caption: 'Table 1',
    source: 'paper, table 1',
    trust: 'primary',
    dataset: 'cifar100',
  };
}

const reasons: Readonly<Record<EndState, string>> = {
  completed: 'all epochs done',
  diverged: 'the loss was NaN in step 132 of epoch 3',
  failed: 'the worker ended with exit code 1: out of memory',
  infrastructure: 'the disk is full',
  'timed-out': 'no heartbeat for 300 s',
  cancelled: 'Ctrl-C',
};

let minute = 0;

/**
 * A learning curve that rises to the result with a little noise; a run without a result stops after
 * three epochs.
 */
function writeRun(workspace: string, spec: TrialSpec, result: number | EndState): void {
  const stream = RandomStream.named(spec.seed, `${spec.method} ${spec.model}`);
  const epochs = typeof result === 'number' ? spec.recipe.epochs : Math.min(3, spec.recipe.epochs);
  const height = typeof result === 'number' ? result : 40;
  const accuracies = Array.from({ length: epochs }, (_, index) => {
    if (index === epochs - 1) return height;
    const progress = (index + 1) / epochs;
    const noise = (stream.uniform() - 0.5) * 4 * (1 - progress);
    return Number((height * (0.35 + 0.65 * progress * (2 - progress)) + noise).toFixed(2));
  });
  const state = typeof result === 'number' ? 'completed' : result;
  minute += 7;
  writeJournal(
    workspace,
    makeJournal({
      spec,
      accuracies,
      startMinute: minute,
      environment: makeEnvironment({ threads: { intra: spec.seed % 2 === 0 ? 2 : 1, inter: 1 } }),
      end: { state, reason: reasons[state] },
      events:
        state === 'diverged'
          ? [{ kind: 'non-finite', message: 'the loss was NaN in step 132 of epoch 3' }]
          : [],
    }),
  );
}

/**
 * A workspace with a paper-scale and a proxy suite that hold every verdict but one, and every way
 * to have no number.
 */
export function writeSample(workspace: string): readonly PublishedNumberRow[] {
  minute = 0;
  const paper = writeTable(workspace, {
    suite: 'cifar100-logits',
    title: 'Logit distillation on CIFAR-100',
    scale: 'paper',
    notComparable: null,
    epochs: 40,
    columns: [
      { id: 'resnet56__resnet20', teacher: 'resnet56', student: 'resnet20', accuracy: 72.31 },
      { id: 'wrn_40_2__wrn_16_2', teacher: 'wrn_40_2', student: 'wrn_16_2', accuracy: 75.61 },
    ],
    rows: [
      {
        name: 'Student',
        method: 'none',
        results: [
          [69.1, 69.02, 69.16, 69.05, 69.12],
          [73.2, 73.31, 73.28],
        ],
        published: [69.06, 73.26],
      },
      {
        name: 'KD',
        method: 'kd',
        results: [
          [70.6, 70.71, 70.66],
          [74.9, 74.85, 74.95],
        ],
        published: [70.66, 73.92],
      },
      {
        name: 'DKD',
        method: 'dkd',
        results: [
          [71.0, 70.7, 70.9],
          ['diverged', 'diverged', 'failed'],
        ],
        published: [71.97, 76.24],
      },
      {
        name: 'KD+LSKD',
        method: 'kd+lskd',
        results: [
          [71.4, null, 'cancelled'],
          [76.4, 75.2, 75.9],
        ],
        published: [71.43, 76.11],
      },
      {
        name: 'SD-KD',
        method: 'kd+sdd',
        results: [
          [71.2, 71.3, 71.25],
          [75.7, 75.75, 75.8],
        ],
      },
      {
        name: 'OFA',
        method: 'ofa',
        results: [[], []],
        notRun: 'the network ofa_exit is not implemented',
        published: [null, 76.5],
      },
    ],
  });
  const proxy = writeTable(workspace, {
    suite: 'quick',
    title: 'Quick suite on embedded pictures',
    scale: 'proxy',
    notComparable:
      'resnet20 to resnet8 on embedded pictures for 8 epochs, not resnet56 to resnet20 on CIFAR-100 for 240.',
    epochs: 8,
    columns: [
      { id: 'resnet56__resnet20', teacher: 'resnet20', student: 'resnet8', accuracy: 48.2 },
    ],
    rows: [
      { name: 'Student', method: 'none', results: [[36.1, 35.4, 36.8]], published: [69.06] },
      { name: 'KD', method: 'kd', results: [[38.3, 37.9, 38.8]], published: [70.66] },
      { name: 'KD+LSKD', method: 'kd+lskd', results: [[38.2, 38.1, 39.9]], published: [71.43] },
      { name: 'DKD', method: 'dkd', results: [[33.3, 32.5, 'diverged']], published: [71.97] },
    ],
  });
  const known = new Set<string>();
  return [...paper, ...proxy].filter((one) => {
    const key = [one.table, one.row, one.column].join('\n');
    return known.has(key) ? false : known.add(key) !== undefined;
  });
}
