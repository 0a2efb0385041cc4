import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { DenseBatch } from '../data/dense/batch.ts';
import type { DenseOutput } from '../distillers/dense/types.ts';
import type { ArrayMap } from '../engine/types.ts';
import {
  createDenseProgram,
  type DenseProgramOptions,
  type DenseWork,
  type StudentOutputs,
} from '../tasks/dense/program.ts';
import type { DenseStudent } from '../tasks/dense/students.ts';
import type { StudentsProgram } from '../tasks/prepared.ts';
import type { StepInputs } from '../tasks/step-inputs.ts';
import { under } from '../tasks/students.ts';
import type { StepReport } from '../tasks/types.ts';
import { type StudentInputs, targetSpecs } from './inputs.ts';
import type { Detector, DetectorOutput, TargetRoom } from './types.ts';

/** One student of a recorded step. */
export interface DetectionStudent extends DenseStudent<Detector> {
  /** Where among a batch's targets its own are. */
  readonly inputs: StudentInputs;
}

export interface DetectionOptions extends DenseProgramOptions<Detector, DetectionStudent> {
  readonly room: TargetRoom;
}

/** A detection program with typed calls around it. */
export interface DetectionProgram extends StudentsProgram {
  /** One training step of every student on a batch with their targets. */
  step(
    batch: DenseBatch,
    inputs: StepInputs,
  ): readonly StepReport[] | Promise<readonly StepReport[]>;
  /** Says which batch the step after the next one has. */
  announce(batch: DenseBatch): void;
  /** What the detectors' `decode` needs of every student, with the pictures of the batch first. */
  evaluate(batch: DenseBatch): readonly StudentOutputs[];
}

/** Builds the recorded steps of a list of students and their evaluation. */
export function createDetectionProgram(options: DetectionOptions): DetectionProgram {
  const { batchSize } = options.room;
  const { program, step, announce, evaluate, dispose } = createDenseProgram<
    Detector,
    DetectionStudent,
    DenseBatch
  >((pictures) => workOf({ ...options.room, batchSize: pictures }), options);
  return {
    program,
    step: (batch, inputs) =>
      step(batch, { present: presentOf(batch, batchSize), ...targetsOf(batch, options) }, inputs),
    announce: (batch) => announce(batch, targetsOf(batch, options)),
    evaluate: (batch) =>
      evaluate(batch, { imgShapes: imgShapesOf(batch, options.evaluation.batchSize) }),
    dispose,
  };
}

function workOf(room: TargetRoom): DenseWork<Detector, DetectionStudent> {
  const { batchSize } = room;
  return {
    counts: [],
    trainInputs: () => ({ present: { shape: [batchSize], dtype: 'float32' } }),
    studentInputs: (student, _, size) => targetSpecs(student, room, size),
    fromLoader: (student, size) => targetSpecs(student, room, size),
    teach: (network, context, images) => seenBy(network, network.forward(context, images)),
    totals: ({ network }) => network.training.totals ?? 0,
    learn({ network, inputs: prefixes }, context, _, inputs, part) {
      const images = inputs['images'] as Tensor4D;
      const output = network.forward(context, images);
      const [pictures, height, width] = images.shape;
      const losses = network.training.losses({
        context,
        output,
        inputs: under(inputs, `${prefixes.targets}/`),
        batch: { pictures, height, width },
        part,
      });
      return {
        losses,
        seen: seenBy(network, output),
        present: inputs['present'] as Tensor1D,
        labels: null,
        region: (name) => inputs[`${prefixes.regions}/${name}`] as Tensor,
      };
    },
    testInputs: () => ({ imgShapes: { shape: [batchSize, 2], dtype: 'float32' } }),
    test(network, context, inputs) {
      const output = network.forward(context, inputs['images'] as Tensor4D);
      const imgShapes = inputs['imgShapes'] as Tensor2D;
      return network.testing.outputs({ context, output, imgShapes });
    },
  };
}

/** What a distiller sees of a detector. */
function seenBy({ shapes }: Detector, { features, logits }: DetectorOutput): DenseOutput {
  return { features, embedding: null, logits: logits.slice(0, shapes.logits.length) };
}

/** [B] 1 for slots that hold a picture. */
const presentOf = ({ size }: DenseBatch, batchSize: number): Float32Array =>
  new Float32Array(batchSize).fill(1, 0, size);

/** [B, 2] height and width of every picture within the batch. */
function imgShapesOf({ pictures }: DenseBatch, batchSize: number): Float32Array {
  const shapes = new Float32Array(batchSize * 2);
  pictures.forEach(({ imgShape }, slot) => {
    shapes.set(imgShape, slot * 2);
  });
  return shapes;
}

/** Those of a batch's targets that students of the list have inputs for. */
function targetsOf({ targets }: DenseBatch, { students }: DetectionOptions): ArrayMap {
  const prefixes = new Set(students.flatMap(({ inputs }) => [inputs.targets, inputs.regions]));
  return Object.fromEntries(
    Object.entries(targets ?? {})
      .filter(([name]) => prefixes.has(name.split('/')[0] as string))
      .map(([name, values]) => [
        name,
        typeof values === 'number' ? Float32Array.of(values) : values,
      ]),
  );
}
