import '../../../runners/catalogue/all.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../../common/canonical.ts';
import { JournalWriter } from '../../../contract/journal.ts';
import type { Ending } from '../../../contract/journal-types.ts';
import { journalFile } from '../../../contract/paths.ts';
import type { WorkerRequest } from '../../../contract/request.ts';
import {
  type Hyper,
  type Recipe,
  type Task,
  type TrialSpec,
  trialId,
} from '../../../contract/spec.ts';
import { catalogues } from '../../../runners/catalogue/catalogue.ts';
import { taskModule } from '../../../runners/catalogue/tasks.ts';
import { encodeSafetensors } from '../../../runners/formats/safetensors.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { backboneOf } from '../../../runners/tasks/backbone.ts';
import type { NetworkState } from '../../../runners/tasks/types.ts';
import { describeEnvironment } from '../../../runners/training/machine.ts';
import { trainMembers } from '../../../runners/training/worker-training.ts';
import { torchTensors } from '../../../runners/weights/network-state.ts';

/** A training of a few steps. */
export interface ShortTraining {
  readonly task: Task;
  readonly dataset: string;
  readonly model: string;
  readonly teacher: string;
  readonly method: string;
  readonly hyper?: Hyper;
  readonly recipe: Recipe;
}

/**
 * What a training measured: per epoch the chain of loss bits and the metrics; and its weights at
 * the end.
 */
export interface Measured {
  readonly chains: readonly string[];
  readonly metrics: readonly string[];
  readonly weights: string;
}

const threads = { intra: 1, inter: 1 } as const;
const identities = new Map<string, Promise<string>>();

function hashOf({ task, dataset }: ShortTraining): Promise<string> {
  const key = `${task} ${dataset}`;
  const known = identities.get(key);
  if (known !== undefined) return known;
  const probe = { data: { dataset }, recipe: {} } as TrialSpec;
  const hash = taskModule(task)
    .then((module) => module.load(probe, null))
    .then((data) => data.hash);
  identities.set(key, hash);
  return hash;
}

/**
 * Trains in this process by the worker's own code: data, teacher and starting weights from files,
 * the training loop, the journal.
 *
 * @throws Error where the training does not complete
 */
export async function train(training: ShortTraining): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-recipe-'));
  try {
    const request = await requestOf(training, folder);
    const lines: Record<string, unknown>[] = [];
    const { writer } = JournalWriter.open(journalFile(folder), () => '2026-01-01T00:00:00.000Z');
    const append = writer.append.bind(writer);
    writer.append = (line) => {
      lines.push(line as never);
      return append(line);
    };
    let ending: Ending | null = null;
    await trainMembers(
      [
        {
          request,
          environment: describeEnvironment(threads),
          journal: writer,
          history: [],
          now: () => performance.now(),
          report(message) {
            if (message.type === 'end') ending = { state: message.state, reason: message.reason };
          },
          ending: () => ending,
        },
      ],
      new AbortController().signal,
    );
    writer.close();
    const end = ending as Ending | null;
    if (end?.state !== 'completed') throw new Error(`${end?.state}: ${end?.reason}`);
    const epochs = lines.filter(({ type }) => type === 'epoch');
    return {
      chains: epochs.map(({ lossChain }) => String(lossChain)),
      metrics: epochs.map(({ metrics }) => JSON.stringify(metrics)),
      weights: String(lines.find(({ type }) => type === 'end')?.['weights']),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function requestOf(training: ShortTraining, folder: string): Promise<WorkerRequest> {
  const { task, dataset, model, method, recipe } = training;
  const taught = catalogues[task].needsTeacher(method);
  const given = await startingFiles(training, folder);
  const spec: TrialSpec = {
    schemaVersion: 1,
    implementation: 'redistill',
    task,
    scale: 'smoke',
    role: 'student',
    model,
    method,
    hyper: catalogues[task].resolveHyper(method, training.hyper ?? {}, model),
    teacher: taught
      ? { kind: 'checkpoint', model: training.teacher, sha256: given.teacher.sha256 }
      : null,
    recipe,
    data: { dataset, hash: await hashOf(training) },
    seed: 1,
    ...(given.backbone === null
      ? {}
      : { backbone: { name: 'made/up', sha256: given.backbone.sha256 } }),
  };
  return {
    schemaVersion: 1,
    spec,
    trial: trialId(spec),
    run: `${trialId(spec)}-00000000-1`,
    attempt: 1,
    fingerprint: '0'.repeat(64),
    runDirectory: folder,
    teacherWeights: taught ? given.teacher.path : null,
    ...(given.backbone === null ? {} : { backboneWeights: given.backbone.path }),
    threads,
    device: 'cpu',
    dataFolder: null,
    mode: 'recorded',
    checkpointSeconds: 1e9,
  };
}

/**
 * Weights of the teacher, and of a backbone where the recipe asks for some, as drawn from other
 * seeds.
 */
async function startingFiles(training: ShortTraining, folder: string) {
  const { task, model, recipe } = training;
  const module = await taskModule(task);
  const probe = { data: { dataset: training.dataset }, recipe } as TrialSpec;
  const data = await module.load(probe, null);
  const write = (file: string, { params }: Pick<NetworkState, 'params'>, seed: string) => {
    const path = join(folder, file);
    const tensors = torchTensors(params, initialState(params, seed));
    const bytes = encodeSafetensors({ tensors, metadata: {} });
    writeFileSync(path, bytes);
    return { path, sha256: sha256(bytes) };
  };
  return {
    teacher: write('teacher.safetensors', await data.network(training.teacher), 'teacher'),
    backbone:
      recipe.pretrained === undefined || task === 'classification'
        ? null
        : write(
            'backbone.safetensors',
            backboneOf((await data.network(model)) as never),
            'backbone',
          ),
  };
}
