import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../common/files.ts';
import type { EndState } from '../../../contract/journal-types.ts';
import { requestFile } from '../../../contract/paths.ts';
import { readRunState } from '../../../contract/run-state.ts';
import type { TrialId } from '../../../contract/spec.ts';
import { visibleGpus } from '../../engine/visible-gpus.ts';
import { classifyExit, diedOfMemory } from '../exit.ts';
import { onGpus, workerCommand } from '../worker-command.ts';
import { runWorker } from '../worker-process.ts';
import { inParts } from './arrays.ts';
import type { Submission, TaskOutcome, TaskTrial } from './submission.ts';
import type { LockedTrial } from './task-locks.ts';
import type { TaskOptions } from './task-options.ts';

/**
 * What became of the trials of a task in one start: `over` where none of them is to be trained
 * further, `stopped` where the queue ended it, which knows whether it goes on, and `again` where
 * the time limit came near or the machine failed some.
 */
export interface TaskEnding {
  readonly kind: 'over' | 'stopped' | 'again';
  /** Those that ended otherwise than by completing; with `again` those that the machine failed. */
  readonly outcomes: Readonly<Record<TrialId, TaskOutcome>>;
}

/** End states that are results: nothing is to be done for such a run any more. */
const results: ReadonlySet<EndState> = new Set(['completed', 'diverged', 'failed', 'timed-out']);

export function hasResult({ folder }: TaskTrial): boolean {
  const { end } = readRunState(folder);
  return end !== undefined && results.has(end.state);
}

/**
 * Trains those of the trials that have no result: in one worker process or, where the job has GPUs
 * for several trainings, in as many as that, each on its own. A cohort for which there is no memory
 * is parted in two, and the halves are trained one after the other.
 *
 * @param together trials in one process at most
 * @param onParted is told how many those are from then on
 * @throws what is wrong here and not with a trial; every worker has ended then
 */
export async function trainTask(
  submission: Submission,
  held: readonly LockedTrial[],
  together: number,
  options: TaskOptions,
  onParted: (together: number) => void,
): Promise<TaskEnding> {
  const shares = await gpuShares(submission.worker);
  const left = held.filter((trial) => !hasResult(trial));
  const groups = inParts(left, Math.min(together, Math.ceil(left.length / shares.length)));
  const ended = new Map<TrialId, TaskOutcome>();
  let room = together;
  const broken = new AbortController();
  const signal = AbortSignal.any([options.warned, options.stopped, broken.signal]);
  /** One group after the other, until none is left or the machine has failed one. */
  const work = async (gpus: readonly string[] | null) => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      const { endings, outOfMemory } = await trainGroup(submission, group, gpus, signal, options);
      for (const [trial, ending] of endings) ended.set(trial, ending);
      const parts = outOfMemory && group.length > 1 && !options.stopped.aborted;
      const again = parts ? group.filter(({ trial }) => isLost(endings.get(trial))) : [];
      if (again.length > 0) {
        const half = Math.ceil(group.length / 2);
        options.log(`no memory for ${group.length} trials in one process: ${half} at a time now`);
        room = Math.min(room, half);
        onParted(room);
        for (const { trial } of again) ended.delete(trial);
        groups.unshift(...inParts(again, half));
      } else if ([...endings.values()].some(isOpen)) return;
    }
  };
  const lanes = await Promise.allSettled(
    shares.map((gpus) =>
      work(gpus).catch((error: unknown) => {
        broken.abort();
        throw error;
      }),
    ),
  );
  const thrown = lanes.find((lane) => lane.status === 'rejected');
  if (thrown !== undefined) throw thrown.reason;
  const those = (which: (ending: TaskOutcome) => boolean) =>
    Object.fromEntries([...ended].filter(([, ending]) => which(ending)));
  if (![...ended.values()].some(isOpen)) {
    return { kind: 'over', outcomes: those(({ state }) => state !== 'completed') };
  }
  if (options.stopped.aborted) return { kind: 'stopped', outcomes: {} };
  return { kind: 'again', outcomes: those(isLost) };
}

const isOpen = ({ state }: TaskOutcome) => !results.has(state);
const isLost = (ending: TaskOutcome | undefined) => ending?.state === 'infrastructure';

/**
 * The GPUs of the job, shared out among trainings; a single share of null where nobody chooses: on
 * a processor, and where there are too few, which the worker then says.
 */
async function gpuShares({
  device,
  gpus = 1,
}: Submission['worker']): Promise<readonly (readonly string[] | null)[]> {
  const visible = device === 'gpu' ? await visibleGpus(process.env) : [];
  const whole = visible.slice(0, visible.length - (visible.length % gpus));
  return whole.length === 0 ? [null] : inParts(whole, gpus);
}

/** Trains trials in one worker process. */
async function trainGroup(
  submission: Submission,
  group: readonly [LockedTrial, ...LockedTrial[]],
  gpus: readonly string[] | null,
  signal: AbortSignal,
  { folder, log }: TaskOptions,
): Promise<{
  readonly endings: ReadonlyMap<TrialId, TaskOutcome>;
  readonly outOfMemory: boolean;
}> {
  const { threads, device, limits, script } = submission.worker;
  for (const trial of group) {
    writeFileAtomic(requestFile(trial.folder), readFileSync(join(folder, trial.request)));
  }
  const linesBefore = group.map((trial) => readRunState(trial.folder).lines);
  // Made here: the node's libraries, not those of the login node.
  const command = workerCommand(threads, device, script);
  const nameOf = (trial: TrialId) => (group.length === 1 ? '' : `${trial}: `);
  const exit = await runWorker({
    command: gpus === null ? command : onGpus(command, gpus),
    requestFiles: group.map((trial) => requestFile(trial.folder)),
    folder: group[0].folder,
    limits,
    signal,
    killSignal: new AbortController().signal,
    onStart: (pid) => {
      for (const { lock } of group) lock.setWorker(pid);
    },
    onMessage: (message) => {
      if (message.type === 'epoch') {
        log(`${nameOf(message.trial)}epoch ${message.epoch} of ${message.epochs}`);
      }
    },
  });
  for (const { lock } of group) lock.clearWorker();
  const endings = group.map(({ trial, folder: run }, index) => {
    const lines = linesBefore[index] as number;
    return [trial, classifyExit(exit, trial, readRunState(run), lines, signal.aborted)] as const;
  });
  return { endings: new Map(endings), outOfMemory: diedOfMemory(exit) };
}
