import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../common/random.ts';
import type { Recipe } from '../../contract/spec.ts';
import { type MixedLabels, mixLabels } from '../data/augment/mix.ts';
import type { Normalisation } from '../data/types.ts';
import type { Distiller } from '../distillers/types.ts';
import { inLayer } from '../engine/layers.ts';
import { crossEntropyRows } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import type {
  FunctionSpec,
  InputMap,
  InputSpec,
  PureFunction,
  TensorMap,
} from '../engine/types.ts';
import { branchesWith, branchFactors } from '../networks/drop-path.ts';
import { forwardContext } from '../networks/forward.ts';
import type { Forward, Network, NetworkOutput } from '../networks/types.ts';
import { rangesOf } from '../tasks/parts/cut.ts';
import { meansOf } from '../tasks/parts/part.ts';
import type { StepForm } from '../tasks/parts/recorded.ts';
import { PartedSteps, wholeFunction } from '../tasks/parts/step.ts';
import type { Parts } from '../tasks/parts/team.ts';
import type { StudentsProgram } from '../tasks/prepared.ts';
import { type StepInputs, stepArrays } from '../tasks/step-inputs.ts';
import {
  controlSpecs,
  type MethodAccess,
  readReport,
  type StudentLosses,
  type Watch,
} from '../tasks/student-step.ts';
import { names, under } from '../tasks/students.ts';
import { createStudentsProgram } from '../tasks/students-program.ts';
import type { StepControl, StepReport } from '../tasks/types.ts';
import { type GivenOutputs, givenInput, givenOutput, givenSpec } from './kept/given.ts';
import { erased, mixed, type PixelChanges, pixelArrays, pixelSpecs } from './pixels.ts';
import { labelRanks, topCount } from './ranking.ts';
import { type Teacher, teacherOutput } from './teacher.ts';

/** One student of a recorded step. */
export interface ClassificationStudent {
  readonly network: Network;
  readonly distiller: Distiller;
  readonly recipe: Recipe;
  /** Its initial state comes from the streams `init/...` of this seed. */
  readonly seed: number;
}

export interface ClassificationOptions {
  readonly students: readonly ClassificationStudent[];
  /** The frozen network that every student of the list learns from; null when none needs one. */
  readonly teacher: Teacher | null;
  /**
   * What the step is given of the teacher on the students' pictures, in place of its forward pass.
   * A strong view's pass stays in the step. Absent: the step has the whole pass.
   */
  readonly given?: GivenOutputs | undefined;
  /**
   * Pictures per step, and in the last step of an epoch where that is smaller (0: there is none).
   */
  readonly batch: { readonly full: number; readonly tail: number };
  /** The same for evaluation. */
  readonly evaluation: { readonly full: number; readonly tail: number };
  /**
   * Pictures come as bytes, which the step normalises so. Absent: they come normalised.
   */
  readonly bytes?: Normalisation | undefined;
  readonly mode?: 'recorded' | 'eager';
  /** What steps report beside their losses. Absent: nothing. Has no meaning with `parts`. */
  readonly watch?: Watch;
  /** How batches are worked off in parts. Absent: each as a whole. */
  readonly parts?: Parts | undefined;
}

/**
 * Whether a step has a forward pass of the teacher: on the students' pictures where they learn from
 * one, or where its outputs are given on their strong view alone.
 */
export function hasTeacherPass(
  students: readonly Pick<ClassificationStudent, 'distiller'>[],
  given: GivenOutputs | undefined,
): boolean {
  return students.some(({ distiller: { needs } }) =>
    given === undefined ? needs.teacher : needs.strongView === true,
  );
}

/** What an evaluation says of each picture of a batch, for one student. */
export interface EvaluationRows {
  /** Classes that are not below the label's; see `labelRanks`. */
  readonly ranks: Float32Array;
  /** Cross-entropies. */
  readonly losses: Float32Array;
}

/**
 * A classification program with typed calls around it. Pictures are NHWC, float32 or bytes (see
 * `ClassificationOptions.bytes`), labels int32.
 */
