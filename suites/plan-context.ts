import type { FieldPath } from '../common/checked-yaml.ts';
import { RedistillError } from '../common/errors.ts';
import type { Problems } from '../common/problems.ts';
import type { ReleasedTeacherInfo } from '../contract/plan-types.ts';
import type {
  BackboneRef,
  DataIdentity,
  Hyper,
  HyperValue,
  Recipe,
  Scale,
} from '../contract/spec.ts';
import type { Published } from '../reference/published/loader.ts';
import type { PlannedPair } from '../runners/tasks/planned-pair.ts';
import type { TrainingSetting, UnusedField } from '../runners/tasks/recipe-use.ts';
import type { MetricData, TaskMetrics } from '../runners/tasks/task-metrics.ts';
import type { Suite } from './suite.ts';
import type { SuiteScale } from './suite-types.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A data set as planning needs it. */
export interface DatasetInfo extends MetricData {
  /** Null where the data are not here. */
  readonly identity: DataIdentity | null;
  /** What is missing and what to do about it; null where nothing is. */
  readonly missing: string | null;
  /** Pictures of the training split; known for some data sets even when they are not here. */
  readonly trainPictures: number;
  /** Height and width of its labelled pictures; absent where they are not known. */
  readonly side?: number;
  /** Whether its labelled pictures have different sizes; absent where that is not known. */
  readonly sizesDiffer?: boolean;
}

/** What is known of imported weights without reading them. */
export interface CheckpointInfo {
  readonly model: string;
  readonly classes: number;
}

/** What a network's backbone is to start with, as planning needs it. */
export interface BackboneInfo {
  /** Null where the weights are not here, and for code that is not ours and brings its own. */
  readonly reference: BackboneRef | null;
  /** What is missing and what to do about it; null where nothing is. */
  readonly missing: string | null;
}

/**
 * The parts of Redistill that planning uses, passed in so that it stays pure. `suites/context.ts`
 * wires the real ones.
 */
export interface PlanContext {
  /**
   * Canonical id of a method. @param paper key of the paper whose table the name is from.
   * @throws RedistillError for a name that it does not know or cannot combine.
   */
  parseMethod(name: string, paper: string | undefined): { readonly id: string };
  /** Ids of methods and plug-ins, to tell a missing method from a misspelt one. */
  readonly methodNames: readonly string[];
  /**
   * Every hyper-parameter that matters to the method, defaults written out; some depend on the
   * student's network.
   * @throws RedistillError for unknown ones.
   */
  resolveHyper(method: string, overrides: Hyper, network: string): Hyper;
  /** The one spelling of a hyper-parameter's value, where several mean the same. */
  spelledHyper(method: string, name: string, value: HyperValue): HyperValue;
  /** Whether trainings of the suite's task are implemented. */
  readonly trained: boolean;
  /** Whether a method distils from a teacher. */
  needsTeacher(method: string): boolean;
  /** Whether a method learns from a strong view of every picture beside the usual one. */
  needsStrongView(method: string): boolean;
  /**
   * Refuses a pair that a training of the method would refuse when it is prepared, as far as that
   * is known without one.
   * @throws RedistillError `METHOD_NETWORKS`; `RECIPE_FIELD` where `initStudent` has no effect
   */
  checkPair(pair: PlannedPair): void;
  /**
   * The first field of a recipe that would have no effect in such a training; null where all have
   * one.
   */
  unusedField(recipe: Recipe, setting: TrainingSetting): UnusedField | null;
  /** What evaluations of the task measure. Null: any name may be a metric. */
  readonly metrics: TaskMetrics | null;
  readonly models: readonly string[];
  /** Ways of making pictures the network's input that trainings of the task have. */
  readonly inputs: readonly string[];
  /**
   * The weights that a recipe's `pretrained` means for a network.
   * @throws UsageError `PRETRAINED_UNKNOWN` for a name that nobody knows.
   */
  backbone(pretrained: string, network: string): BackboneInfo;
  /**
   * The released weights that taught the numbers of a published table; null where none are known
   * for this network.
   */
  releasedTeacher(table: string, network: string): ReleasedTeacherInfo | null;
  /** Imported weights by their SHA-256; null where they are not on this machine. */
  checkpoint(sha256: string): CheckpointInfo | null;
  readonly datasets: readonly string[];
  dataset(id: string): DatasetInfo;
  readonly published: Published;
}

/** The subject of one act of planning, shared by its parts. */
export interface Scope {
  readonly suite: Suite;
  readonly scaleName: Scale;
  readonly scale: SuiteScale;
  readonly context: PlanContext;
  readonly vocabulary: Vocabulary;
  /** Train teachers even where the table's own was released. */
  readonly ownTeachers: boolean;
  readonly data: DatasetInfo;
  /** What is wrong with the suite: planning goes on, so that all of it is told at once. */
  readonly problems: Problems;
}

/** Gives an error of another part of Redistill the file, line and field that caused it. */
export function located<T>(suite: Suite, path: FieldPath, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (!(cause instanceof RedistillError)) throw cause;
    throw suite.error(cause.code, path, lowerFirst(cause.message), cause.hint);
  }
}

/**
 * A sentence that follows `file:line: field: `. Names in quotation marks and abbreviations stay as
 * they are.
 */
function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}
