import type { CohortLimits, Unit } from '../../contract/cohorts.ts';
import type { Plan, PlannedTrial } from '../../contract/plan-types.ts';
import type { TrialId } from '../../contract/spec.ts';
import type { OptionFields, OptionValues } from './options.ts';
import type { TrialOutcome } from './outcome.ts';
import type { TrialRunOptions } from './trial-run.ts';

/** What is asked of every executor. */
export interface Asked {
  readonly device: 'cpu' | 'gpu';
  /** Intra-op threads of each training. */
  readonly threads?: number | undefined;
  /** Trials in one process that share a teacher, at most. */
  readonly cohort?: number | undefined;
  /** GiB of all processes of this machine together, or of one task of a cluster. */
  readonly maxMemory?: number | undefined;
  /** GPUs of each training; on a processor its processes. Absent: one. */
  readonly gpus?: number | undefined;
}

/** Where an executor is opened. */
export interface Place {
  /** Absolute: relative paths of options begin here. */
  readonly cwd: string;
  /** Absolute. */
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What is to be done with a plan, whoever does it. */
export type ExecutorRequest = Omit<
  TrialRunOptions,
  'command' | 'retryPause' | 'gpus' | 'gpusEach'
> & {
  /** Which of the trials that are to be trained share a process. Absent: each has its own. */
  readonly partition?: (trials: readonly PlannedTrial[]) => readonly Unit[];
  /** The script of the worker. */
  readonly worker: string;
  /** The file of an imported teacher by the SHA-256 of its content. */
  checkpointFile(sha256: string): string;
  /** A sentence for people. */
  readonly notice: (line: string) => void;
};

/** A task that trains, or will, without this process. */
export interface SubmittedTask {
  /** `12_3`, as people name it to the cluster. */
  readonly task: string;
  readonly trials: readonly TrialId[];
  readonly stage: 'waiting' | 'running';
  /** The cluster's own word for it, such as `PENDING`; empty where it has none. */
  readonly word: string;
  /** How often it was started. */
  readonly starts: number;
  /** The file of what it prints. */
  readonly log: string;
}

/** Work that was submitted and goes on without this process. */
export interface SubmittedWork {
  /**
   * The tasks that wait or run for trials of a plan. Asks nobody where none was submitted.
   *
   * @throws InfrastructureError where the cluster does not answer
   */
  tasksOf(plan: Pick<Plan, 'trials'>): Promise<readonly SubmittedTask[]>;
  /** Ends tasks at their checkpoints. @throws as `tasksOf` */
  cancel(tasks: readonly SubmittedTask[]): Promise<void>;
}

/** An executor that knows its options and has read its configuration. */
export interface OpenExecutor {
  /** Intra-op threads of each training: part of its numerics. */
  readonly threads: number;
  /** How large cohorts become: by memory, and by the processes that train at a time. */
  readonly cohorts: Omit<CohortLimits, 'memoryOf'>;
  /** Processes that train at a time; infinite where only a cluster bounds them. */
  readonly processes: number;
  /** What trains at a time, in words: `2 workers on this machine`. */
  readonly capacity: string;
  /** Whether trainings take their time on this machine, which then says something of it. */
  readonly isHere: boolean;
  /** Null where nothing outlives the process that began it. */
  readonly submitted: SubmittedWork | null;
  /** What a person who pressed Ctrl-C is told. */
  readonly stopNote: string;
  /**
   * Brings the trials of a plan to their ends, teachers before their students.
   *
   * @returns their ends in the order of the plan; `submitted` for what goes on without this process
   * @throws what makes it impossible as a whole; what happens to one trial is in its outcome
   */
  execute(plan: Plan, request: ExecutorRequest): Promise<readonly TrialOutcome[]>;
}

/** A place where trials are trained, as `--executor` names it. */
export interface Executor<Fields extends OptionFields = OptionFields> {
  readonly id: string;
  /** One line: what trains. */
  readonly title: string;
  /** `this machine`, `a cluster`. */
  readonly where: string;
  /** The document that explains it. */
  readonly guide: string;
  /** Its own options, beside those that every executor has. */
  readonly options: Fields;
  /** What to do here instead of giving an option that another executor has. */
  readonly instead?: Readonly<Record<string, string>>;
  /**
   * Reads its configuration. Trains nothing and submits nothing.
   *
   * @throws UsageError for what is wrong with options or configuration
   */
  open(options: OptionValues<Fields>, asked: Asked, place: Place): Promise<OpenExecutor>;
}