export interface ClassificationProgram extends StudentsProgram {
  /** What its step is given of the teacher; undefined where the step computes it. */
  readonly given: GivenOutputs | undefined;
  /**
   * One training step of every student on one batch of the full or the tail size.
   *
   * @throws TypeError where batches are worked off in parts
   */
  step(batch: TrainingPictures, inputs: StepInputs): readonly StepReport[];
  /** The same, in parts where the program has them. */
  stepInParts(batch: TrainingPictures, inputs: StepInputs): Promise<readonly StepReport[]>;
  /** Says which pictures the step after the next one has. */
  announce(batch: Pick<TrainingPictures, 'images' | 'strong' | 'labels'>): void;
  /** One batch of the full or the tail evaluation size, per student. */
  evaluate(batch: {
    readonly images: Float32Array | Uint8Array;
    readonly labels: Int32Array;
  }): readonly EvaluationRows[];
}

/** Pictures of a step. `indices` and `strong` are read only where a student's method needs them. */
export interface TrainingPictures {
  readonly images: Float32Array | Uint8Array;
  readonly labels: Int32Array;
  /** Places in the training set. */
  readonly indices?: Int32Array;
  /** The strongly augmented view of the same pictures, as `images`. */
  readonly strong?: Float32Array | Uint8Array;
  /** What the step does to the pictures; there where the recipe mixes or erases. */
  readonly changes?: PixelChanges;
  /** The values of `ClassificationOptions.given`, picture after picture. */
  readonly teacherValues?: Float32Array;
}

/**
 * Builds the recorded step of a list of students with at most one teacher, and their evaluation.
 *
 * One step: the teacher's forward pass in eval mode, then for each student its forward pass in
 * train mode, the distiller's losses, the gradients of their sum, the optimizer's update and the
 * new running statistics.
 */
export function createClassificationProgram(options: ClassificationOptions): ClassificationProgram {
  const terms: string[][] = options.students.map(() => []);
  const { batch, evaluation, students, teacher, watch, parts } = options;
  const form = stepForm(options, terms);
  const sizes = batch.tail > 0 ? [batch.full, batch.tail] : [batch.full];
  const parted =
    parts === undefined ? null : new PartedSteps([{ ...form, batches: sizes }], students, parts);
  const functions: Record<string, FunctionSpec> = {
    ...(parted?.functions ?? { train: wholeFunction(form, batch.full, watch) }),
    evaluate: { run: evaluateFunction(options), inputs: pictureInputs(options, evaluation.full) },
  };
  if (batch.tail > 0 && parted === null) {
    functions['trainTail'] = wholeFunction(form, batch.tail, watch);
  }
  if (evaluation.tail > 0) {
    functions['evaluateTail'] = {
      run: evaluateFunction(options),
      inputs: pictureInputs(options, evaluation.tail),
    };
  }
  const start = { students, teacher, heritage: null };
  const { mode = 'recorded' } = options;
  const program = createStudentsProgram(start, functions, mode, parted?.sums);
  const sized = (full: string, size: number, sizes: { full: number; tail: number }): string => {
    if (size === sizes.full) return full;
    if (size === sizes.tail) return `${full}Tail`;
    throw new RangeError(
      `A batch of ${size} pictures; the program was built for ${sizes.full} and ${sizes.tail}.`,
    );
  };
  const reportsOf = (values: readonly (Float32Array | undefined)[]) =>
    values.map((each, index) =>
      readReport(each as Float32Array, terms[index] as string[], ['correct']),
    );
  const step: ClassificationProgram['step'] = (pictures, inputs) => {
    if (parted !== null) throw new TypeError('The steps of this program are worked off in parts.');
    const name = sized('train', pictures.labels.length, batch);
    const outputs = program.call(name, { ...picturesOf(pictures, options), ...stepArrays(inputs) });
    return reportsOf(students.map((_, index) => outputs[`student${index}`] as Float32Array));
  };
  return {
    program,
    given: options.given,
    step,
    async stepInParts(pictures, inputs) {
      if (parted === null) return step(pictures, inputs);
      const given = { ...picturesOf(pictures, options), ...stepArrays(inputs) };
      const call = { form: form.name, pictures: pictures.labels.length, inputs: given };
      return reportsOf(await parted.step(program, call));
    },
    announce({ images, strong, labels }) {
      const inputs = { images, ...(strong !== undefined && { strong }) };
      const pictures = labels.length;
      if (parted === null) program.announce(sized('train', pictures, batch), inputs);
      else parted.announce({ form: form.name, pictures, inputs });
    },
    evaluate(pictures) {
      const name = sized('evaluate', pictures.labels.length, evaluation);
      const outputs = program.call(name, pictures);
      return options.students.map((_, index) => {
        const rows = outputs[`student${index}`] as Float32Array;
        const size = pictures.labels.length;
        return { ranks: rows.subarray(0, size), losses: rows.subarray(size) };
      });
    },
    dispose() {
      parted?.close();
      program.dispose();
    },
  };
}

