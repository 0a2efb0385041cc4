import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { refuseShape } from '../distillers/loss-shape.ts';
import { inLayer } from '../engine/layers.ts';
import { lossAndGradients } from '../engine/ops/index.ts';
import { globalNorm, keepsDistillationApart } from '../engine/optim/index.ts';
import { tf } from '../engine/tensorflow.ts';
import type { TensorMap, TensorSpec } from '../engine/types.ts';
import { forwardContext } from '../networks/forward.ts';
import type { Forward, ParamSpec } from '../networks/types.ts';
import {
  type Gradients,
  lossScale,
  optimise,
  renamed,
  type Update,
  type UpdateRecipe,
} from './optimise.ts';
import { type BatchPart, wholeBatch } from './parts/part.ts';
import { names, trainable, under } from './students.ts';
import type { StepReport } from './types.ts';

/** One student of a recorded step, as far as the step itself goes. */
export interface SteppedStudent {
  readonly network: { readonly params: readonly ParamSpec[] };
  readonly distiller: { readonly id: string; readonly params: readonly ParamSpec[] };
  readonly recipe: UpdateRecipe;
}

/** A method's access to a step in every task; see `DistillStep` and `DenseStep`. */
export interface MethodAccess {
  scalar(name: string): Scalar;
  /** The learning rate of the step as a share of the recipe's. */
  rate(): Scalar;
  draw(name: string): Tensor;
  param(name: string): Tensor;
  update(name: string, value: Tensor): void;
  monitor(name: string, value: Scalar): void;
}

/** A task's results for one student. */
export interface StudentLosses {
  /** Weighted terms by name; their sum is minimized. */
  readonly losses: Readonly<Record<string, Scalar>>;
  /** Sums over the pictures for `StepReport.counts`, in the order that `readReport` is told. */
  counts?(): readonly Tensor[];
}

/** What each student loses on the pictures of a step, or of a part of one. */
export type LossesOf<S> = (
  student: S,
  index: number,
  model: Forward,
  method: MethodAccess,
  pictures: BatchPart,
) => StudentLosses;

/** What a step reports beside its losses. */
export interface Watch {
  readonly gradientNorms?: boolean;
}

/**
 * The recorded step of a list of students: for each its forward pass in train mode with its losses
 * (`lossesOf`), the gradients of their sum (in mixed precision times the loss scale), clipping, the
 * optimizer's update, and the new running statistics and buffers. Where the optimizer wants the
 * gradients of the distillation loss apart from those of the task's, there are two forward passes,
 * one for each.
 *
 * @param terms receives the names of what each student reports after its total and counts
 * @param watch whether students also report the norms of their gradients before clipping, for
 *   comparisons with official trainings: of all they train, and of the network alone
 */
export function stepOfStudents<S extends SteppedStudent>(
  students: readonly S[],
  terms: string[][],
  state: TensorMap,
  inputs: TensorMap,
  lossesOf: LossesOf<S>,
  watch: Watch = {},
): { outputs: Record<string, Tensor>; state: Record<string, Tensor> } {
  const outputs: Record<string, Tensor> = {};
  const next: Record<string, Tensor> = {};
  students.forEach((student, index) => {
    const result = inLayer(`student${index}`, () =>
      studentStep(
        student,
        index,
        state,
        inputs,
        (model, method) => lossesOf(student, index, model, method, wholeBatch),
        watch,
      ),
    );
    terms[index] = result.terms;
    outputs[`student${index}`] = result.report;
    Object.assign(next, result.state);
  });
  return { outputs, state: next };
}

function studentStep(
  student: SteppedStudent,
  index: number,
  state: TensorMap,
  inputs: TensorMap,
  lossesOf: (model: Forward, method: MethodAccess) => StudentLosses,
  { gradientNorms = false }: Watch,
): { terms: string[]; report: Tensor; state: Record<string, Tensor> } {
  const update = updateOf(student, index, state, inputs);
  const run = (part: LossPart) => forwardAndBack(student, update, inputs, lossesOf, part);
  const apart = keepsDistillationApart(student.recipe.optimizer);
  const first = run(apart ? 'distillation' : 'all');
  // The second forward pass computes what the first has computed; only its gradients are taken.
  const task = apart ? run('task').gradients : null;
  const stepped = inLayer('optimizer', () =>
    task === null ? optimise(update, first.gradients) : optimise(update, task, first.gradients),
  );
  const { terms, report, gradients, updates } = first;
  const watched = gradientNorms ? normsOf(gradients, names.model(index, '')) : [];
  // Of the loss itself, which mixed precision scales.
  const scale = lossScale(update);
  const norms = watched.map(([, norm]) => (scale === null ? norm : tf.div<Scalar>(norm, scale)));
  return {
    terms: [...terms, ...watched.map(([name]) => `monitor/${name}`)],
    report: norms.length === 0 ? report : tf.concat([report, tf.stack(norms)]),
    state: { ...updates, ...stepped },
  };
}

