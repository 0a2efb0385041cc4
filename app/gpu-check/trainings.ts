import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RedistillError } from '../../common/errors.ts';
import type { GpuCheckFigure } from '../../contract/gpu-check.ts';
import { readJournal } from '../../contract/journal.ts';
import type { TrialId } from '../../contract/spec.ts';
import { findJournals } from '../../results/workspace.ts';
import { lossesFromBits } from '../../runners/training/loop-state.ts';
import { gpuTolerance } from '../replay.ts';
import { type OwnProcessOptions, ownCommand, type ProcessEnd } from './own-process.ts';
import { difference, figure, type PartPlace, small } from './part.ts';

/** A teacher and two students of it that are trained in seconds, long enough to be interrupted. */
const suite = `schemaVersion: 1
id: gpu-check
title: What gpu-check trains
task: classification
metrics: { top1: { margin: 1 } }
columns: [{ id: resnet14__resnet8 }]
rows:
  - { name: Teacher, role: teacher }
  - { name: KD }
  - { name: DKD, hyper: { warmupEpochs: 1 } }
scales:
  own:
    dataset: embedded-small
    recipe:
      name: embedded-smoke
      overrides: { epochs: 10, trainPictures: 128, schedule: { milestones: [8] } }
    seeds: [1, 2]
    gate: 0
`;

/** Steps whose losses are compared on a GPU: later ones have grown apart by rounding alone. */
const comparedSteps = 10;

/** What a journal of such a training says. */
export interface Trained {
  readonly trial: TrialId;
  /** `kd seed 1`; `teacher`. */
  readonly name: string;
  readonly completed: boolean;
  readonly reason: string;
  /** Total losses of the first steps. */
  readonly losses: readonly number[];
  /** Mean loss of the last epoch. */
  readonly lastLoss: number;
  /** SHA-256 of the final weights. */
  readonly weights: string | null;
  /** Trials that shared its steps, itself included. */
  readonly students: number;
  readonly resumes: number;
}

/**
 * Trains the suite of the check in a workspace of the part's folder.
 *
 * @throws RedistillError `GPU_CHECK_COMMAND` where the command fails
 */
export async function train(
  place: PartPlace,
  workspace: string,
  args: readonly string[],
  options: OwnProcessOptions = {},
): Promise<ProcessEnd> {
  const end = await start(place, workspace, args, options);
  if (end.exitCode === 0) return end;
  throw new RedistillError(
    'GPU_CHECK_COMMAND',
    `redistill run ended with ${end.exitCode ?? 'a signal'}: ${end.reason}`,
  );
}

/** The same for a command that may be killed: however it ends. */
export async function start(
  place: PartPlace,
  workspace: string,
  args: readonly string[],
  options: OwnProcessOptions = {},
): Promise<ProcessEnd> {
  const file = join(place.folder, 'gpu-check.yaml');
  writeFileSync(file, suite);
  return ownCommand(
    [
      ...['run', file, '--device', place.device, '--workspace', join(place.folder, workspace)],
      ...['--checkpoint-seconds', '0', '--no-report', ...args],
    ],
    place,
    options,
  );
}

/** The trainings of a workspace, by trial. */
export function trainedIn(place: PartPlace, workspace: string): ReadonlyMap<TrialId, Trained> {
  const trained = findJournals(join(place.folder, workspace)).map(({ path }) => readTrained(path));
  return new Map(trained.flatMap((one) => (one === null ? [] : [[one.trial, one]])));
}

function readTrained(path: string): Trained | null {
  const { lines } = readJournal(path);
  const header = lines.find((line) => line.type === 'header');
  if (header === undefined) return null;
  const epochs = lines.filter((line) => line.type === 'epoch');
  const end = lines.findLast((line) => line.type === 'end');
  const { role, method, seed } = header.spec;
  return {
    trial: header.trial,
    name: role === 'teacher' ? 'teacher' : `${method} seed ${seed}`,
    completed: end?.state === 'completed',
    reason: end?.reason ?? 'it did not come to an end',
    losses: lossesFromBits(epochs.find(({ epoch }) => epoch === 1)?.stepLosses ?? ''),
    lastLoss: epochs.at(-1)?.losses['total'] ?? Number.NaN,
    weights: end?.weights ?? null,
    students: epochs.at(-1)?.students ?? 1,
    resumes: lines.filter((line) => line.type === 'resume').length,
  };
}

/** How trainings compare with the same under other conditions. */
export interface Comparison {
  /** Null where they agree; else a sentence that names the training. */
  readonly problem: string | null;
  /** Largest relative differences: of the losses of the first steps, and of the last epoch. */
  readonly figures: readonly GpuCheckFigure[];
}

/**
 * Compares trainings of the same trials. On a CPU their weights must be equal bit for bit; on a GPU
 * the losses of the first steps within what `replay` allows there.
 */
export function compareTrained(
  device: 'cpu' | 'gpu',
  expected: ReadonlyMap<TrialId, Trained>,
  others: ReadonlyMap<TrialId, Trained>,
): Comparison {
  let [problem, firstSteps, lastEpoch]: [string | null, number, number] = [null, 0, 0];
  if (expected.size === 0 || expected.size !== others.size) {
    problem = `${expected.size} and ${others.size} trials were trained`;
  }
  for (const [trial, one] of expected) {
    const other = others.get(trial);
    const broken = [one, other].find((each) => each?.completed !== true);
    if (other === undefined || broken !== undefined) {
      problem ??= `${one.name}: ${broken?.reason ?? 'it was not trained'}`;
      continue;
    }
    const steps = one.losses.slice(0, comparedSteps);
    const apart = Math.max(
      0,
      ...steps.map((loss, step) => difference(other.losses[step] ?? Number.NaN, loss)),
    );
    firstSteps = Math.max(firstSteps, apart);
    lastEpoch = Math.max(lastEpoch, difference(other.lastLoss, one.lastLoss));
    if (steps.length === 0) problem ??= `${one.name}: no step's loss was journalled`;
    if (device === 'cpu' && one.weights !== other.weights) {
      problem ??= `${one.name}: the weights differ, which a CPU promises they do not`;
    }
    if (device === 'gpu' && apart > gpuTolerance) {
      problem ??= `${one.name}: the losses of the first ${steps.length} steps differ by ${small(apart)}`;
    }
  }
  return {
    problem,
    figures: [
      figure('largest difference in the first steps', firstSteps, '1'),
      figure('largest difference of the last epoch’s loss', lastEpoch, '1'),
    ],
  };
}

/** What counts as agreement, for sentences. */
export const agreementWords = (device: 'cpu' | 'gpu') =>
  device === 'cpu' ? 'equal in every bit' : `equal within ${gpuTolerance} in the first steps`;
