import { InfrastructureError, RedistillError } from '../../common/errors.ts';
import { cohortKey } from '../../contract/cohort-key.ts';
import { readJournal } from '../../contract/journal.ts';
import type { Ending } from '../../contract/journal-types.ts';
import { ownFileRecord } from '../../contract/own-kinds.ts';
import { type BatchParts, partsOf } from '../../contract/parts.ts';
import { journalFile } from '../../contract/paths.ts';
import type { WorkerRequest } from '../../contract/request.ts';
import { schemaVersion, type TrialSpec } from '../../contract/spec.ts';
import { taskModule } from '../catalogue/tasks.ts';
import { usesGpu } from '../engine/tensorflow.ts';
import { trainExternally } from '../external/train.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { backboneOf, inNetwork } from '../tasks/backbone.ts';
import type { Parts } from '../tasks/parts/team.ts';
import type { LoadedNetwork, TaskData } from '../tasks/types.ts';
import { checkBackboneFile } from '../weights/backbones/store.ts';
import { readWeights } from '../weights/network-state.ts';
import { evaluateTeacher } from './evaluation.ts';
import type { MemberOptions } from './member.ts';
import { checkPrecision } from './precision.ts';
import { checkTeacherFile } from './teacher-file.ts';
import { trainTogether } from './train.ts';
import { failedEnding } from './worker-end.ts';

/** A trial as the process has it, with the end that it came to. */
export interface WorkerMember extends MemberOptions {
  /** Null until the trial's end is journalled or told to the parent. */
  ending(): Ending | null;
}

/**
 * Brings the trials of one process to their ends.
 *
 * A cohort may fail because of one trial, or because it is too large for the memory. So a cohort
 * that fails is parted in two, and each half goes on from its checkpoints. A trial that fails alone
 * has failed. No trial fails for another.
 *
 * @param gpus names of those that share the batches, this process's first; absent on a processor
 */
export async function trainMembers(
  members: readonly WorkerMember[],
  signal: AbortSignal,
  gpus?: readonly string[],
): Promise<readonly Ending[]> {
  let loading: Promise<TaskData> | null = null;
  const load = () => {
    loading ??= loadData(members[0] as WorkerMember);
    return loading;
  };
  const train = async (group: readonly WorkerMember[]): Promise<void> => {
    try {
      await trainGroup(group, load, signal, gpus);
    } catch (error) {
      const open = group.filter((member) => member.ending() === null);
      const [first, ...others] = open;
      if (first === undefined) return;
      if (others.length === 0 || signal.aborted) {
        for (const member of open) failedEnding(error, member);
        return;
      }
      const reason = error instanceof RedistillError ? error.message : String(error);
      const data = { students: open.length, reason };
      for (const { journal } of open) {
        const message = 'the cohort failed and is parted in two';
        journal.append({ type: 'event', kind: 'cohort-parted', message, data });
      }
      const middle = Math.ceil(open.length / 2);
      await train(open.slice(0, middle).map(again));
      await train(open.slice(middle).map(again));
    }
  };
  try {
    checkDevice(members);
    for (const member of members) writeHeader(member);
    await loadOwnKinds(members);
  } catch (error) {
    for (const member of members) failedEnding(error, member);
    return members.map((member) => member.ending() as Ending);
  }
  await train(members);
  return members.map((member) => member.ending() as Ending);
}

/** Brings the user's kinds that these trials use into the tables; most use none. */
async function loadOwnKinds(members: readonly WorkerMember[]): Promise<void> {
  const files = members.flatMap(({ request }) => request.ownFiles ?? []);
  if (files.length === 0) return;
  // Not followed by the fingerprint: it computes nothing, and what it loads counts by itself.
  const own = await import('./own/load.ts');
  await own.loadForTraining(files);
}

function checkDevice(members: readonly WorkerMember[]): void {
  const ours = members.filter(({ request }) => request.spec.external === undefined);
  if (ours.some(({ request }) => request.device === 'gpu') && !usesGpu()) {
    throw new InfrastructureError('GPU_MISSING', 'A GPU was asked for, and TensorFlow sees none.', {
      hint: 'Run `redistill doctor`; use `--device cpu` to train on the processor.',
      permanent: true,
    });
  }
  for (const { request } of ours) checkPrecision([request.spec], request);
}

function writeHeader({ request, journal, history, environment }: WorkerMember): void {
  if (history.length > 0) return;
  const { run, trial, attempt, fingerprint, spec, ownFiles = [] } = request;
  journal.append({
    type: 'header',
    schemaVersion,
    run,
    trial,
    attempt,
    fingerprint,
    spec,
    environment,
    ...(ownFiles.length > 0 && { ownKinds: ownFiles.map(ownFileRecord) }),
  });
}

/** The same trial with what its journal holds by now. */
function again(member: WorkerMember): WorkerMember {
  const { lines: history } = readJournal(journalFile(member.request.runDirectory));
  return { ...member, history };
}

