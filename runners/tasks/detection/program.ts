import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Size } from '../../data/dense/geometry.ts';
import type { DenseDistiller, DenseOutput } from '../../distillers/dense/types.ts';
import { inLayer } from '../../engine/layers.ts';
import { lossAndGradients } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import { tf } from '../../engine/tensorflow.ts';
import type {
  FunctionSpec,
  Program,
  PureFunction,
  TensorMap,
  TensorSpec,
} from '../../engine/types.ts';
import type { Detector, DetectorOutput, TargetRoom } from '../../models/detection/types.ts';
import { forwardContext } from '../../models/forward.ts';
import { initialState } from '../../models/init.ts';
import { optimise, optimizerState, renamed, type UpdateRecipe } from '../optimise.ts';
import { names, trainable, under } from '../students.ts';
import type { LoadedNetwork } from '../types.ts';
import { pyramidSizes } from './anchors.ts';
import { type StudentInputs, targetSpecs } from './inputs.ts';

/** One student of a recorded step. */
export interface DetectionStudent {
  readonly network: Detector;
  readonly distiller: DenseDistiller;
  readonly recipe: UpdateRecipe & { readonly initStudent?: true };
  readonly seed: number;
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
 * Builds the recorded steps of a list of students with at most one teacher, and their evaluation; one function for each
 * bucket of picture sizes.
 *
 * One step: the teacher's forward pass in eval mode, then for each student its forward pass in train mode, the
 * detector's losses and the distiller's terms, the gradients of their sum, clipping, the optimizer's update and the new
 * running statistics.
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
  const { state, initial } = programState(options);
  return { program: createProgram({ state, initial, functions, mode: options.mode }), terms };
}

function trainFunction(options: DetectionProgramOptions, terms: string[][]): PureFunction {
  return (state, inputs) => {
    const taught = teacherOutput(options.teacher, state, inputs['images'] as Tensor4D);
    const outputs: Record<string, Tensor> = {};
    const next: Record<string, Tensor> = {};
    options.students.forEach((student, index) => {
      const result = inLayer(`student${index}`, () =>
        studentStep(student, index, state, inputs, taught),
      );
      terms[index] = result.terms;
      outputs[`student${index}`] = result.report;
      Object.assign(next, result.state);
    });
    return { outputs, state: next };
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

function studentStep(
  student: DetectionStudent,
  index: number,
  state: TensorMap,
  inputs: TensorMap,
  teacher: DenseOutput | null,
): { terms: string[]; report: Tensor; state: Record<string, Tensor> } {
  const { network, distiller, recipe } = student;
  const moved = trainable(student, index);
  const model = forwardContext(under(state, names.model(index, '')), true);
  const method = forwardContext(under(state, names.method(index, '')), true);
  const monitored: Record<string, Scalar> = {};
  let terms: string[] = [];
  const { gradients, aux } = lossAndGradients(
    Object.fromEntries(moved.map(({ name }) => [name, state[name] as Tensor])),
    () => {
      const output = network.forward(model, inputs['images'] as Tensor4D);
      const losses = network.training.losses({
        context: model,
        output,
        inputs: under(inputs, `${student.inputs.targets}/`),
      });
      const distilled = inLayer(distiller.id, () =>
        distiller.terms({
          student: seenBy(network, output),
          teacher,
          present: inputs['present'] as Tensor1D,
          scalar: (name) => inputs[names.scalar(index, name)] as Scalar,
          draw: (name) => inputs[names.draw(index, name)] as Tensor,
          region: (name) => inputs[`${student.inputs.regions}/${name}`] as Tensor,
          param: (name) => method.param(name),
          update: (name, value) => method.update(name, value),
          monitor: (name, value) => {
            monitored[`monitor/${name}`] = value;
          },
        }),
      );
      const reported = { ...losses, ...distilled, ...monitored };
      terms = Object.keys(reported);
      const loss = tf.addN([...Object.values(losses), ...Object.values(distilled)]) as Scalar;
      // Total, then the terms: the order of `readReport`.
      const report = tf.stack(
        [loss, ...Object.values(reported)].map((value) => value.reshape([]).cast('float32')),
      );
      return { loss, aux: { report } };
    },
  );
  const learningRate = inputs[names.learningRate(index)] as Scalar;
  const stepped = inLayer('optimizer', () =>
    optimise(recipe, index, moved, gradients, state, learningRate),
  );
  return {
    terms,
    report: aux.report,
    state: {
      ...renamed(model.takeUpdates(), (name) => names.model(index, name)),
      ...renamed(method.takeUpdates(), (name) => names.method(index, name)),
      ...stepped,
    },
  };
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

function programState({ students, teacher, heritage }: DetectionProgramOptions): {
  state: Record<string, TensorSpec>;
  initial: Record<string, Float32Array>;
} {
  const state: Record<string, TensorSpec> = {};
  const initial: Record<string, Float32Array> = {};
  const add = (name: string, shape: readonly number[], values: Float32Array): void => {
    state[name] = { shape, dtype: 'float32' };
    initial[name] = values;
  };
  for (const { name, shape } of teacher?.network.params ?? []) {
    add(names.teacher(name), shape, teacher?.weights[name] as Float32Array);
  }
  students.forEach((student, index) => {
    const { network, distiller, recipe, seed } = student;
    const model = {
      ...initialState(network.params, seed),
      ...(recipe.initStudent === true ? inherited(network, heritage) : {}),
    };
    for (const { name, shape } of network.params) {
      add(names.model(index, name), shape, model[name] as Float32Array);
    }
    const method = initialState(distiller.params, `${seed}/method/${distiller.id}`);
    for (const { name, shape } of distiller.params) {
      add(names.method(index, name), shape, method[name] as Float32Array);
    }
    const slots = optimizerState(recipe, index, trainable(student, index));
    for (const [name, { shape, values }] of Object.entries(slots)) add(name, shape, values);
  });
  return { state, initial };
}

/**
 * The teacher's weights outside of the backbone that the student has, too (FGD's `init_student`; official code:
 * yzd-v/FGD@c03a6cf mmdet/distillation/distillers/detection_distiller.py). Tensors of other shapes stay as they are.
 */
function inherited(
  network: Detector,
  teacher: LoadedNetwork<Detector> | null,
): Record<string, Float32Array> {
  const shapes = new Map(teacher?.network.params.map(({ name, shape }) => [name, shape.join()]));
  return Object.fromEntries(
    network.params
      .filter(
        ({ name, shape }) => !name.startsWith('backbone.') && shapes.get(name) === shape.join(),
      )
      .map(({ name }) => [name, teacher?.weights[name] as Float32Array]),
  );
}

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
    Object.assign(inputs, targetSpecs(student, room, size));
    inputs[names.learningRate(index)] = { shape: [], dtype: 'float32' };
    for (const scalar of Object.keys(distiller.scalars(1))) {
      inputs[names.scalar(index, scalar)] = { shape: [], dtype: 'float32' };
    }
    const maps = pyramidSizes(size, network.shapes.strides);
    for (const [draw, { shape }] of Object.entries(distiller.draws)) {
      inputs[names.draw(index, draw)] = { shape: shape(batchSize, maps), dtype: 'float32' };
    }
  });
  return inputs;
}
