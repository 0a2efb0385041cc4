import { anchorsOf } from '../detection/anchors-of.ts';
import { createDetector, hasDetector } from '../detection/registry.ts';
import type { Detector } from '../detection/types.ts';
import { distillerOf } from '../distillers/create.ts';
import { createDenseDistiller } from '../distillers/dense/create.ts';
import { parseMethod } from '../distillers/method-id.ts';
import type { NetworkShapes } from '../networks/shapes.ts';
import { createSegmenter } from '../segmentation/registry.ts';
import type { DenseNetwork } from '../tasks/dense/students.ts';
import { inheritedNames } from '../tasks/inherited.ts';
import type { PlannedPair } from '../tasks/planned-pair.ts';
import { knownShapes } from './known-shapes.ts';

/*
 * Whether a method can work on two networks, asked of the method itself as a worker asks it, so
 * that a plan refuses the pair in the same words. Nothing here loads TensorFlow, so that only sizes
 * count that are known without a forward pass.
 */

/** Classes of the networks that are asked: both have as many, and no size depends on them. */
const classes = 2;

/**
 * @throws UsageError `METHOD_NETWORKS` where the method cannot work on these networks. Pairs whose
 *   sizes are not known are let through.
 */
export function checkClassifiers(pair: PlannedPair): void {
  const { input } = pair.recipe;
  const size = input !== undefined && 'size' in input ? input.size : pair.side;
  if (size === null) return;
  const { teacherSize = size } = input !== undefined && 'size' in input ? input : {};
  const student = knownShapes(pair.student, size);
  const teacher = knownShapes(pair.teacher, teacherSize);
  if (student === null || teacher === null) return;
  const parsed = parseMethod(pair.method);
  distillerOf({ parsed, hyper: pair.hyper, classes, smoothing: 0, form: undefined }, () => ({
    student: () => student,
    teacher: () => teacher,
    // Two pictures and weights of nothing: our own parts ask only whether there are any.
    trainLabels: Int32Array.of(0, 1),
    teacherWeights: noWeights(teacher),
  }));
}

function noWeights({ stageNorms }: NetworkShapes): Readonly<Record<string, Float32Array>> {
  const names = stageNorms.flatMap((norm) => [`${norm}.weight`, `${norm}.bias`]);
  return Object.fromEntries(names.map((name) => [name, Float32Array.of()]));
}

/** The same of detectors and segmenters, which say their sizes themselves. */
export function checkDense({ method, hyper, recipe, ...names }: PlannedPair): void {
  const { input, initStudent = false } = recipe;
  const [student, teacher] = [denseNetwork(names.student), denseNetwork(names.teacher)];
  const { regions } = createDenseDistiller(method, hyper, {
    student: student.shapes,
    teacher: teacher.shapes,
    ...(input?.kind === 'scale-crop' && { picture: input.crop }),
  });
  if (regions?.kind === 'near-anchors') anchorsOf(student);
  if (initStudent) inheritedNames(student, teacher);
}

const denseNetwork = (name: string): DenseNetwork & Pick<Detector, 'anchors'> =>
  hasDetector(name) ? createDetector(name, { classes }) : createSegmenter(name, { classes });