async function trainGroup(
  members: readonly WorkerMember[],
  load: () => Promise<TaskData>,
  signal: AbortSignal,
  gpus: readonly string[] | undefined,
): Promise<void> {
  const [{ request }] = members as [WorkerMember];
  const { spec, mode } = request;
  if (spec.external !== undefined) {
    // Code that is not ours shares no teacher: one after the other.
    for (const member of members) await trainExternally({ ...member, signal });
    return;
  }
  checkCohort(members.map((member) => member.request));
  const data = await load();
  const teacher = await loadTeacher(request, data);
  const specs = members.map((member) => member.request.spec);
  const starts = await Promise.all(members.map((member) => startingWeights(member.request, data)));
  const { keptOutputs = null } = request;
  const divided = partsOfRequest(request);
  const parts = divided === null ? {} : { parts: taskParts(divided, gpus) };
  const task = await data.prepare({ specs, teacher, starts, mode, keptOutputs, ...parts });
  try {
    // An imported teacher's trial has the checkpoint itself as its teacher, and no epochs.
    if (spec.role === 'teacher' && teacher !== null) {
      await evaluateTeacher(members[0] as WorkerMember, task, teacher);
    } else {
      await trainTogether({ task, members, now: () => performance.now(), signal });
    }
  } finally {
    await task.close();
  }
}

/** How a trial's batches are worked off; null: each as a whole. */
export function partsOfRequest({ spec, parts }: WorkerRequest): BatchParts | null {
  return spec.external === undefined ? (parts ?? partsOf(spec.recipe)) : null;
}

function taskParts({ size, gpus: count }: BatchParts, gpus: readonly string[] | undefined): Parts {
  if (count === 1) return { size };
  return {
    size,
    async team(program) {
      const { openTeam } = await import('../tasks/parts/processes/team.ts');
      return openTeam(program, { size: count, ...(gpus !== undefined && { gpus }) });
    },
  };
}

/** Trials with different batches or teachers would silently train on those of the first. */
function checkCohort(requests: readonly WorkerRequest[]): void {
  if (requests.length === 1) return;
  const keys = new Set(requests.map(({ spec }) => cohortKey(spec)));
  const settings = new Set(
    requests.map(({ teacherWeights, mode, device, dataFolder, keptOutputs = null, parts, gpu }) =>
      JSON.stringify([teacherWeights, mode, device, dataFolder, keptOutputs, parts, gpu]),
    ),
  );
  if (keys.size > 1 || keys.has(null) || settings.size > 1) {
    throw new RedistillError(
      'WORKER_COHORT',
      'The trials of a cohort must share teacher, data, seed and batches; these do not.',
      { hint: 'Start one worker for each.' },
    );
  }
}

async function loadData({ request }: WorkerMember): Promise<TaskData> {
  const { spec } = request;
  const data = await (await taskModule(spec.task)).load(spec, request.dataFolder);
  if (data.hash !== spec.data.hash) throw dataChanged(spec, data.hash);
  return data;
}

function dataChanged({ data: { dataset, hash } }: TrialSpec, found: string): RedistillError {
  return new RedistillError(
    'DATA_CHANGED',
    `The data set ${dataset} is not the one that the trial was planned with: its hash is ${found.slice(0, 12)}, not ${hash.slice(0, 12)}.`,
    { hint: 'Plan again, or restore the files.' },
  );
}

async function loadTeacher(request: WorkerRequest, data: TaskData): Promise<LoadedNetwork | null> {
  const { teacher } = request.spec;
  if (teacher === null) return null;
  if (request.teacherWeights === null) {
    throw new RedistillError(
      'WORKER_TEACHER',
      `The trial learns from ${teacher.model}, but no weights were given.`,
    );
  }
  checkTeacherFile(request.teacherWeights, teacher);
  const network = await data.network(teacher.model, 'teacher');
  const { normalisation } = readSafetensors(request.teacherWeights).metadata;
  const weights = readWeights(request.teacherWeights, network);
  return { network, weights, ...(normalisation !== undefined && { normalisation }) };
}

/**
 * Parameters that do not start with drawn values, by name; null where all start with drawn ones.
 */
async function startingWeights(
  { spec, backboneWeights }: WorkerRequest,
  data: TaskData,
): Promise<Readonly<Record<string, Float32Array>> | null> {
  const { backbone, model, recipe } = spec;
  // A teacher that is only measured is not trained, and so has no recipe with weights to start
  // with.
  if (backbone === undefined && recipe.pretrained === undefined) return null;
  if (backbone === undefined || backboneWeights === undefined) {
    throw new RedistillError(
      'WORKER_BACKBONE',
      `The backbone of ${model} starts with ${recipe.pretrained}, but no weights were given.`,
    );
  }
  checkBackboneFile(backboneWeights, backbone);
  const network = await data.network(model);
  return inNetwork(readWeights(backboneWeights, backboneOf(network)), network);
}
