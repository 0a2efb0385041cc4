import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Size } from '../data/dense/geometry.ts';
import type { DenseDistiller, DenseOutput } from '../distillers/dense/types.ts';
import { inLayer } from '../engine/layers.ts';
import { tf } from '../engine/tensorflow.ts';
import type {
  FunctionSpec,
  Program,
  PureFunction,
  TensorMap,
  TensorSpec,
} from '../engine/types.ts';
import { forwardContext } from '../networks/forward.ts';
import type { Forward } from '../networks/types.ts';
import type { UpdateRecipe } from '../tasks/optimise.ts';
import { controlSpecs, stepOfStudents } from '../tasks/student-step.ts';
import { names, under } from '../tasks/students.ts';
import { createStudentsProgram } from '../tasks/students-program.ts';
import type { LoadedNetwork } from '../tasks/types.ts';
import { classMap, type SlidingWindows } from './inference.ts';
import { headLosses, pixelAccuracy } from './networks/losses.ts';
import type { HeadName, Segmenter, SegmenterOutput, SegmenterPass } from './networks/types.ts';

/** One student of a recorded step. */
export interface SegmentationStudent {
  readonly network: Segmenter;
  readonly distiller: DenseDistiller;
  readonly recipe: UpdateRecipe & { readonly initStudent?: true };
  readonly seed: number;
  /** Values that its network starts with in place of drawn ones; null or absent: all are drawn. */
  readonly start?: Readonly<Record<string, Float32Array>> | null;
}

export interface SegmentationProgramOptions {
  readonly students: readonly SegmentationStudent[];
  /** The frozen network that every student of the list learns from; null when none needs one. */
  readonly teacher: LoadedNetwork<Segmenter> | null;
  /** What students whose recipe says `initStudent` start from; null where there is no teacher. */
  readonly heritage: LoadedNetwork<Segmenter> | null;
  /** Pictures of a training step and their size; null for a program that only evaluates. */
  readonly training: { readonly batchSize: number; readonly size: Size } | null;
  readonly evaluation: {
    readonly batchSize: number;
    readonly sizes: readonly Size[];
    /** Null: whole pictures. */
    readonly windows: SlidingWindows | null;
  };
  readonly mode: 'recorded' | 'eager';
}

/** The recorded functions of a list of students, and the names of what their steps report. */
export interface SegmentationProgram {
  readonly program: Program;
  /**
   * Loss terms and monitors of each student, in the order of its report after total and
   * `stepCounts`.
   */
  readonly terms: readonly (readonly string[])[];
}

/** Names of the recorded functions. */
export const trainName = 'train';
export const testName = (bucket: number) => `test${bucket}`;

/**
 * Share of the channels that dropout takes before both classifiers (mmsegmentation 1.2.2
 * configs/_base_/models/pspnet_r50-d8.py, deeplabv3_r50-d8.py).
 */
const dropoutRatio = 0.1;

const heads: readonly HeadName[] = ['decode', 'auxiliary'];
/** The random numbers of a head's dropout, uniform in [0, 1), are an input of this name. */
export const dropoutDraw = (head: HeadName) => `dropout-${head}`;

/** Sizes of the random numbers of one student's dropout, in the order in which they are drawn. */
export function dropoutShapes(
  { dropoutChannels }: Segmenter,
  batchSize: number,
): [name: string, shape: readonly [number, number]][] {
  return heads.map((head) => [dropoutDraw(head), [batchSize, dropoutChannels[head]]]);
}

/**
 * Builds the recorded step of a list of students with at most one teacher, and their evaluation.
 *
 * One step: the teacher's forward pass in eval mode, then for each student its forward pass in
 * train mode with dropout, the cross-entropies of both heads and the distiller's terms, the
 * gradients of their sum, the optimizer's update and the new running statistics.
 */
export function createSegmentationProgram(
  options: SegmentationProgramOptions,
): SegmentationProgram {
  const terms: string[][] = options.students.map(() => []);
  const functions: Record<string, FunctionSpec> = {};
  const { training, evaluation } = options;
  if (training !== null) {
    functions[trainName] = {
      run: trainFunction(options, terms),
      inputs: trainInputs(options.students, training.batchSize, training.size),
    };
  }
  evaluation.sizes.forEach((size, bucket) => {
    functions[testName(bucket)] = {
      run: testFunction(options, size),
      inputs: { images: picturesSpec(evaluation.batchSize, size) },
    };
  });
  return { program: createStudentsProgram(options, functions, options.mode), terms };
}

