import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { BatchPicture } from '../../data/dense/batch.ts';
import type { Size } from '../../data/dense/geometry.ts';
import type { Normalisation } from '../../data/types.ts';
import { drawDense } from '../../distillers/dense/draws.ts';
import { mapSizes } from '../../distillers/dense/regions.ts';
import type { DenseOutput } from '../../distillers/dense/types.ts';
import { inLayer } from '../../engine/layers.ts';
import type {
  ArrayMap,
  FunctionSpec,
  InputMap,
  InputSpec,
  PureFunction,
  TensorMap,
} from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import type { Forward } from '../../networks/types.ts';
import { type BatchPart, meansOf } from '../parts/part.ts';
import type { StepForm } from '../parts/recorded.ts';
import { PartedSteps, wholeFunction } from '../parts/step.ts';
import type { Parts } from '../parts/team.ts';
import type { StudentsProgram } from '../prepared.ts';
import { type StepInputs, stepArrays, stepInputs } from '../step-inputs.ts';
import { controlSpecs, type MethodAccess, readReport } from '../student-step.ts';
import { names, under } from '../students.ts';
import { createStudentsProgram } from '../students-program.ts';
import type { LoadedNetwork, StepControl, StepReport } from '../types.ts';
import { normalisedPictures } from './shown.ts';
import type { DenseNetwork, DenseStudent, TaughtBy } from './students.ts';

/** Shapes for which a function is recorded: slots for pictures, and their padded sizes. */
export interface Buckets {
  readonly batchSize: number;
  readonly sizes: readonly Size[];
}

export interface DenseProgramOptions<N extends DenseNetwork, S extends DenseStudent<N>>
  extends TaughtBy<N> {
  readonly students: readonly S[];
  /** Null for a program that only evaluates. */
  readonly training: Buckets | null;
  readonly evaluation: Buckets;
  readonly mode: 'recorded' | 'eager';
  readonly normalisation: Pick<Normalisation, 'mean' | 'std'>;
  /** How batches of the training are worked off in parts. Absent: each as a whole. */
  readonly parts?: Parts | undefined;
}

/** One student's forward pass in train mode. */
export interface LearningPass {
  /** The task's own losses, weighted, by name. */
  readonly losses: Readonly<Record<string, Scalar>>;
  /** What the method sees. */
  readonly seen: DenseOutput;
  /** As `DenseStep.present`. */
  readonly present: Tensor1D | null;
  /** As `DenseStep.labels`. */
  readonly labels: Tensor3D | null;
  /** As `DenseStep.region`. */
  region(name: string): Tensor;
  /** Sums over the pictures, in the order of `DenseWork.counts`. */
  counts?(): readonly Tensor[];
}

/** Names and shapes of tensors beside the pictures. */
export type Specs = Readonly<Record<string, InputSpec>>;

/**
 * One task's own part of a program of students, with so many pictures in a step; the rest is the
 * same in detection and segmentation. Names of a student's inputs are its own to choose, behind
 * `names` for those of methods.
 */
export interface DenseWork<N extends DenseNetwork, S extends DenseStudent<N>> {
  /** Names of what a step counts beside its losses. */
  readonly counts: readonly string[];
  /** Inputs of a step that all students share, beside the pictures. */
  trainInputs(size: Size): Specs;
  /** Inputs of one student's step, beside those of its method. */
  studentInputs(student: S, index: number, size: Size): Specs;
  /** Inputs of one student's step that come with a batch, those that all students share too. */
  fromLoader(student: S, size: Size): Specs;
  /** The frozen teacher's forward pass in eval mode, as methods see it. */
  teach(network: N, context: Forward, images: Tensor4D): DenseOutput;
  /** How many sums over the batch a student's losses divide by (`BatchPart.total`). */
  totals(student: S): number;
  /** A student's forward pass in train mode with its losses. */
  learn(
    student: S,
    model: Forward,
    method: MethodAccess,
    inputs: TensorMap,
    pictures: BatchPart,
  ): LearningPass;
  /** Inputs of an evaluation beside the pictures. */
  testInputs(size: Size): Specs;
  /** What an evaluation reads of a student, by name, with the pictures of the batch first. */
  test(
    network: N,
    context: Forward,
    inputs: TensorMap,
    size: Size,
  ): Readonly<Record<string, Tensor>>;
}

