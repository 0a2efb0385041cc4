/** What is measured step by step: training steps, forward passes, evaluations. */
export type StepSuite = 'step' | 'cohort' | 'tokens' | 'dense' | 'evaluation' | 'kept';

export const stepSuites: readonly StepSuite[] = [
  'step',
  'cohort',
  'tokens',
  'dense',
  'evaluation',
  'kept',
];
