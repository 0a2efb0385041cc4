/** What is measured step by step: training steps, forward passes, evaluations. */
export const stepSuites = [
  'step',
  'cohort',
  'tokens',
  'dense',
  'evaluation',
  'kept',
  'precision',
] as const;
export type StepSuite = (typeof stepSuites)[number];

/** What `bench` can measure, in the order of the report. */
export const benchSuites = [...stepSuites, 'methods', 'store', 'report', 'coco'] as const;
export type BenchSuite = (typeof benchSuites)[number];