/** Bytes as `(byte / 255 - mean) / std`, in one multiplication and one addition. */
function normalised({ bytes }: ClassificationOptions, images: Tensor4D): Tensor4D {
  if (bytes === undefined) return images;
  const scale = bytes.std.map((std) => 1 / (255 * std));
  const shift = bytes.mean.map((mean, channel) => -mean / (bytes.std[channel] as number));
  return tf.add(tf.mul(images, tf.tensor1d(scale)), tf.tensor1d(shift)) as Tensor4D;
}

function stepForm(
  options: ClassificationOptions,
  terms: string[][],
): StepForm<ClassificationStudent> {
  return {
    ...{ name: 'train', students: options.students, terms },
    ahead: needed(options, 'strongView') ? ['images', 'strong'] : ['images'],
    inputs: (pictures) => trainInputs(options, pictures),
    totals: () => 0,
    losses: () => (state, inputs) => {
      const seen = seenOf(options, state, inputs);
      return (student, index, model, method, part) => {
        const dropping = droppingPaths(student, index, inputs, model);
        const { losses, ...rest } = studentLosses(student, dropping, method, seen);
        return { ...rest, losses: meansOf(losses, part) };
      };
    },
  };
}

function seenOf(options: ClassificationOptions, state: TensorMap, inputs: TensorMap): Seen {
  const bytes = options.bytes !== undefined;
  const given = mixed(inputs['images'] as Tensor4D, inputs, bytes);
  const images = erased(normalised(options, given), inputs);
  const target = inputs['labels'] as Tensor1D;
  const strong = inputs['strong'] as Tensor4D | undefined;
  return {
    images,
    labels: target,
    shares: inputs['shares'] as Tensor2D | undefined,
    indices: inputs['indices'] as Tensor1D | undefined,
    teacher: evaluatingTeacher(options, state, inputs, images),
    trainingTeacher:
      options.teacher !== null && needed(options, 'teacherTrains')
        ? teacherOutput(options.teacher, state, images, true)
        : null,
    strong: strongView(options, state, strong && normalised(options, strong)),
  };
}

/** The teacher in eval mode, where a method asks for it. */
function evaluatingTeacher(
  options: ClassificationOptions,
  state: TensorMap,
  inputs: TensorMap,
  images: Tensor4D,
): NetworkOutput | null {
  if (options.given !== undefined)
    return givenOutput(options.given, inputs[givenInput] as Tensor2D);
  const { teacher } = options;
  if (teacher === null || !needed(options, 'teacherEvaluates')) return null;
  return teacherOutput(teacher, state, images, false);
}

/** What all students of a step look at. */
interface Seen {
  readonly images: Tensor4D;
  readonly labels: Tensor1D;
  readonly shares: Tensor2D | undefined;
  readonly indices: Tensor1D | undefined;
  readonly teacher: NetworkOutput | null;
  /** The teacher with the statistics of the batch, where a method asks for it. */
  readonly trainingTeacher: NetworkOutput | null;
  readonly strong: { readonly images: Tensor4D; readonly teacher: NetworkOutput } | null;
}