/** A batch as far as a program of students goes. */
export interface SizedBatch {
  /** Pictures that are there; absent: all that there is room for. */
  readonly size?: number;
  /** [slots, height, width, 3] bytes. */
  readonly images: Uint8Array;
  readonly pictures: readonly Pick<BatchPicture, 'imgShape'>[];
  readonly height: number;
  readonly width: number;
}

/** One student's outputs of an evaluation, by name. */
export type StudentOutputs = Readonly<Record<string, Float32Array | Int32Array>>;

/** A program of students of detection or segmentation, with typed calls around it. */
export interface DenseProgram<B extends SizedBatch> extends StudentsProgram {
  /**
   * One training step of every student.
   *
   * @param arrays the inputs of the step beside pictures and `inputs`
   * @throws RangeError for a batch of a size that the program was not built for
   */
  step(
    batch: B,
    arrays: InputMap,
    inputs: StepInputs,
  ): readonly StepReport[] | Promise<readonly StepReport[]>;
  /**
   * Says which batch the step after the next one has.
   *
   * @param arrays those of its inputs that come with the batch, as in `step`
   */
  announce(batch: B, arrays: InputMap): void;
  /** What an evaluation reads of every student. @throws as `step` */
  evaluate(batch: B, arrays: ArrayMap): readonly StudentOutputs[];
}

/**
 * Builds the recorded steps of a list of students with at most one teacher, and their evaluation:
 * one function for each size of pictures.
 *
 * One step: the teacher's forward pass in eval mode, then for each student its forward pass in
 * train mode, the task's losses and the distiller's terms, the gradients of their sum, clipping,
 * the optimizer's update and the new running statistics.
 */
export function createDenseProgram<
  N extends DenseNetwork,
  S extends DenseStudent<N>,
  B extends SizedBatch,
>(
  workOf: (pictures: number) => DenseWork<N, S>,
  options: DenseProgramOptions<N, S>,
): DenseProgram<B> {
  const { training, evaluation, students } = options;
  const terms: string[][] = students.map(() => []);
  const forms = (training?.sizes ?? []).map((size, bucket) =>
    stepForm(functionName('train', bucket), workOf, options, terms, size),
  );
  const parted = partedSteps(forms, options);
  const functions: Record<string, FunctionSpec> = { ...parted?.functions };
  const batchSize = training?.batchSize ?? 0;
  if (parted === null) {
    for (const form of forms) functions[form.name] = wholeFunction(form, batchSize);
  }
  const tested = workOf(evaluation.batchSize);
  evaluation.sizes.forEach((size, bucket) => {
    functions[functionName('test', bucket)] = {
      run: testFunction(tested, options, size),
      inputs: { ...pictureSpecs(evaluation.batchSize, size), ...tested.testInputs(size) },
    };
  });
  const program = createStudentsProgram(options, functions, options.mode, parted?.sums);
  const { counts } = tested;
  const reportsOf = (values: readonly (Float32Array | undefined)[]) =>
    values.map((each, index) => readReport(each as Float32Array, terms[index] as string[], counts));
  return {
    program,
    step(batch, arrays, inputs) {
      const form = functionFor('train', training?.sizes ?? [], batch);
      const { size: present = batchSize } = batch;
      const given = { ...picturesOf(batch, batchSize), ...arrays, ...stepArrays(inputs) };
      if (parted !== null) {
        const call = { form, pictures: batchSize, present, inputs: given };
        return parted.step(program, call).then(reportsOf);
      }
      const outputs = program.call(form, given);
      return reportsOf(
        students.map((_, index) => outputs[`student${index}`] as Float32Array | undefined),
      );
    },
    announce(batch, arrays) {
      const form = functionFor('train', training?.sizes ?? [], batch);
      const inputs = { images: batch.images, ...arrays };
      if (parted === null) program.announce(form, inputs);
      else parted.announce({ form, pictures: batchSize, inputs });
    },
    evaluate(batch, arrays) {
      const name = functionFor('test', evaluation.sizes, batch);
      const outputs = program.call(name, {
        ...picturesOf(batch, evaluation.batchSize),
        ...arrays,
      });
      return students.map((_, index) => outputsOf(outputs, index));
    },
    dispose() {
      parted?.close();
      program.dispose();
    },
  };
}

