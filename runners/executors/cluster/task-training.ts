import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../common/files.ts';
import type { EndState } from '../../../contract/journal-types.ts';
import { requestFile } from '../../../contract/paths.ts';
import { readRunState } from '../../../contract/run-state.ts';
import type { TrialId } from '../../../contract/spec.ts';
import { classifyExit, diedOfMemory } from '../exit.ts';
import { workerCommand } from '../worker-command.ts';
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
 * Trains those of the trials that have no result in one worker process. A cohort for which the
 * machine has no memory is parted in two, and the halves are trained one after the other.
 *
 * @param together trials in one process at most
 * @param onParted is told how many those are from then on
 */
export async function trainTask(
  submission: Submission,
  held: readonly LockedTrial[],
  together: number,
  options: TaskOptions,
  onParted: (together: number) => void,
): Promise<TaskEnding> {
  const signal = AbortSignal.any([options.warned, options.stopped]);
  const groups = inParts(
    held.filter((trial) => !hasResult(trial)),
    together,
  );
  const bad = new Map<TrialId, TaskOutcome>();
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const { endings, outOfMemory } = await trainGroup(submission, group, signal, options);
    const open = [...endings].filter(([, { state }]) => !results.has(state));
    if (options.stopped.aborted && open.length > 0) return { kind: 'stopped', outcomes: {} };
    const failed = open.filter(([, { state }]) => state === 'infrastructure');
    if (failed.length > 0 && outOfMemory && group.length > 1) {
      const left = group.filter(({ trial }) => endings.get(trial)?.state === 'infrastructure');
      const half = Math.ceil(group.length / 2);
      options.log(`no memory for ${group.length} trials in one process: ${half} at a time now`);
      onParted(half);
      groups.unshift(...inParts(left, half));
      continue;
    }
    if (failed.length > 0) return { kind: 'again', outcomes: Object.fromEntries(failed) };
    if (open.length > 0) return { kind: 'again', outcomes: {} };
    for (const [trial, ending] of endings) if (ending.state !== 'completed') bad.set(trial, ending);
  }
  return { kind: 'over', outcomes: Object.fromEntries(bad) };
}

/** Trains trials in one worker process. */
async function trainGroup(
  submission: Submission,
  group: readonly [LockedTrial, ...LockedTrial[]],
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
  const nameOf = (trial: TrialId) => (group.length === 1 ? '' : `${trial}: `);
  const exit = await runWorker({
    // Made here: the node's libraries, not those of the login node.
    command: workerCommand(threads, device, script),
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
