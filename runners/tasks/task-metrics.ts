/** As much of a data set as its metrics depend on; what is absent is not known. */
export interface MetricData {
  /** Classes of pictures that have one label each. */
  readonly classes?: number;
  /** Names of the categories of its objects; empty where no objects are annotated. */
  readonly objects?: readonly string[];
  /** Names of the classes of its label maps; empty where it has none. */
  readonly labels?: readonly string[];
}

/** What the evaluations of a task measure on the test split. */
export interface TaskMetrics {
  readonly names: readonly string[];
  /** What stands before the name of a class in a metric of that class alone: `AP/`. */
  readonly ofClasses: readonly string[];
  /**
   * Why an evaluation of a network on a data set lacks a metric that the task has; null where it
   * has it, as far as is known.
   */
  lacks(metric: string, network: string, data: MetricData): string | null;
}
