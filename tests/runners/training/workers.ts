import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, type WriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { sha256 } from '../../../common/canonical.ts';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';
import type { WorkerRequest } from '../../../contract/request.ts';
import {
  evaluationRecipe,
  type Hyper,
  type Recipe,
  type TrialSpec,
  trialId,
} from '../../../contract/spec.ts';
import { catalogues } from '../../../runners/catalogue/catalogue.ts';
import { datasetIdentity } from '../../../runners/data/registry.ts';
import { resolveHyper } from '../../../runners/distillers/hyper.ts';
import { parseMethod } from '../../../runners/distillers/method-id.ts';
import { nodeArguments, tensorflowEnvironment } from '../../../runners/engine/environment.ts';

/**
 * A training of seconds: 150 of the embedded pictures, so that an epoch ends with a smaller batch.
 */
export const tinyRecipe: Recipe = {
  name: 'tiny',
  epochs: 4,
  batchSize: 32,
  dropLast: false,
  optimizer: { kind: 'sgd', lr: 0.05, momentum: 0.9, nesterov: false, weightDecay: 5e-4 },
  schedule: { kind: 'multistep', warmupEpochs: 0, milestones: [2], gamma: 0.1 },
  augmentation: { crop: { padding: 4 }, flip: true },
  labelSmoothing: 0,
  trainPictures: 150,
};

export interface TinyTrial {
  readonly task?: TrialSpec['task'];
  readonly dataset?: string;
  readonly method?: string;
  readonly hyper?: Hyper;
  readonly model?: string;
  /** Its file, beside the journal of its training unless it is imported. */
  readonly teacher?: { readonly model: string; readonly weights: string; readonly imported?: true };
  /** Weights of an imported teacher that is only measured. */
  readonly measures?: string;
  readonly recipe?: Partial<Recipe>;
  readonly dataHash?: string;
  readonly device?: WorkerRequest['device'];
  readonly keptOutputs?: WorkerRequest['keptOutputs'];
  readonly seed?: number;
}

/** Writes the request of a trial into `folder` and gives its path. */
export async function writeRequest(folder: string, trial: TinyTrial = {}): Promise<string> {
  const { method = 'none', model = 'resnet8', teacher, measures, recipe, dataHash } = trial;
  const { device = 'cpu' } = trial;
  const data = await datasetIdentity(trial.dataset ?? 'embedded-small');
  const task = trial.task ?? 'classification';
  const hyper =
    task === 'classification'
      ? resolveHyper(parseMethod(method), trial.hyper ?? {})
      : catalogues[task].resolveHyper(method, trial.hyper ?? {}, model);
  const spec: TrialSpec = {
    schemaVersion: 1,
    implementation: 'redistill',
    task,
    scale: 'smoke',
    role: teacher === undefined ? 'teacher' : 'student',
    model,
    method,
    hyper,
    teacher:
      measures !== undefined
        ? { kind: 'checkpoint', model, sha256: sha256(readFileSync(measures)) }
        : teacher === undefined
          ? null
          : teacher.imported
            ? {
                kind: 'checkpoint',
                model: teacher.model,
                sha256: sha256(readFileSync(teacher.weights)),
              }
            : { kind: 'trial', model: teacher.model, trial: '0000000000000000' },
    recipe: measures === undefined ? { ...tinyRecipe, ...recipe } : evaluationRecipe,
    data: { ...data, hash: dataHash ?? data.hash },
    seed: trial.seed ?? 1,
  };
  const fingerprint = 'f'.repeat(64);
  const request: WorkerRequest = {
    schemaVersion: 1,
    spec,
    trial: trialId(spec),
    run: `${trialId(spec)}-${fingerprint.slice(0, 8)}-1`,
    attempt: 1,
    fingerprint,
    runDirectory: folder,
    teacherWeights: measures ?? teacher?.weights ?? null,
    threads: { intra: 1, inter: 1 },
    device,
    dataFolder: null,
    mode: 'recorded',
    checkpointSeconds: 0,
    ...(trial.keptOutputs !== undefined && { keptOutputs: trial.keptOutputs }),
  };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'request.json');
  writeFileSync(path, JSON.stringify(request));
  return path;
}

const worker = fileURLToPath(new URL('../../../runners/training/worker.ts', import.meta.url));

const asParent = {
  env: tensorflowEnvironment({ threads: 1, device: 'cpu' }),
  stdin: 'pipe',
  reject: false,
} as const;

/**
 * Starts the real worker on one trial or a cohort. Its standard input stays open: the end of it
 * means that the parent is gone.
 */
export function startWorker(...requests: readonly string[]) {
  return execa(process.execPath, [...nodeArguments(), worker, ...requests], asParent);
}

/** The same with its standard error in an open file. */
export function startWorkerWithLog(log: WriteStream, ...requests: readonly string[]) {
  const args = [...nodeArguments(), worker, ...requests];
  return execa(process.execPath, args, { ...asParent, stderr: log });
}

/** The same with more in its environment. */
export function startWorkerWith(environment: Readonly<Record<string, string>>, request: string) {
  const args = [...nodeArguments(), worker, request];
  return execa(process.execPath, args, { ...asParent, env: { ...asParent.env, ...environment } });
}

const recordsForGpu = new URL('./fixtures/records-for-gpu.ts', import.meta.url).href;

/** The same with steps recorded as for a GPU, which this machine computes. */
export function startWorkerRecordingForGpu(
  request: string,
  environment: Readonly<Record<string, string>>,
) {
  const args = [...nodeArguments(), '--import', recordsForGpu, worker, request];
  return execa(process.execPath, args, { ...asParent, env: { ...asParent.env, ...environment } });
}

/** Trains a trial whose worker is killed after its second epoch and started again. */
export async function trainKilledOnce(folder: string, trial: TinyTrial): Promise<void> {
  const request = await writeRequest(folder, trial);
  const first = startWorker(request);
  first.stdout.on('data', (text: Buffer) => {
    if (/"type":"epoch".*"epoch":2/.test(text.toString())) first.kill('SIGKILL');
  });
  assert.equal((await first).signal, 'SIGKILL');
  const last = await startWorker(request);
  assert.equal(last.exitCode, 0, last.stderr);
  assert.ok(readJournal(journalFile(folder)).lines.some((line) => line.type === 'resume'));
}

/**
 * What two runs of one trial must have in common: everything but time, memory and how often they
 * were started.
 */
export function measured(folder: string) {
  const { lines } = readJournal(journalFile(folder));
  const epochs = new Map<number, unknown>();
  let end: unknown;
  let initialWeights: unknown;
  for (const line of lines) {
    if (line.type === 'start') initialWeights = line.initialWeights;
    if (line.type === 'epoch') {
      const { epoch, step, lr, losses, metrics, lossChain } = line;
      epochs.set(epoch, { step, lr, losses, metrics, lossChain });
    }
    if (line.type === 'end')
      end = { state: line.state, reason: line.reason, weights: line.weights };
  }
  return { initialWeights, epochs: [...epochs], end };
}