function partedSteps<N extends DenseNetwork, S extends DenseStudent<N>>(
  forms: readonly StepForm<S>[],
  { training, parts, students }: DenseProgramOptions<N, S>,
): PartedSteps<S> | null {
  if (parts === undefined || training === null) return null;
  const batches = [training.batchSize];
  return new PartedSteps(
    forms.map((form) => ({ ...form, batches })),
    students,
    parts,
  );
}

/**
 * The inputs of a step that change from step to step. The draws of methods follow those that the
 * task has itself.
 *
 * @param ownDraws a student's draws beside its method's; they are drawn first
 */
export function denseInputs<N extends DenseNetwork, S extends DenseStudent<N>>(
  students: readonly S[],
  controls: readonly StepControl[],
  batchSize: number,
  size: Size,
  ownDraws: (
    student: S,
    random: StepControl['random'],
  ) => Readonly<Record<string, Float32Array>> = () => ({}),
): StepInputs {
  return stepInputs(students, controls, (student, random) => {
    const own = ownDraws(student, random);
    const maps = mapSizes(size, student.network.shapes.strides);
    const drawn = drawDense(student.distiller.draws, random, batchSize, maps);
    return { ...own, ...Object.fromEntries(drawn) };
  });
}

function stepForm<N extends DenseNetwork, S extends DenseStudent<N>>(
  name: string,
  workOf: (pictures: number) => DenseWork<N, S>,
  { students, teacher: loaded, normalisation }: DenseProgramOptions<N, S>,
  terms: string[][],
  size: Size,
): StepForm<S> {
  return {
    ...{ name, students, terms },
    ahead: inputsAhead(workOf(1), students, size),
    inputs: (pictures) => trainSpecs(workOf(pictures), students, pictures, size),
    totals: (student) => workOf(1).totals(student),
    losses(pictures) {
      const work = workOf(pictures);
      return (state, bytes) => {
        const inputs = shownIn(bytes, normalisation);
        const teacher = teacherOutput(work, loaded, state, inputs['images'] as Tensor4D);
        return (student, _, model, method, part) => {
          const { distiller } = student;
          const { losses, seen, counts, ...pictures } = work.learn(
            student,
            model,
            method,
            inputs,
            part,
          );
          const distilled = inLayer(distiller.id, () =>
            distiller.terms({ ...method, ...pictures, student: seen, teacher }),
          );
          return {
            // What methods lose are means over pictures.
            losses: { ...losses, ...meansOf(distilled, part) },
            ...(counts !== undefined && { counts }),
          };
        };
      };
    },
  };
}

function teacherOutput<N extends DenseNetwork, S extends DenseStudent<N>>(
  work: DenseWork<N, S>,
  teacher: LoadedNetwork<N> | null,
  state: TensorMap,
  images: Tensor4D,
): DenseOutput | null {
  if (teacher === null) return null;
  return inLayer('teacher', () => {
    const context = forwardContext(under(state, names.teacher('')), false, true);
    return work.teach(teacher.network, context, images);
  });
}

