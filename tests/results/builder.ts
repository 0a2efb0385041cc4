import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../../common/canonical.ts';
import type {
  EndState,
  Environment,
  JournalLine,
  JournalRecord,
} from '../../contract/journal-types.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { type TrialId, type TrialSpec, trialId } from '../../contract/spec.ts';

/** A specification with everything filled in; a test says only what it is about. */
export function makeSpec(differences: Partial<TrialSpec> = {}): TrialSpec {
  return {
    schemaVersion: 1,
    implementation: 'redistill',
    task: 'classification',
    scale: 'proxy',
    role: 'student',
    model: 'resnet8',
    method: 'kd',
    hyper: { temperature: 4, alpha: 0.9 },
    teacher: { kind: 'checkpoint', model: 'resnet20', sha256: 'c'.repeat(64) },
    recipe: {
      name: 'quick',
      epochs: 3,
      batchSize: 64,
      dropLast: false,
      optimizer: { kind: 'sgd', lr: 0.05, momentum: 0.9, nesterov: false, weightDecay: 0.0005 },
      schedule: { kind: 'multistep', milestones: [2], gamma: 0.1, warmupEpochs: 0 },
      augmentation: { crop: { padding: 4 }, flip: true },
      labelSmoothing: 0,
      trainPictures: null,
    },
    data: { dataset: 'embedded', hash: 'd'.repeat(64) },
    seed: 1,
    ...differences,
  };
}

export function makeEnvironment(differences: Partial<Environment> = {}): Environment {
  return {
    hardware: { cpu: 'Test CPU 3000', cores: 2, memoryGiB: 8, gpu: null },
    os: 'Linux 6.1',
    node: '22.12.0',
    tensorflow: '2.18.0',
    device: 'cpu',
    threads: { intra: 1, inter: 1 },
    libvips: '8.16.0',
    commit: 'abcdef0123456789abcdef0123456789abcdef01',
    dirty: false,
    ...differences,
  };
}

export interface JournalOptions {
  readonly spec: TrialSpec;
  /** Test top-1 in percent, epoch by epoch. */
  readonly accuracies: readonly number[];
  readonly attempt?: number;
  readonly fingerprint?: string;
  readonly environment?: Environment;
  /** Null leaves the journal without an end. */
  readonly end?: { readonly state: EndState; readonly reason: string } | null;
  /** Minutes after midnight at which the run starts. */
  readonly startMinute?: number;
  readonly events?: readonly { readonly kind: string; readonly message: string }[];
  /** Students of its cohort; default 1. */
  readonly students?: number;
}

/** The lines of a journal, made from numbers alone. */
export function makeJournal(options: JournalOptions): readonly JournalLine[] {
  const { spec, accuracies, attempt = 1 } = options;
  const fingerprint = options.fingerprint ?? 'f'.repeat(64);
  const end =
    options.end === undefined
      ? { state: 'completed' as const, reason: 'all epochs done' }
      : options.end;
  const trial = trialId(spec);
  const records: JournalRecord[] = [
    {
      type: 'header',
      schemaVersion: 1,
      run: `${trial}-${fingerprint.slice(0, 8)}-${attempt}`,
      trial,
      attempt,
      fingerprint,
      spec,
      environment: options.environment ?? makeEnvironment(),
    },
    {
      type: 'start',
      parameters: 78042,
      stepsPerEpoch: 10,
      initialWeights: sha256(`init ${trial}`),
    },
    ...(options.events ?? []).map((event) => ({ type: 'event' as const, ...event })),
    ...accuracies
      .flatMap((accuracy, index) => epochRecords(trial, index + 1, accuracy))
      .map((record) =>
        record.type === 'epoch' && options.students !== undefined
          ? { ...record, students: options.students }
          : record,
      ),
  ];
  if (end !== null) {
    records.push({
      type: 'end',
      ...end,
      weights: end.state === 'completed' ? sha256(`weights ${trial}`) : null,
      seconds: accuracies.length * 12,
    });
  }
  return numbered(records, options.startMinute ?? 0);
}

