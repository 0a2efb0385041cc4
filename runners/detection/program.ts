import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Size } from '../data/dense/geometry.ts';
import type { DenseDistiller, DenseOutput } from '../distillers/dense/types.ts';
import { inLayer } from '../engine/layers.ts';
import type {
  FunctionSpec,
  Program,
  PureFunction,
  TensorMap,
  TensorSpec,
} from '../engine/types.ts';
import { forwardContext } from '../networks/forward.ts';
import type { UpdateRecipe } from '../tasks/optimise.ts';
import { controlSpecs, stepOfStudents } from '../tasks/student-step.ts';
import { names, under } from '../tasks/students.ts';
import { createStudentsProgram } from '../tasks/students-program.ts';
import type { LoadedNetwork } from '../tasks/types.ts';
import { pyramidSizes } from './geometry/anchors.ts';
import { type StudentInputs, targetSpecs } from './inputs.ts';
import type { Detector, DetectorOutput, TargetRoom } from './types.ts';

/** One student of a recorded step. */
export interface DetectionStudent {
  readonly network: Detector;
  readonly distiller: DenseDistiller;
  readonly recipe: UpdateRecipe & { readonly initStudent?: true };
  readonly seed: number;
  /** Values that its network starts with in place of drawn ones; null or absent: all are drawn. */
  readonly start?: Readonly<Record<string, Float32Array>> | null;
  /** Where among a batch's targets its own are. */
  readonly inputs: StudentInputs;
}

/** Shapes for which a function is recorded: slots for pictures, and their padded sizes. */
export interface Buckets {
  readonly batchSize: number;
  readonly sizes: readonly Size[];
}

export interface DetectionProgramOptions {
  readonly students: readonly DetectionStudent[];
  /** The frozen detector that every student of the list learns from; null when none needs one. */
  readonly teacher: LoadedNetwork<Detector> | null;
  /** What students whose recipe says `initStudent` start from; null where there is no teacher. */
  readonly heritage: LoadedNetwork<Detector> | null;
  /** Null for a program that only evaluates. */
  readonly training: (Buckets & { readonly room: TargetRoom }) | null;
  readonly evaluation: Buckets;
  readonly mode: 'recorded' | 'eager';
}

/** The recorded functions of a list of students, and the names of what their steps report. */
export interface DetectionProgram {
  readonly program: Program;
  /** Loss terms and monitors of each student, in the order of its report after the total. */
  readonly terms: readonly (readonly string[])[];
}

/** Names of the recorded functions. */
export const functionName = (kind: 'train' | 'test', bucket: number) => `${kind}${bucket}`;

/**
 * Builds the recorded steps of a list of students with at most one teacher, and their evaluation;
 * one function for each bucket of picture sizes.
 *
 * One step: the teacher's forward pass in eval mode, then for each student its forward pass in
 * train mode, the detector's losses and the distiller's terms, the gradients of their sum,
 * clipping, the optimizer's update and the new running statistics.
 */
export function createDetectionProgram(options: DetectionProgramOptions): DetectionProgram {
  const terms: string[][] = options.students.map(() => []);
  const functions: Record<string, FunctionSpec> = {};
  const { training, evaluation } = options;
  training?.sizes.forEach((size, bucket) => {
    functions[functionName('train', bucket)] = {
      run: trainFunction(options, terms),
      inputs: trainInputs(options, training, size),
    };
  });
  evaluation.sizes.forEach((size, bucket) => {
    functions[functionName('test', bucket)] = {
      run: testFunction(options),
      inputs: pictureInputs(evaluation.batchSize, size),
    };
  });
  return { program: createStudentsProgram(options, functions, options.mode), terms };
}

function trainFunction(options: DetectionProgramOptions, terms: string[][]): PureFunction {
  return (state, inputs) => {
    const teacher = teacherOutput(options.teacher, state, inputs['images'] as Tensor4D);
    return stepOfStudents(options.students, terms, state, inputs, (student, _, context, method) => {
      const { network, distiller } = student;
      const output = network.forward(context, inputs['images'] as Tensor4D);
      const losses = network.training.losses({
        context,
        output,
        inputs: under(inputs, `${student.inputs.targets}/`),
      });
      const distilled = inLayer(distiller.id, () =>
        distiller.terms({
          ...method,
          student: seenBy(network, output),
          teacher,
          present: inputs['present'] as Tensor1D,
          region: (name) => inputs[`${student.inputs.regions}/${name}`] as Tensor,
        }),
      );
      return { losses: { ...losses, ...distilled } };
    });
  };
}

function teacherOutput(
  teacher: DetectionProgramOptions['teacher'],
  state: TensorMap,
  images: Tensor4D,
): DenseOutput | null {
  if (teacher === null) return null;
  return inLayer('teacher', () => {
    const context = forwardContext(under(state, names.teacher('')), false);
    return seenBy(teacher.network, teacher.network.forward(context, images));
  });
}

/** What a distiller sees of a detector. */
function seenBy({ shapes }: Detector, { features, logits }: DetectorOutput): DenseOutput {
  return { features, embedding: null, logits: logits.slice(0, shapes.logits.length) };
}

function testFunction({ students }: DetectionProgramOptions): PureFunction {
  return (state, inputs) => {
    const outputs: Record<string, Tensor> = {};
    students.forEach(({ network }, index) => {
      const own = inLayer(`student${index}`, () => {
        const context = forwardContext(under(state, names.model(index, '')), false);
        const output = network.forward(context, inputs['images'] as Tensor4D);
        const imgShapes = inputs['imgShapes'] as Tensor2D;
        return network.testing.outputs({ context, output, imgShapes });
      });
      for (const [name, tensor] of Object.entries(own)) outputs[outputName(index, name)] = tensor;
    });
    return { outputs, state: {} };
  };
}

/** Name of one student's output of a test function. */
export const outputName = (student: number, name: string) => `student${student}/${name}`;

function pictureInputs(batchSize: number, [height, width]: Size): Record<string, TensorSpec> {
  return {
    images: { shape: [batchSize, height, width, 3], dtype: 'float32' },
    imgShapes: { shape: [batchSize, 2], dtype: 'float32' },
  };
}

function trainInputs(
  { students }: DetectionProgramOptions,
  { batchSize, room }: NonNullable<DetectionProgramOptions['training']>,
  size: Size,
): Record<string, TensorSpec> {
  const { images } = pictureInputs(batchSize, size) as { images: TensorSpec };
  const inputs: Record<string, TensorSpec> = {
    images,
    present: { shape: [batchSize], dtype: 'float32' },
  };
  students.forEach((student, index) => {
    const { distiller, network } = student;
    Object.assign(inputs, targetSpecs(student, room, size), controlSpecs(distiller, index));
    const maps = pyramidSizes(size, network.shapes.strides);
    for (const [draw, { shape }] of Object.entries(distiller.draws)) {
      inputs[names.draw(index, draw)] = { shape: shape(batchSize, maps), dtype: 'float32' };
    }
  });
  return inputs;
}