/** Probabilities of a student's residual branches in all passes of a step; none where all stay. */
export function droppedBranches({ network, distiller, recipe }: ClassificationStudent): number[] {
  const { dropPath } = recipe;
  if (dropPath === undefined) return [];
  const ofPass = network.dropPath?.(dropPath) ?? [];
  return distiller.needs.strongView === true ? [...ofPass, ...ofPass] : [...ofPass];
}

/**
 * The factors of a student's residual branches in a step: the stream `drop-path/<epoch>/<step>` of
 * its seed. Null where no branch is left out.
 */
export function drawBranches(
  student: ClassificationStudent,
  { epoch, step }: Pick<StepControl, 'epoch' | 'step'>,
  batch: number,
): Float32Array | null {
  const branches = droppedBranches(student);
  if (branches.length === 0) return null;
  const stream = RandomStream.named(student.seed, `drop-path/${epoch}/${step}`);
  return branchFactors(branches, batch, stream);
}

function droppingPaths(
  student: ClassificationStudent,
  index: number,
  inputs: TensorMap,
  model: Forward,
): Forward {
  const factors = inputs[names.branches(index)] as Tensor2D | undefined;
  if (factors === undefined) return model;
  return { ...model, branch: branchesWith(droppedBranches(student), factors) };
}

const still: Recipe['augmentation'] = { crop: null, flip: false };

const classesOf = ({ students: [first] }: ClassificationOptions): number =>
  first?.network.classes ?? 0;

/** Whether the recipe of the students, which share their batches, mixes pictures. */
function mixes({ students: [first] }: ClassificationOptions): boolean {
  return first?.recipe.augmentation.mix !== undefined;
}

/**
 * Whether any student's method asks for it. `teacherEvaluates`: for the teacher in eval mode, as
 * nearly all do.
 */
function needed(
  { students }: ClassificationOptions,
  what: 'indices' | 'strongView' | 'teacherTrains' | 'teacherEvaluates',
): boolean {
  return students.some(({ distiller: { needs } }) =>
    what === 'teacherEvaluates' ? needs.teacherTrains !== true : needs[what] === true,
  );
}

function strongView(
  options: ClassificationOptions,
  state: TensorMap,
  images: Tensor4D | undefined,
): Seen['strong'] {
  if (images === undefined) return null;
  if (options.teacher === null) throw new TypeError('A strong view without a teacher.');
  return { images, teacher: teacherOutput(options.teacher, state, images, false) };
}

function studentLosses(
  { network, distiller }: ClassificationStudent,
  model: Forward,
  method: MethodAccess,
  { images, labels, shares, indices, strong, ...teachers }: Seen,
): StudentLosses {
  const { needs } = distiller;
  const output = network.forward(model, images);
  const second =
    needs.strongView === true && strong !== null
      ? { student: network.forward(model, strong.images), teacher: strong.teacher }
      : undefined;
  const losses = inLayer(distiller.id, () =>
    distiller.losses({
      ...method,
      student: output,
      teacher: needs.teacherTrains === true ? teachers.trainingTeacher : teachers.teacher,
      labels,
      ...(shares !== undefined && { shares }),
      ...(needs.indices === true && indices !== undefined && { indices }),
      ...(second !== undefined && { strong: second }),
    }),
  );
  return { losses, counts: () => [topCount(labelRanks(output.logits, labels), 1)] };
}

function evaluateFunction(options: ClassificationOptions): PureFunction {
  return (state, inputs) => {
    const images = normalised(options, inputs['images'] as Tensor4D);
    const target = inputs['labels'] as Tensor1D;
    const outputs: Record<string, Tensor> = {};
    options.students.forEach((student, index) => {
      outputs[`student${index}`] = inLayer(`student${index}`, () => {
        // Nothing needs a gradient here, so that batch norms are folded as the teacher's are.
        const model = forwardContext(under(state, names.model(index, '')), false, true);
        return rowsOf(student.network.forward(model, images).logits, target);
      });
    });
    return { outputs, state: {} };
  };
}

