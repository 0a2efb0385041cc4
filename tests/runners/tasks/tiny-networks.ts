import '../../../runners/networks/all.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { createNetwork } from '../../../runners/networks/registry.ts';

const classes = 5;
const shape = { classes, inputShape: [32, 32, 3] as const };

/** Of a batch. */
export const size = 4;
export const network = createNetwork('resnet8', shape);
export const teacher = createNetwork('resnet14', shape);
export const teacherWeights = initialState(teacher.params, 'teacher');

/** What methods of classification are made for: a student, its teacher and twenty labels. */
export const setting = {
  student: network,
  teacher,
  trainLabels: Int32Array.from({ length: 20 }, (_, index) => index % classes),
  teacherWeights,
};

/** Neither CRD's memory nor the projections of correlation congruence need be large. */
export const smallHyper: Readonly<Record<string, Hyper>> = {
  crd: { nceK: 6, featDim: 8 },
  correlation: { featDim: 8 },
};
