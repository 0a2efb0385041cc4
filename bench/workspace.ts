import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '../common/random.ts';
import type { JournalRecord } from '../contract/journal-types.ts';
import { runIdOf } from '../contract/paths.ts';
import type { Plan } from '../contract/plan-types.ts';
import { type TrialSpec, trialId } from '../contract/spec.ts';

/**
 * How large a made-up workspace is: `suites` x `rows` x `columns` cells, `seeds` runs of `epochs`
 * epochs for each of them.
 */
export interface WorkspaceSize {
  readonly suites: number;
  readonly rows: number;
  readonly columns: number;
  readonly seeds: number;
  readonly epochs: number;
}

/** The line that a trial writes most often, at its usual length. */
export const epochRecord: JournalRecord = {
  type: 'epoch',
  epoch: 1,
  step: 391,
  lr: 0.05,
  losses: { ce: 1.2345678901234567, kd: 2.3456789012345678, total: 3.5802467913580247 },
  metrics: [
    { task: 'classification', name: 'top1', split: 'test', value: 43.21 },
    { task: 'classification', name: 'top5', split: 'test', value: 76.54 },
  ],
  lossChain: 'e'.repeat(64),
  trainSeconds: 18.2,
  evalSeconds: 1.7,
  msPerStep: 46.123456789,
  peakMemoryMiB: 612.5,
};

/** 10,000 cells and 1,000,000 epochs. */
export const fullWorkspace: WorkspaceSize = {
  suites: 20,
  rows: 25,
  columns: 20,
  seeds: 2,
  epochs: 50,
};

/**
 * Writes plans and journals as a workspace of that size has them after all its trials completed.
 * The same size gives the same bytes.
 *
 * @throws the reason of `signal` once that is aborted
 */
export async function writeWorkspace(
  folder: string,
  size: WorkspaceSize,
  signal?: AbortSignal,
): Promise<void> {
  const plans = join(folder, 'runs', 'plans');
  mkdirSync(plans, { recursive: true });
  for (let suite = 0; suite < size.suites; suite += 1) {
    // Lets signals through: writing is synchronous, and takes seconds for every suite.
    await new Promise((resume) => setImmediate(resume));
    signal?.throwIfAborted();
    const plan = planOf(suite, size);
    writeFileSync(join(plans, `${plan.suite}@${plan.scale}.json`), JSON.stringify(plan));
    for (const { id, spec } of plan.trials) {
      const run = runIdOf(id, fingerprint, 1);
      const place = join(folder, 'runs', id, run);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'journal.jsonl'), journalOf(id, run, spec));
    }
  }
}

const fingerprint = createHash('sha256').update('made-up numerics').digest('hex');

function planOf(suite: number, size: WorkspaceSize): Plan {
  const columns = Array.from({ length: size.columns }, (_, index) => ({
    id: `teacher_${index}__student_${index}`,
    teacher: `teacher_${index}`,
    student: `student_${index}`,
  }));
  // `kd` and `none` are what other rows are compared with.
  const rows = Array.from({ length: size.rows }, (_, index) => ({
    name: index === 0 ? 'Student' : index === 1 ? 'KD' : `Method ${index}`,
    method: index === 0 ? 'none' : index === 1 ? 'kd' : `method${index}`,
  }));
  const trials: Plan['trials'][number][] = [];
  const cells = rows.flatMap((row) =>
    columns.map((column) => {
      const specs = Array.from({ length: size.seeds }, (_, index) =>
        specOf(suite, row.method, column, index + 1, size.epochs),
      );
      for (const spec of specs)
        trials.push({ id: trialId(spec), spec, after: [], gate: null, steps: size.epochs * 391 });
      return {
        id: `${row.name}/${column.id}/top1`,
        row: row.name,
        method: row.method,
        column: column.id,
        metric: 'top1',
        published: null,
        noReference: 'A made-up table.',
        trials: specs.map(trialId),
        notComparable: null,
        notRun: null,
      };
    }),
  );
  return {
    schemaVersion: 1,
    suite: `made-up-${suite}`,
    title: `Made-up table ${suite}`,
    scale: 'paper',
    task: 'classification',
    notComparable: null,
    margins: { top1: 0.5 },
    columns,
    rows,
    cells,
    trials,
  };
}