/** Ranks of the labels, then cross-entropies: [2, B]. */
function rowsOf(logits: Tensor2D, target: Tensor1D): Tensor2D {
  return tf.stack([labelRanks(logits, target), crossEntropyRows(logits, target)]) as Tensor2D;
}

function trainInputs(options: ClassificationOptions, size: number): Record<string, InputSpec> {
  const inputs = pictureInputs(options, size);
  if (needed(options, 'indices')) inputs['indices'] = { shape: [size], dtype: 'int32' };
  if (needed(options, 'strongView')) inputs['strong'] = inputs['images'] as InputSpec;
  if (options.given !== undefined) inputs[givenInput] = givenSpec(options.given, size);
  if (mixes(options)) inputs['shares'] = { shape: [size, classesOf(options)], dtype: 'float32' };
  Object.assign(inputs, pixelSpecs(options.students[0]?.recipe.augmentation ?? still, size));
  options.students.forEach((student, index) => {
    const { distiller } = student;
    Object.assign(inputs, controlSpecs(distiller, index));
    const branches = droppedBranches(student).length;
    if (branches > 0) {
      inputs[names.branches(index)] = { shape: [branches, size], dtype: 'float32' };
    }
    for (const [draw, { shape, dtype = 'float32' }] of Object.entries(distiller.draws)) {
      inputs[names.draw(index, draw)] = { shape: shape(size), dtype };
    }
  });
  return inputs;
}

function pictureInputs(options: ClassificationOptions, size: number): Record<string, InputSpec> {
  const [first] = options.students;
  if (first === undefined)
    throw new RangeError('A classification program needs at least one student.');
  return {
    images: {
      shape: [size, ...first.network.inputShape],
      dtype: options.bytes === undefined ? 'float32' : 'uint8',
    },
    labels: { shape: [size], dtype: 'int32' },
  };
}

/** The arrays that the recorded step has inputs for. */
function picturesOf(pictures: TrainingPictures, options: ClassificationOptions): InputMap {
  const { images, indices, strong, changes = {}, teacherValues } = pictures;
  const { mix } = changes;
  if (mixes(options) !== (mix !== undefined))
    throw new TypeError('A step mixes pictures where its recipe does, and nowhere else.');
  if (needed(options, 'indices') && indices === undefined)
    throw new TypeError('A step of a method that needs the places of the pictures, without them.');
  if (needed(options, 'strongView') && strong === undefined)
    throw new TypeError(
      'A step of a method that needs a strong view of the pictures, without one.',
    );
  if ((options.given !== undefined) !== (teacherValues !== undefined))
    throw new TypeError("A step is given the teacher's outputs where it was built so.");
  return {
    images,
    ...(teacherValues !== undefined && { [givenInput]: teacherValues }),
    ...(needed(options, 'indices') && indices !== undefined && { indices }),
    ...(needed(options, 'strongView') && strong !== undefined && { strong }),
    ...(mix === undefined
      ? { labels: pictures.labels }
      : mixedInParts(pictures.labels, classesOf(options), mix.share, options.parts?.size)),
    ...pixelArrays(changes),
  };
}

/** The mixed labels of a batch, whose parts are mixed within themselves. */
function mixedInParts(
  labels: Int32Array,
  classes: number,
  share: number,
  size = labels.length,
): MixedLabels {
  const largest = new Int32Array(labels.length);
  const shares = new Float32Array(labels.length * classes);
  for (const { from, to } of rangesOf(labels.length, size)) {
    const part = mixLabels(labels.subarray(from, to), classes, share);
    largest.set(part.labels, from);
    shares.set(part.shares, from * classes);
  }
  return { labels: largest, shares };
}
