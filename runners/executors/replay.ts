import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { InfrastructureError, RedistillError, UsageError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { readJournal } from '../../contract/journal.ts';
import type { JournalLine, RunId } from '../../contract/journal-types.ts';
import type { OwnFile } from '../../contract/own-kinds.ts';
import type { BatchParts } from '../../contract/parts.ts';
import {
  journalFile,
  modelFile,
  parseRunId,
  requestFile,
  runFolder,
} from '../../contract/paths.ts';
import type { GpuSettings, WorkerRequest } from '../../contract/request.ts';
import { runsOf } from '../../contract/reuse.ts';
import { lossesFromBits } from '../training/loop-state.ts';
import { findBackbone } from '../weights/backbones/store.ts';
import { findCheckpoint } from '../weights/checkpoints/store.ts';
import type { WorkerLimits } from './limits.ts';
import { runWorker, type WorkerCommand } from './worker-process.ts';

type Line<Type extends JournalLine['type']> = Extract<JournalLine, { type: Type }>;

/** What a run left behind that a replay can be compared with. */
export interface Recording {
  readonly run: RunId;
  readonly folder: string;
  readonly header: Line<'header'>;
  readonly device: 'cpu' | 'gpu';
  readonly threads: WorkerRequest['threads'];
  /** How its batches were worked off; absent: each as a whole. */
  readonly parts?: BatchParts;
  readonly stepsPerEpoch: number;
  /** Total losses of the first steps; empty in journals from before they were kept. */
  readonly stepLosses: readonly number[];
  /** The chain after every epoch's last step, by that step. */
  readonly chains: ReadonlyMap<number, string>;
  /** Steps that the run made. */
  readonly steps: number;
}

export interface ReplayOptions {
  /** Absolute; only read. */
  readonly workspace: string;
  /** An empty folder for what the replay writes. */
  readonly scratch: string;
  readonly recording: Recording;
  readonly steps: number;
  readonly dataFolder: string | null;
  readonly mode: 'recorded' | 'eager';
  /** The user's files whose kinds the run uses. */
  readonly ownFiles: readonly OwnFile[];
  /** The numerics fingerprint of now. */
  readonly fingerprint: string;
  /** Largest relative difference of a step's loss that counts as equal; 0 asks for equal bits. */
  readonly tolerance: number;
  readonly command: WorkerCommand;
  readonly limits: WorkerLimits;
  /** Says where weights of backbones lie; default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly killSignal: AbortSignal;
  readonly onStep: (step: number) => void;
}

/** How a GPU computed; in journals from before it was recorded nothing was asked for. */
export function gpuOf({ header }: Pick<Recording, 'header'>): GpuSettings {
  const none = { tf32: false, deterministic: false, xla: false };
  return header.environment.gpuSettings ?? none;
}

/** How a replay compares with what the journal says. */
export interface Replay {
  readonly run: RunId;
  readonly equal: boolean;
  /** Steps that were run again. */
  readonly steps: number;
  /** Steps whose losses were compared one by one, from the first on. */
  readonly comparedSteps: number;
  /**
   * Steps up to which the chain of all loss bits was compared; 0 where no epoch's end was reached.
   */
  readonly chainedSteps: number;
  /**
   * The first step whose loss differs, with both losses; null where none does or it lies between
   * two chains.
   */
  readonly firstStep: { readonly step: number; readonly then: number; readonly now: number } | null;
  /** The step at which the chain first differs; null where it does not. */
  readonly firstChain: number | null;
  /** Over the steps that were compared one by one. */
  readonly largestDifference: number;
}

/**
 * Reads what a run recorded.
 *
 * @throws UsageError `REPLAY_RUN` where there is no such run, or it made no step that was
 *   journalled; DataError `JOURNAL_LINE` where its journal is damaged.
 */
export function readRecording(workspace: string, run: RunId): Recording {
  const parts = parseRunId(run);
  const folder = parts === undefined ? '' : runFolder(workspace, parts.trial, run);
  if (parts === undefined || !existsSync(journalFile(folder))) {
    throw new UsageError('REPLAY_RUN', `There is no run "${run}" in ${workspace}.`, {
      hint: 'The report and "redistill status --json" name the runs.',
    });
  }
  const { lines } = readJournal(journalFile(folder));
  const header = lines.find((line) => line.type === 'header');
  const start = lines.find((line) => line.type === 'start');
  const epochs = lines.filter((line) => line.type === 'epoch');
  if (header === undefined || start === undefined || epochs.length === 0) {
    throw new UsageError('REPLAY_RUN', `The run ${run} has journalled no epoch to compare with.`);
  }
  const { device, threads, parts: divided } = header.environment;
  if (header.spec.implementation !== 'redistill' || device === 'unrecorded') {
    throw new UsageError(
      'REPLAY_RUN',
      `The run ${run} is of the implementation "${header.spec.implementation}", which is not ours to replay.`,
    );
  }
  return {
    run,
    folder,
    header,
    device,
    threads,
    ...(divided !== undefined && { parts: divided }),
    stepsPerEpoch: start.stepsPerEpoch,
    stepLosses: lossesFromBits(
      epochs.findLast(({ stepLosses = '' }) => stepLosses !== '')?.stepLosses ?? '',
    ),
    // Of several lines for one epoch the last counts.
    chains: new Map(epochs.map(({ step, lossChain }) => [step, lossChain])),
    steps: epochs.at(-1)?.step ?? 0,
  };
}

/**
 * Trains the first steps of a run again, in a folder of its own, and compares: every step's loss as
 * far as the journal kept them, and the chain of loss bits at every epoch's end within the steps.
 * Nothing in the workspace changes.
 *
 * @throws UsageError `REPLAY_STEPS` where so few steps can be compared with nothing;
 *   InfrastructureError `REPLAY_TEACHER` or `CHECKPOINT_MISSING` where the teacher's weights are
 *   gone, `BACKBONE_MISSING` where the backbone's are, `REPLAY_WORKER` where the worker died.
 */
export async function replayRun(options: ReplayOptions): Promise<Replay> {
  const { recording, scratch } = options;
  const steps = Math.min(options.steps, recording.steps);
  refuseBlind(recording, steps);
  const { backbone } = recording.header.spec;
  const request: WorkerRequest = {
    schemaVersion: 1,
    spec: recording.header.spec,
    trial: recording.header.trial,
    run: recording.run,
    attempt: recording.header.attempt,
    fingerprint: options.fingerprint,
    runDirectory: scratch,
    teacherWeights: teacherWeights(options),
    ...(backbone === undefined
      ? {}
      : { backboneWeights: findBackbone(backbone, options.environment ?? process.env) }),
    threads: recording.threads,
    device: recording.device,
    dataFolder: options.dataFolder,
    mode: options.mode,
    checkpointSeconds: 1e9,
    ...(options.ownFiles.length > 0 && { ownFiles: options.ownFiles }),
    ...(recording.parts !== undefined && { parts: recording.parts }),
    ...(recording.device === 'gpu' && { gpu: gpuOf(recording) }),
    replaySteps: steps,
  };
  mkdirSync(scratch, { recursive: true });
  writeFileAtomic(requestFile(scratch), `${JSON.stringify(request, null, 2)}\n`);
  const exit = await runWorker({
    command: options.command,
    requestFiles: [requestFile(scratch)],
    folder: scratch,
    limits: options.limits,
    signal: options.signal,
    killSignal: options.killSignal,
    onStart: () => {},
    onMessage: (message) => {
      if (message.type === 'progress') {
        options.onStep((message.epoch - 1) * recording.stepsPerEpoch + message.step);
      }
    },
  });
  const lines = existsSync(journalFile(scratch)) ? readJournal(journalFile(scratch)).lines : [];
  const end = lines.findLast((line) => line.type === 'end');
  if (options.signal.aborted) throw new RedistillError('CANCELLED', 'Stopped before the end.');
  const done = lines.findLast((line) => line.type === 'event' && line.kind === 'replayed');
  if (done === undefined && end?.state !== 'diverged' && end?.state !== 'completed') {
    const reason = end?.reason ?? exit.killed ?? exit.lastWords;
    throw new InfrastructureError('REPLAY_WORKER', `The replay did not get through: ${reason}`);
  }
  return compareWith(recording, lines, options.tolerance);
}

/** Fewer steps than the journal has anything about would be a comparison with nothing. */
function refuseBlind({ run, stepLosses, stepsPerEpoch }: Recording, steps: number): void {
  if (stepLosses.length > 0 || steps >= stepsPerEpoch) return;
  throw new UsageError(
    'REPLAY_STEPS',
    `The journal of ${run} has no losses by step, only the chain after each epoch of ${stepsPerEpoch} steps.`,
    { hint: `Replay at least one epoch: --steps ${stepsPerEpoch}.` },
  );
}

function teacherWeights({ workspace, recording }: ReplayOptions): string | null {
  const { teacher } = recording.header.spec;
  if (teacher === null) return null;
  if (teacher.kind === 'checkpoint') return findCheckpoint(workspace, teacher.sha256);
  if (teacher.kind === 'trial') {
    const taught = teacherRun(recording);
    // The request names the run that taught, under the path that the workspace had then.
    const own = taught === null ? null : modelFile(runFolder(workspace, teacher.trial, taught));
    if (own !== null && existsSync(own)) return own;
    const same = runsOf(workspace, teacher.trial)
      .filter(
        ({ header, end, folder }) =>
          header?.fingerprint === recording.header.fingerprint &&
          end?.state === 'completed' &&
          existsSync(modelFile(folder)),
      )
      .at(0);
    if (same !== undefined) return modelFile(same.folder);
  }
  throw new InfrastructureError(
    'REPLAY_TEACHER',
    `The weights of ${teacher.model}, which ${recording.run} learnt from, are not in the workspace.`,
  );
}

function teacherRun({ folder }: Recording): RunId | null {
  if (!existsSync(requestFile(folder))) return null;
  const request = JSON.parse(readFileSync(requestFile(folder), 'utf8')) as WorkerRequest;
  return request.teacherWeights === null ? null : basename(dirname(request.teacherWeights));
}

/** What the replay's journal holds against what the run's does. */
function compareWith(
  recording: Recording,
  lines: readonly JournalLine[],
  tolerance: number,
): Replay {
  const replayed = lines.findLast((line) => line.type === 'event' && line.kind === 'replayed') as
    | { readonly data: { step: number; stepLosses: string; lossChain: string } }
    | undefined;
  const chains = new Map<number, string>();
  let kept = replayed?.data.stepLosses ?? '';
  for (const line of lines) {
    if (line.type !== 'epoch') continue;
    chains.set(line.step, line.lossChain);
    if (kept === '') kept = line.stepLosses ?? '';
  }
  if (replayed !== undefined) chains.set(replayed.data.step, replayed.data.lossChain);
  const losses = lossesFromBits(kept);
  const count = Math.min(losses.length, recording.stepLosses.length);
  let firstStep: Replay['firstStep'] = null;
  let largestDifference = 0;
  for (let index = 0; index < count; index += 1) {
    const [then, now] = [recording.stepLosses[index] as number, losses[index] as number];
    const difference = relative(then, now);
    largestDifference = Math.max(largestDifference, difference);
    if (difference > tolerance) firstStep ??= { step: index + 1, then, now };
  }
  const both = [...recording.chains.keys()].filter((step) => chains.has(step));
  const wrong = both.filter((step) => chains.get(step) !== recording.chains.get(step));
  const firstChain = wrong.length === 0 ? null : Math.min(...wrong);
  // Chains are of bits: within a tolerance they cannot be equal, and only the losses speak.
  const equal = firstStep === null && (firstChain === null || (tolerance > 0 && count > 0));
  return {
    run: recording.run,
    equal,
    steps: Math.max(0, ...chains.keys()),
    comparedSteps: count,
    chainedSteps: Math.max(0, ...both),
    firstStep,
    firstChain,
    largestDifference,
  };
}

/** 0 for equal bits, NaN with NaN included. */
function relative(then: number, now: number): number {
  if (Object.is(then, now)) return 0;
  const scale = Math.max(Math.abs(then), Math.abs(now));
  const difference = Math.abs(then - now) / scale;
  return Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY;
}
