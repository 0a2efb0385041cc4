import type { RandomStream } from '../../common/random.ts';
import type { MetricValue } from '../../contract/journal-types.ts';
import type { KeptOutputs } from '../../contract/request.ts';
import type { Task, TrialSpec } from '../../contract/spec.ts';
import type { Program } from '../engine/types.ts';
import type { ParamSpec } from '../networks/types.ts';
import type { Parts } from './parts/team.ts';

/*
 * The interface between the training loop (`runners/training/train.ts`) and a task. The loop knows
 * epochs, steps, seeds, journals, checkpoints and ends of trials. A task knows pictures, networks,
 * methods, recorded steps and metrics. A task is one `TaskModule` and one line in
 * `runners/catalogue/kinds.ts`.
 *
 * A task's step depends only on state (weights, optimizer, method), on the seed and on the place in
 * the training (epoch, step). So a training that resumes from a checkpoint gives the same bits as
 * one that never stopped.
 */

/** As much of a network as files of weights need: names and shapes in PyTorch's terms. */
export interface NetworkState {
  readonly name: string;
  readonly classes: number;
  /** In the order of PyTorch's `state_dict`. */
  readonly params: readonly ParamSpec[];
  /** Modules at the root that are the backbone; absent where a module `backbone` is. */
  readonly backboneModules?: readonly string[];
}

/** A network with the values of its state by parameter name, in the engine's layout. */
export interface LoadedNetwork<N extends NetworkState = NetworkState> {
  readonly network: N;
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** Name of the normalisation that its training had, where its file states it. */
  readonly normalisation?: string;
}

/** A kind of training. `N` is what its networks are, `B` what its batches are. */
export interface TaskModule<
  N extends NetworkState = NetworkState,
  B extends TaskBatch = TaskBatch,
> {
  readonly id: Task;
  /**
   * Reads a trial's data set. The caller compares `hash` with the trial's.
   *
   * @param folder where data sets that are not embedded lie (`--data`), or null
   * @throws RedistillError for missing, truncated or corrupt files
   */
  load(spec: TrialSpec, folder: string | null): Promise<TaskData<N, B>>;
}

/** A data set in memory, and what is made for it. */
export interface TaskData<N extends NetworkState = NetworkState, B extends TaskBatch = TaskBatch> {
  /** SHA-256 as in `DataIdentity`. */
  readonly hash: string;
  /**
   * A network by its name in the table, with the classes and the input of these data.
   *
   * @param part a teacher may see the pictures in another size than the student that it teaches
   * @throws UsageError `MODEL_UNKNOWN`, `MODEL_CLASSES`
   */
  network(name: string, part?: 'student' | 'teacher'): Promise<N>;
  /**
   * Makes students and methods, and starts what reads batches.
   *
   * @throws RedistillError where a method or a recipe does not fit the networks or the data
   */
  prepare(options: PrepareOptions<N>): Promise<PreparedTask<B>>;
}

export interface PrepareOptions<N extends NetworkState = NetworkState> {
  /**
   * Trials that share teacher, data, seed and everything else that the batches depend on; in a
   * cohort several.
   */
  readonly specs: readonly TrialSpec[];
  /** The network that all of them learn from; null where their specification has none. */
  readonly teacher: LoadedNetwork<N> | null;
  /**
   * For each of `specs` the values that its network starts with in place of drawn ones, by
   * parameter in the engine's layout (weights of a backbone); null or absent where all are drawn.
   */
  readonly starts?: readonly (Readonly<Record<string, Float32Array>> | null)[];
  readonly mode: 'recorded' | 'eager';
  /** Absent or null: the teacher's outputs are computed in every step. */
  readonly keptOutputs?: KeptOutputs | null;
  /** How batches are worked off in parts. Absent: each as a whole. */
  readonly parts?: Parts;
}

