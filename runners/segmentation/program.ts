import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../common/random.ts';
import type { DenseBatch } from '../data/dense/batch.ts';
import type { Size } from '../data/dense/geometry.ts';
import type { DenseOutput } from '../distillers/dense/types.ts';
import { uniform } from '../distillers/draws.ts';
import { tf } from '../engine/tensorflow.ts';
import type { InputMap, TensorSpec } from '../engine/types.ts';
import type { Forward } from '../networks/types.ts';
import {
  createDenseProgram,
  type DenseProgramOptions,
  type DenseWork,
} from '../tasks/dense/program.ts';
import type { DenseStudent } from '../tasks/dense/students.ts';
import type { StudentsProgram } from '../tasks/prepared.ts';
import type { StepInputs } from '../tasks/step-inputs.ts';
import { names } from '../tasks/students.ts';
import type { StepReport } from '../tasks/types.ts';
import { classMap, type SlidingWindows } from './inference.ts';
import { headLosses, lossTotals, pixelAccuracy } from './networks/losses.ts';
import type { HeadName, Segmenter, SegmenterOutput, SegmenterPass } from './networks/types.ts';

export type SegmentationStudent = DenseStudent<Segmenter>;

export interface SegmentationOptions extends DenseProgramOptions<Segmenter, SegmentationStudent> {
  /** Of an evaluation. Null: whole pictures. */
  readonly windows: SlidingWindows | null;
}

/** A segmentation program with typed calls around it. */
export interface SegmentationProgram extends StudentsProgram {
  /** One training step of every student on a batch with its label maps. */
  step(
    batch: DenseBatch,
    inputs: StepInputs,
  ): readonly StepReport[] | Promise<readonly StepReport[]>;
  /** Says which batch the step after the next one has. */
  announce(batch: DenseBatch): void;
  /** [slots, height, width] classes of every student. */
  evaluate(batch: DenseBatch): readonly Int32Array[];
}

/** Builds the recorded step of a list of students, with dropout in it, and their evaluation. */
export function createSegmentationProgram(options: SegmentationOptions): SegmentationProgram {
  const { program, step, announce, evaluate, dispose } = createDenseProgram<
    Segmenter,
    SegmentationStudent,
    DenseBatch
  >((pictures) => workOf(options, pictures), options);
  return {
    program,
    step: (batch, inputs) => step(batch, labelsOf(batch), inputs),
    announce: (batch) => announce(batch, labelsOf(batch)),
    evaluate: (batch) => evaluate(batch, {}).map(({ classes }) => classes as Int32Array),
    dispose,
  };
}

const labelsOf = ({ labelMaps }: DenseBatch): InputMap => ({ labels: labelMaps as Uint8Array });

function workOf(
  { windows }: SegmentationOptions,
  batchSize: number,
): DenseWork<Segmenter, SegmentationStudent> {
  const labelSpecs = (size: Size) =>
    ({ labels: { shape: [batchSize, ...size], dtype: 'uint8' } }) as const;
  return {
    // Pixels of the right class, and pixels that have one.
    counts: ['correct', 'counted'],
    trainInputs: labelSpecs,
    studentInputs: ({ network }, index) => dropoutSpecs(network, index, batchSize),
    fromLoader: (_, size) => labelSpecs(size),
    teach: (network, context, images) => seenBy(network.forward(evaluationPass(context), images)),
    totals: ({ network: { reading } }) => lossTotals(reading),
    learn({ network }, model, method, inputs, part) {
      const labels = inputs['labels'] as Tensor3D;
      const pass: SegmenterPass = {
        ...model,
        auxiliary: true,
        dropout: (head) => factorsOf(method.draw(dropoutDraw(head)) as Tensor2D),
      };
      const output = network.forward(pass, inputs['images'] as Tensor4D);
      const { logits, auxiliary } = output;
      return {
        losses: headLosses(
          { logits, auxiliary: auxiliary as Tensor4D },
          labels,
          network.reading,
          part,
        ),
        seen: seenBy(output),
        present: null,
        labels: tf.cast(labels, 'int32') as Tensor3D,
        region: (name) => {
          throw new TypeError(`Segmentation has no boxes to make the region ${name} of.`);
        },
        counts: () => {
          const { correct, counted } = pixelAccuracy(logits, labels, network.reading);
          return [correct, counted];
        },
      };
    },
    testInputs: () => ({}),
    test(network, context, inputs, size) {
      const logitsOf = (part: Tensor4D) => network.forward(evaluationPass(context), part).logits;
      const images = inputs['images'] as Tensor4D;
      return { classes: classMap(logitsOf, images, size, windows, network.reading) };
    },
  };
}

/** A pass through the decode head alone, without dropout. */
function evaluationPass(context: Forward): SegmenterPass {
  return { ...context, auxiliary: false, dropout: () => null };
}

/** What a distiller sees of a segmenter. */
function seenBy({ backbone, embedding, logits }: SegmenterOutput): DenseOutput {
  return { features: backbone.slice(-1), embedding, logits: [logits] };
}

/**
 * Share of the channels that dropout takes before both classifiers (mmsegmentation 1.2.2
 * configs/_base_/models/pspnet_r50-d8.py, deeplabv3_r50-d8.py).
 */
const dropoutRatio = 0.1;

const heads: readonly HeadName[] = ['decode', 'auxiliary'];

/** The random numbers of a head's dropout, uniform in [0, 1), are an input of this name. */
const dropoutDraw = (head: HeadName) => `dropout-${head}`;

/** Draws the random numbers of one student's dropout, of both heads in turn. */
export function drawDropout(
  { dropoutChannels }: Segmenter,
  batchSize: number,
  random: RandomStream,
): Record<string, Float32Array> {
  return Object.fromEntries(
    heads.map((head) => {
      const values = new Float32Array(batchSize * dropoutChannels[head]);
      uniform(random, values);
      return [dropoutDraw(head), values];
    }),
  );
}

function dropoutSpecs(
  { dropoutChannels }: Segmenter,
  student: number,
  batchSize: number,
): Record<string, TensorSpec> {
  return Object.fromEntries(
    heads.map((head) => [
      names.draw(student, dropoutDraw(head)),
      { shape: [batchSize, dropoutChannels[head]], dtype: 'float32' },
    ]),
  );
}

/**
 * PyTorch's Dropout2d: [B, C] uniform numbers to factors [B, 1, 1, C], 0 or what keeps the mean.
 */
function factorsOf(random: Tensor2D): Tensor4D {
  const [batch, channels] = random.shape;
  const kept = tf.cast(tf.greaterEqual(random, dropoutRatio), 'float32');
  return tf.reshape(tf.div(kept, 1 - dropoutRatio), [batch, 1, 1, channels]);
}
