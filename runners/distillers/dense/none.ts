import { defineDenseMethod } from './define.ts';

/** Training with the task's own losses: the student's baseline, and how teachers are trained. */
export const none = defineDenseMethod({
  id: 'none',
  title: 'No distillation',
  reference: {
    paper: 'None: the losses of the detector or segmenter',
    equations: 'None',
    official: 'None',
  },
  options: {},
});