/** The inputs of a student's update. */
export function updateOf(
  student: SteppedStudent,
  index: number,
  state: TensorMap,
  inputs: TensorMap,
): Update {
  const learningRate = inputs[names.learningRate(index)] as Scalar;
  return { recipe: student.recipe, index, moved: trainable(student, index), state, learningRate };
}

/** Terms of a loss: the task's own one, the cross-entropy, or what a method adds to it. */
export type LossPart = 'all' | 'task' | 'distillation';

/** The name that methods of classification give the cross-entropy. */
const taskTerm = 'ce';

/**
 * A student's forward pass, and the gradients of a part of its loss.
 *
 * @param pictures which of the batch's they are
 */
export function forwardAndBack(
  student: SteppedStudent,
  update: Update,
  inputs: TensorMap,
  lossesOf: (model: Forward, method: MethodAccess) => StudentLosses,
  part: LossPart,
  pictures: BatchPart = wholeBatch,
): { terms: string[]; report: Tensor; gradients: Gradients; updates: Record<string, Tensor> } {
  const { index, moved, state } = update;
  const { model, method, access, monitored } = passOf(student, state, inputs, index, pictures);
  const scale = lossScale(update);
  if (scale !== null) access.monitor('loss-scale', scale);
  let terms: string[] = [];
  const { gradients, aux } = lossAndGradients(
    Object.fromEntries(moved.map(({ name }) => [name, state[name] as Tensor])),
    () => {
      const { losses, counts = () => [] } = lossesOf(model, access);
      for (const [name, value] of Object.entries(losses)) {
        const hint = 'Reduce every term to a number, with tf.mean(...) or tf.sum(...).';
        refuseShape(student.distiller.id, name, value, [], hint);
      }
      const reported = { ...losses, ...monitored };
      terms = Object.keys(reported);
      const total = tf.addN(Object.values(losses)) as Scalar;
      const wanted = Object.entries(losses)
        .filter(([name]) => part === 'all' || (name === taskTerm) === (part === 'task'))
        .map(([, value]) => value);
      const loss = part === 'all' ? total : (tf.addN(wanted) as Scalar);
      // The order of `readReport`: total, counts, then the terms.
      const report = tf.stack(
        [total, ...counts(), ...Object.values(reported)].map((value) =>
          value.reshape([]).cast('float32'),
        ),
      );
      return { loss: scale === null ? loss : tf.mul(loss, scale), aux: { report } };
    },
  );
  const updates = {
    ...renamed(model.takeUpdates(), (name) => names.model(index, name)),
    ...renamed(method.takeUpdates(), (name) => names.method(index, name)),
  };
  return { terms, report: aux.report, gradients, updates };
}

/** What a student's networks and method read and write in one pass. */
export function passOf(
  { recipe }: Pick<SteppedStudent, 'recipe'>,
  state: TensorMap,
  inputs: TensorMap,
  index: number,
  pictures: BatchPart,
) {
  const model = forwardContext(under(state, names.model(index, '')), true);
  const method = forwardContext(under(state, names.method(index, '')), true);
  const monitored: Record<string, Scalar> = {};
  const access: MethodAccess = {
    scalar: (name) => inputs[names.scalar(index, name)] as Scalar,
    rate: () => tf.div(inputs[names.learningRate(index)] as Scalar, recipe.optimizer.lr),
    draw: (name) => inputs[names.draw(index, name)] as Tensor,
    param: (name) => method.param(name),
    update: (name, value) => method.update(name, value),
    monitor: (name, value) => {
      monitored[`monitor/${name}`] = pictures.ofMean(value);
    },
  };
  return { model, method, access, monitored };
}

function normsOf(
  gradients: Readonly<Record<string, Tensor>>,
  ofNetwork: string,
): readonly (readonly [name: string, norm: Scalar])[] {
  const own = Object.entries(gradients).filter(([name]) => name.startsWith(ofNetwork));
  return [
    ['gradient-norm', globalNorm(Object.values(gradients))],
    ['network-gradient-norm', globalNorm(own.map(([, gradient]) => gradient))],
  ];
}

/** Reads one student's report of a step. */
export function readReport(
  values: Float32Array,
  terms: readonly string[],
  counts: readonly string[] = [],
): StepReport {
  const named = (names: readonly string[], from: number) =>
    Object.fromEntries(names.map((name, at) => [name, values[from + at] as number]));
  return {
    total: values[0] as number,
    counts: named(counts, 1),
    terms: named(terms, 1 + counts.length),
  };
}

/**
 * Inputs of a student that every task has: its learning rate, and the numbers that change from
 * epoch to epoch.
 */
export function controlSpecs(
  distiller: { scalars(epoch: number): Readonly<Record<string, number>> },
  index: number,
): Record<string, TensorSpec> {
  const number: TensorSpec = { shape: [], dtype: 'float32' };
  return {
    [names.learningRate(index)]: number,
    ...Object.fromEntries(
      Object.keys(distiller.scalars(1)).map((scalar) => [names.scalar(index, scalar), number]),
    ),
  };
}