function testFunction<N extends DenseNetwork, S extends DenseStudent<N>>(
  work: DenseWork<N, S>,
  { students, normalisation }: DenseProgramOptions<N, S>,
  size: Size,
): PureFunction {
  return (state, bytes) => {
    const inputs = shownIn(bytes, normalisation);
    const outputs: Record<string, Tensor> = {};
    students.forEach(({ network }, index) => {
      const own = inLayer(`student${index}`, () => {
        const context = forwardContext(under(state, names.model(index, '')), false);
        return work.test(network, context, inputs, size);
      });
      for (const [name, tensor] of Object.entries(own)) outputs[outputName(index, name)] = tensor;
    });
    return { outputs, state: {} };
  };
}

function trainSpecs<N extends DenseNetwork, S extends DenseStudent<N>>(
  work: DenseWork<N, S>,
  students: readonly S[],
  batchSize: number,
  size: Size,
): Readonly<Record<string, InputSpec>> {
  const specs: Record<string, InputSpec> = {
    ...pictureSpecs(batchSize, size),
    ...work.trainInputs(size),
  };
  students.forEach((student, index) => {
    const { distiller, network } = student;
    Object.assign(specs, work.studentInputs(student, index, size), controlSpecs(distiller, index));
    const maps = mapSizes(size, network.shapes.strides);
    for (const [draw, { shape }] of Object.entries(distiller.draws)) {
      specs[names.draw(index, draw)] = { shape: shape(batchSize, maps), dtype: 'float32' };
    }
  });
  return specs;
}

/** Pictures and large targets of a step: what a GPU is given before it. */
function inputsAhead<N extends DenseNetwork, S extends DenseStudent<N>>(
  work: DenseWork<N, S>,
  students: readonly S[],
  size: Size,
): readonly string[] {
  const names = new Set(['images']);
  for (const student of students) {
    for (const [name, { shape, dtype }] of Object.entries(work.fromLoader(student, size))) {
      if (dtype !== 'int32' && shape.length > 1) names.add(name);
    }
  }
  return [...names];
}

/** Input of the height and width of each picture within its slot. */
const shapesInput = 'pictures/shapes';

const pictureSpecs = (
  batchSize: number,
  [height, width]: Size,
): Readonly<Record<string, InputSpec>> => ({
  images: { shape: [batchSize, height, width, 3], dtype: 'uint8' },
  [shapesInput]: { shape: [batchSize, 2], dtype: 'float32' },
});

/** The inputs of a function with its pictures normalised. */
function shownIn(inputs: TensorMap, normalisation: Pick<Normalisation, 'mean' | 'std'>): TensorMap {
  const [bytes, shapes] = [inputs['images'] as Tensor4D, inputs[shapesInput] as Tensor2D];
  return { ...inputs, images: normalisedPictures(bytes, shapes, normalisation) };
}

/** A batch as the inputs of `pictureSpecs`. */
function picturesOf({ images, pictures }: SizedBatch, batchSize: number): InputMap {
  const shapes = new Float32Array(batchSize * 2);
  pictures.forEach(({ imgShape }, slot) => {
    shapes.set(imgShape, slot * 2);
  });
  return { images, [shapesInput]: shapes };
}

/** The function that was recorded for the size of a batch. */
function functionFor(
  kind: 'train' | 'test',
  sizes: readonly Size[],
  { height, width }: SizedBatch,
): string {
  const bucket = sizes.findIndex(([rows, columns]) => rows === height && columns === width);
  if (bucket >= 0) return functionName(kind, bucket);
  const known = sizes.map((size) => size.join(' x ')).join(', ');
  throw new RangeError(
    `A batch of pictures of ${height} x ${width}; the program was built for ${known}.`,
  );
}

const functionName = (kind: 'train' | 'test', bucket: number) => `${kind}${bucket}`;

/** Name of one student's output of an evaluation. */
const outputName = (student: number, name: string) => `student${student}/${name}`;

function outputsOf(outputs: ArrayMap, student: number): StudentOutputs {
  const prefix = outputName(student, '');
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), values]),
  );
}
