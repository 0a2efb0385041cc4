import { writeFileAtomic } from '../../../common/files.ts';
import { requestFile } from '../../../contract/paths.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';
import type { WorkerMessage } from '../../../contract/request.ts';
import { type RunState, readRunState } from '../../../contract/run-state.ts';
import { classifyExit, diedOfMemory } from '../exit.ts';
import type { TrialOutcome } from '../outcome.ts';
import { folderOf, outcome, runOf, workerRequest } from '../trial-run.ts';
import { onGpus } from '../worker-command.ts';
import { runWorker, type WorkerCommand } from '../worker-process.ts';
import type { HeldTrial, UnitOptions } from './unit-types.ts';

export interface Attempt {
  /** Whether an infrastructure failure is now the outcome. */
  readonly lastTry: boolean;
  /** Seconds since the unit first had a place. */
  readonly seconds: () => number;
  readonly settle: (trial: PlannedTrial, outcome: TrialOutcome) => void;
}

/** A trial as its worker has it. */
interface Training {
  readonly trial: PlannedTrial;
  readonly folder: string;
  readonly before: RunState;
  settled: boolean;
}

/**
 * Trains locked trials in one worker process, and settles those that came to an end.
 *
 * @returns those that the machine failed and that may be tried again, and whether a lack of memory
 *   seems to blame
 */
export async function trainHeld(
  held: readonly HeldTrial[],
  slot: number,
  options: UnitOptions,
  attempt: Attempt,
): Promise<{
  readonly failed: readonly { readonly trial: PlannedTrial; readonly reason: string }[];
  readonly outOfMemory: boolean;
}> {
  const trainings = held.map(
    (each): Training => ({ ...prepare(each, held.length, options), settled: false }),
  );
  const byId = new Map(trainings.map((training) => [training.trial.id, training]));
  const onMessage = (message: WorkerMessage): void => {
    if (message.type === 'end') {
      // Of a cohort one may have ended long before the others; of a single trial the process must
      // be gone as well.
      if (trainings.length > 1) settleEnded(byId.get(message.trial ?? ''), options, attempt);
      return;
    }
    const training = byId.get(message.trial);
    if (training !== undefined && !training.settled) {
      options.listener({ type: 'message', trial: training.trial, message });
    }
  };
  const exit = await runWorker({
    command: onDevice(options.command, slot, options),
    requestFiles: trainings.map(({ folder }) => requestFile(folder)),
    folder: (trainings[0] as Training).folder,
    limits: options.limits,
    signal: options.signal,
    killSignal: options.killSignal,
    onStart: (pid) => {
      for (const { lock } of held) lock.setWorker(pid);
    },
    onMessage,
  });
  for (const { lock } of held) lock.clearWorker();
  const failed: { trial: PlannedTrial; reason: string }[] = [];
  for (const training of trainings.filter(({ settled }) => !settled)) {
    const { trial, folder, before } = training;
    const after = readRunState(folder);
    const { state, reason } = classifyExit(
      exit,
      trial.id,
      after,
      before.lines,
      options.signal.aborted,
    );
    const permanent = (exit.endings.get(trial.id) ?? exit.endings.get(null))?.permanent ?? false;
    const again = state === 'infrastructure' && !permanent && !options.signal.aborted;
    const parts = again && diedOfMemory(exit) && trainings.length > 1;
    if (again && (!attempt.lastTry || parts)) failed.push({ trial, reason });
    else attempt.settle(trial, outcome(trial, after, state, reason, attempt.seconds()));
  }
  return { failed, outOfMemory: diedOfMemory(exit) };
}

function prepare(
  { trial, decision }: HeldTrial,
  students: number,
  options: UnitOptions,
): Omit<Training, 'settled'> {
  const folder = folderOf(trial, decision, options);
  const request = workerRequest(trial, decision, options.teacherWeights, options);
  writeFileAtomic(requestFile(folder), `${JSON.stringify(request, null, 2)}\n`);
  const before = readRunState(folder);
  const doneEpochs = before.lastEpoch?.epoch ?? 0;
  options.listener({
    type: 'started',
    trial,
    run: runOf(decision),
    doneEpochs,
    ...(students > 1 && { students }),
  });
  return { trial, folder, before };
}

/**
 * Settles a member of a cohort whose end is journalled while its process goes on with the others.
 */
function settleEnded(
  training: Training | undefined,
  options: UnitOptions,
  { settle, seconds }: Attempt,
): void {
  if (training === undefined || training.settled || options.signal.aborted) return;
  const { trial, folder, before } = training;
  const after = readRunState(folder);
  const { end } = after;
  if (end === undefined || end.seq < before.lines || end.state === 'infrastructure') return;
  training.settled = true;
  settle(trial, outcome(trial, after, end.state, end.reason, seconds()));
}

/** With its slot's GPUs as the only ones that the process sees. */
function onDevice(
  command: WorkerCommand,
  slot: number,
  { gpus, gpusEach = 1 }: Pick<UnitOptions, 'gpus' | 'gpusEach'>,
): WorkerCommand {
  if (gpus === undefined || gpus.length === 0) return command;
  return onGpus(
    command,
    Array.from(
      { length: gpusEach },
      (_, index) => gpus[(slot * gpusEach + index) % gpus.length] as string,
    ),
  );
}