function trainFunction(options: SegmentationProgramOptions, terms: string[][]): PureFunction {
  return (state, inputs) => {
    const images = inputs['images'] as Tensor4D;
    const labels = inputs['labels'] as Tensor3D;
    const teacher = teacherOutput(options.teacher, state, images);
    return stepOfStudents(options.students, terms, state, inputs, (student, _, model, method) => {
      const { network, distiller } = student;
      const pass: SegmenterPass = {
        ...model,
        auxiliary: true,
        dropout: (head) => factorsOf(method.draw(dropoutDraw(head)) as Tensor2D),
      };
      const output = network.forward(pass, images);
      const { logits, auxiliary } = output;
      const losses = headLosses({ logits, auxiliary: auxiliary as Tensor4D }, labels);
      const distilled = inLayer(distiller.id, () =>
        distiller.terms({
          ...method,
          student: seenBy(output),
          teacher,
          present: null,
          region: (name) => {
            throw new TypeError(`Segmentation has no boxes to make the region ${name} of.`);
          },
        }),
      );
      return {
        losses: { ...losses, ...distilled },
        counts: () => {
          const { correct, counted } = pixelAccuracy(output.logits, labels);
          return [correct, counted];
        },
      };
    });
  };
}

/** A pass through the decode head alone, without dropout. */
export function evaluationPass(context: Forward): SegmenterPass {
  return { ...context, auxiliary: false, dropout: () => null };
}

function teacherOutput(
  teacher: SegmentationProgramOptions['teacher'],
  state: TensorMap,
  images: Tensor4D,
): DenseOutput | null {
  if (teacher === null) return null;
  return inLayer('teacher', () => {
    const context = forwardContext(under(state, names.teacher('')), false);
    return seenBy(teacher.network.forward(evaluationPass(context), images));
  });
}

/** What a distiller sees of a segmenter. */
function seenBy({ backbone, embedding, logits }: SegmenterOutput): DenseOutput {
  return { features: backbone.slice(-1), embedding, logits: [logits] };
}

/** What a student's step counts: pixels of the right class, and pixels that have one. */
export const stepCounts = ['correct', 'counted'] as const;

/**
 * PyTorch's Dropout2d: [B, C] uniform numbers to factors [B, 1, 1, C], 0 or what keeps the mean.
 */
function factorsOf(random: Tensor2D): Tensor4D {
  const [batch, channels] = random.shape;
  const kept = tf.cast(tf.greaterEqual(random, dropoutRatio), 'float32');
  return tf.reshape(tf.div(kept, 1 - dropoutRatio), [batch, 1, 1, channels]);
}

function testFunction(
  { students, evaluation }: SegmentationProgramOptions,
  size: Size,
): PureFunction {
  return (state, inputs) => {
    const images = inputs['images'] as Tensor4D;
    const outputs: Record<string, Tensor> = {};
    students.forEach(({ network }, index) => {
      outputs[`student${index}`] = inLayer(`student${index}`, () => {
        const context = forwardContext(under(state, names.model(index, '')), false);
        const logitsOf = (part: Tensor4D) => network.forward(evaluationPass(context), part).logits;
        return classMap(logitsOf, images, size, evaluation.windows);
      });
    });
    return { outputs, state: {} };
  };
}

const picturesSpec = (batchSize: number, [height, width]: Size): TensorSpec => ({
  shape: [batchSize, height, width, 3],
  dtype: 'float32',
});

function trainInputs(
  students: readonly SegmentationStudent[],
  batchSize: number,
  size: Size,
): Record<string, TensorSpec> {
  const inputs: Record<string, TensorSpec> = {
    images: picturesSpec(batchSize, size),
    labels: { shape: [batchSize, ...size], dtype: 'int32' },
  };
  students.forEach(({ network, distiller }, index) => {
    Object.assign(inputs, controlSpecs(distiller, index));
    for (const [name, shape] of dropoutShapes(network, batchSize)) {
      inputs[names.draw(index, name)] = { shape, dtype: 'float32' };
    }
    const maps = mapsOf(network, size);
    for (const [name, { shape }] of Object.entries(distiller.draws)) {
      inputs[names.draw(index, name)] = { shape: shape(batchSize, maps), dtype: 'float32' };
    }
  });
  return inputs;
}

/** Sizes of the maps that distillers compare, for pictures of a size. */
export function mapsOf({ shapes }: Segmenter, [height, width]: Size): Size[] {
  return shapes.strides.map((stride) => [Math.ceil(height / stride), Math.ceil(width / stride)]);
}