/** Students with their methods, and one stream of batches for all of them. */
export interface PreparedTask<B extends TaskBatch = TaskBatch> {
  /** In the order of `PrepareOptions.specs`. */
  readonly students: readonly PreparedStudent[];
  /**
   * The same in every epoch. Of a recipe with `iterations` an epoch is the stretch between two
   * evaluations.
   */
  readonly stepsPerEpoch: number;
  /**
   * Builds the recorded step of some of the students, in this order, and their evaluation. Initial
   * state comes from the seeds alone; the loop overwrites it where a training goes on. State is
   * named by `names` of `students.ts`: student 0 is the first of this list. A student's bits do not
   * depend on the others of the list.
   */
  createProgram(students: readonly number[]): TaskProgram<B>;
  /**
   * The batches of epoch `epoch` (from 1) from step `fromStep` (from 0) to its end, made off the
   * training thread. A batch holds until the next one is asked for.
   */
  batches(epoch: number, fromStep: number): AsyncIterable<B>;
  /** Metrics of split `train` of an epoch, from the sums of `StepReport.counts`. */
  trainMetrics(counts: Readonly<Record<string, number>>, pictures: number): readonly MetricValue[];
  /** Evaluates the first student's network with the given weights, without a training. */
  measure(weights: Readonly<Record<string, Float32Array>>): Promise<Evaluation>;
  /**
   * What became of the teacher's kept outputs since the last call.
   */
  keptOutputs(): KeptNews;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** What became of a teacher's outputs, which are kept on disk, since the last report. */
export interface KeptReport {
  /** Pictures whose outputs were read. */
  readonly kept: number;
  /** Pictures whose outputs were computed. */
  readonly computed: number;
  /** Of those, pictures whose entries were damaged. */
  readonly damaged: number;
  /** Forward passes of the teacher, each of the same size. */
  readonly passes: number;
  /** Seconds of these passes, and of looking and writing. */
  readonly seconds: number;
}

export interface KeptNews {
  /** Null where no step asked for any. */
  readonly report: KeptReport | null;
  /** Sentences for the journal: where outputs come from, and why not from the store. */
  readonly notes: readonly string[];
}

export interface PreparedStudent {
  readonly network: NetworkState;
  /** Canonical method id, which names its random stream. */
  readonly method: string;
}

/** The facts about a batch that the loop needs. */
export interface TaskBatch {
  /** Pictures in it: means over an epoch are weighted by it. */
  readonly size: number;
}

/** The recorded step and evaluation of a list of students. */
export interface TaskProgram<B extends TaskBatch = TaskBatch> {
  readonly program: Program;
  /**
   * One training step of every student. `controls` and the reports are in the order of the
   * students.
   */
  step(batch: B, controls: readonly StepControl[]): Promise<readonly StepReport[]>;
  /** Says which batch the step after the next one has: a GPU gets it meanwhile. */
  announce(batch: B): void;
  /**
   * Evaluates every student on the test split, in their order. `last`: after the last epoch, with
   * all files.
   */
  evaluate(last: boolean): Promise<readonly Evaluation[]>;
  dispose(): void;
}

/** One student's inputs that change from step to step. */
export interface StepControl {
  /** Counted from 1. */
  readonly epoch: number;
  /** Within the epoch, from 0. */
  readonly step: number;
  readonly learningRate: number;
  /** The stream `method/<id>` where the step before left it. A task draws in a fixed order. */
  readonly random: RandomStream;
}

/** Losses and counts of one student in one step. */
export interface StepReport {
  /**
   * Sum of the weighted loss terms: what was minimized. One that is not finite ends the trial as
   * diverged.
   */
  readonly total: number;
  readonly terms: Readonly<Record<string, number>>;
  /** Sums over the pictures of the step for `trainMetrics`; `correct` for top-1. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One student's results of an evaluation. */
export interface Evaluation {
  readonly metrics: readonly MetricValue[];
  /**
   * Files for the run's folder by name (`evaluation.json`), written before the last epoch is
   * journalled. Only after the last epoch and in `measure`.
   */
  readonly files?: Readonly<Record<string, string>>;
}