function specOf(
  suite: number,
  method: string,
  column: { readonly teacher: string; readonly student: string },
  seed: number,
  epochs: number,
): TrialSpec {
  return {
    schemaVersion: 1,
    implementation: 'redistill',
    task: 'classification',
    scale: 'paper',
    role: 'student',
    model: column.student,
    method,
    hyper: method === 'none' ? {} : { temperature: 4, alpha: 0.9 },
    teacher:
      method === 'none'
        ? null
        : { kind: 'checkpoint', model: column.teacher, sha256: 'c'.repeat(64) },
    recipe: {
      name: `made-up-${suite}`,
      epochs,
      batchSize: 128,
      dropLast: false,
      optimizer: { kind: 'sgd', lr: 0.05, momentum: 0.9, nesterov: false, weightDecay: 0.0005 },
      schedule: { kind: 'multistep', milestones: [30, 40], gamma: 0.1, warmupEpochs: 0 },
      augmentation: { crop: { padding: 4 }, flip: true },
      labelSmoothing: 0,
      trainPictures: null,
    },
    data: { dataset: 'cifar100', hash: 'd'.repeat(64) },
    seed,
  };
}

/**
 * The lines that a trial writes: header, start, an epoch each with a checkpoint every tenth, end.
 */
function journalOf(trial: string, run: string, spec: TrialSpec): string {
  const stream = RandomStream.named(spec.seed, trial);
  const { epochs } = spec.recipe;
  const start = Date.UTC(2026, 0, 2) + Math.floor(stream.uniform() * 2_592_000) * 1000;
  const lines: string[] = [];
  const add = (time: number, record: object) => {
    const line = {
      ...record,
      seq: lines.length,
      time: new Date(start + time * 1000).toISOString(),
    };
    lines.push(`${JSON.stringify(line)}\n`);
  };
  add(0, {
    type: 'header',
    schemaVersion: 1,
    run,
    trial,
    attempt: 1,
    fingerprint,
    spec,
    environment: {
      hardware: { cpu: 'Made-up CPU', cores: 2, memoryGiB: 8, gpu: null },
      os: 'Linux 6.1',
      node: '22.12.0',
      tensorflow: '2.18.0',
      device: 'cpu',
      threads: { intra: 1, inter: 1 },
      libvips: '8.16.0',
      commit: 'a'.repeat(40),
      dirty: false,
    },
  });
  add(1, {
    type: 'start',
    parameters: 278324,
    stepsPerEpoch: 391,
    initialWeights: createHash('sha256').update(trial).digest('hex'),
  });
  let chain = '';
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const progress = epoch / epochs;
    const top1 = 40 + 32 * progress * (2 - progress) + stream.normal() * (1.2 - progress);
    chain = createHash('sha256').update(`${chain}${trial}${epoch}`).digest('hex');
    const loss = 4 * (1 - 0.8 * progress) + 0.05 * stream.uniform();
    add(20 * epoch, {
      type: 'epoch',
      epoch,
      step: epoch * 391,
      lr: progress < 0.6 ? 0.05 : 0.005,
      losses: { ce: loss / 3, kd: (2 * loss) / 3, total: loss },
      metrics: [
        { task: 'classification', name: 'top1', split: 'test', value: Number(top1.toFixed(2)) },
        {
          task: 'classification',
          name: 'top5',
          split: 'test',
          value: Number(Math.min(100, top1 + 20).toFixed(2)),
        },
      ],
      lossChain: chain,
      trainSeconds: 18.2,
      evalSeconds: 1.7,
      msPerStep: 46 + 2 * stream.uniform(),
      peakMemoryMiB: 612.5,
    });
    if (epoch % 10 === 0)
      add(20 * epoch, {
        type: 'checkpoint',
        epoch,
        step: epoch * 391,
        file: `checkpoints/epoch-${epoch}.safetensors`,
        sha256: chain,
      });
  }
  add(20 * epochs + 1, {
    type: 'end',
    state: 'completed',
    reason: 'all epochs done',
    weights: chain,
    seconds: 20 * epochs,
  });
  return lines.join('');
}