function epochRecords(trial: TrialId, epoch: number, accuracy: number): readonly JournalRecord[] {
  return [
    {
      type: 'epoch',
      epoch,
      step: epoch * 10,
      lr: 0.05,
      losses: { ce: 4 / epoch, kd: 2 / epoch, total: 6 / epoch },
      metrics: [
        { task: 'classification', name: 'top1', split: 'test', value: accuracy },
        {
          task: 'classification',
          name: 'top5',
          split: 'test',
          value: Math.min(100, accuracy + 20),
        },
      ],
      lossChain: sha256(`${trial} ${epoch}`),
      trainSeconds: 10,
      evalSeconds: 2,
      msPerStep: 1000,
      peakMemoryMiB: 512,
    },
    {
      type: 'checkpoint',
      epoch,
      step: epoch * 10,
      file: `checkpoints/epoch-${epoch}.safetensors`,
      sha256: sha256(`checkpoint ${trial} ${epoch}`),
    },
  ];
}

/** Gives records their `seq` and a time, ten seconds apart. */
export function numbered(
  records: readonly JournalRecord[],
  startMinute = 0,
): readonly JournalLine[] {
  const start = Date.UTC(2026, 0, 2, 0, startMinute);
  return records.map((record, seq) => ({
    ...record,
    seq,
    time: new Date(start + seq * 10_000).toISOString(),
  }));
}

export function journalText(lines: readonly JournalLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Writes a journal where ingest looks for it, and returns its path. */
export function writeJournal(
  workspace: string,
  lines: readonly JournalLine[],
  text: string = journalText(lines),
): string {
  const header = lines[0];
  if (header?.type !== 'header') throw new Error('a journal begins with its header');
  const path = join(workspace, 'runs', header.trial, header.run, 'journal.jsonl');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

export function writePlan(workspace: string, plan: Plan): string {
  const path = join(workspace, 'runs', 'plans', `${plan.suite}@${plan.scale}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(plan, null, 2));
  return path;
}

/**
 * A table as a test writes it down: a cell per row and column, its trials' seeds with their
 * accuracies per epoch.
 */
export interface TableOptions {
  readonly suite?: string;
  readonly title?: string;
  readonly scale?: TrialSpec['scale'];
  readonly notComparable?: string | null;
  readonly teacher?: TrialSpec | null;
  readonly column?: string;
  readonly student?: string;
  readonly rows: readonly {
    readonly name: string;
    readonly method: string;
    readonly published?: { readonly table: string; readonly row: string; readonly column: string };
    readonly noReference?: string;
    readonly notComparable?: string;
    readonly notRun?: string;
    readonly specs: readonly TrialSpec[];
  }[];
}

/** A plan with one column. */
export function makePlan(options: TableOptions): Plan {
  const column = options.column ?? 'resnet20__resnet8';
  const scale = options.scale ?? 'proxy';
  const teacher = options.teacher ?? null;
  const after = teacher === null ? [] : [trialId(teacher)];
  const specs = options.rows.flatMap((row) => row.specs);
  const notComparable =
    options.notComparable ??
    (scale === 'paper' || scale === 'own' ? null : 'the embedded data is not CIFAR-100');
  return {
    schemaVersion: 1,
    suite: options.suite ?? 'quick',
    title: options.title ?? 'Quick suite',
    scale,
    notComparable,
    task: 'classification',
    margins: { top1: 0.5 },
    columns: [
      { id: column, teacher: teacher?.model ?? null, student: options.student ?? 'resnet8' },
    ],
    rows: options.rows.map(({ name, method }) => ({ name, method })),
    cells: options.rows.map((row) => ({
      id: `${row.name}/${column}/top1`,
      row: row.name,
      method: row.method,
      column,
      metric: 'top1',
      published: row.published ?? null,
      noReference:
        row.published || scale === 'own' ? null : (row.noReference ?? 'no paper prints this'),
      notComparable: row.notComparable ?? notComparable,
      trials: row.specs.map(trialId),
      notRun: row.notRun ?? null,
    })),
    trials: [
      ...(teacher === null
        ? []
        : [{ id: trialId(teacher), spec: teacher, after: [], gate: 40, steps: 30 }]),
      ...specs.map((spec) => ({ id: trialId(spec), spec, after, gate: null, steps: 30 })),
    ],
  };
}
