import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { EngineError } from '../../engine/errors.ts';
import { inLayer } from '../../engine/layers.ts';
import { choose, takeRows } from '../../engine/ops/index.ts';
import { keepsDistillationApart } from '../../engine/optim/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { FunctionSpec, InputSpec, TensorMap, TensorSpec } from '../../engine/types.ts';
import type { Forward } from '../../networks/types.ts';
import { optimise } from '../optimise.ts';
import {
  forwardAndBack,
  type LossesOf,
  type LossPart,
  type MethodAccess,
  passOf,
  type SteppedStudent,
  updateOf,
} from '../student-step.ts';
import { names, trainable } from '../students.ts';
import type { BatchPart } from './part.ts';

/*
 * A step whose batch is worked off in parts, as recorded functions. One adds the gradients of a
 * part's losses to sums that the program's state holds; one updates the students by these sums.
 * Where losses divide by sums over the batch, a third one finds what each part adds to those.
 */

/** A step of a list of students, whatever the number of pictures in it. */
export interface StepForm<S extends SteppedStudent = SteppedStudent> {
  /** Of its recorded function. */
  readonly name: string;
  readonly students: readonly S[];
  /** Receives what each student reports after its total and counts. */
  readonly terms: string[][];
  /** As in `FunctionSpec`: its pictures, and what else of its inputs is large. */
  readonly ahead: readonly string[];
  /** Its inputs with so many pictures; the axes that grow with these are those of the pictures. */
  inputs(pictures: number): Readonly<Record<string, InputSpec>>;
  /** Computes what the students share of so many pictures, and says what each loses. */
  losses(pictures: number): (state: TensorMap, inputs: TensorMap) => LossesOf<S>;
  /** How many sums over the batch a student's losses divide by (`BatchPart.total`). */
  totals(student: S): number;
}

/** Inputs of a part beside those of its step. */
export const partInputs = {
  /** Share of the batch's pictures that are in it. */
  share: 'part/share',
  /** 1 in the part whose running statistics are kept, 0 in the others. */
  keeps: 'part/keeps',
  /** Place of its first picture in the batch. */
  first: 'part/first',
} as const;

const specsOfPart: Readonly<Record<string, InputSpec>> = {
  [partInputs.share]: { shape: [], dtype: 'float32' },
  [partInputs.keeps]: { shape: [], dtype: 'float32' },
  [partInputs.first]: { shape: [], dtype: 'int32' },
};

/** Names of the functions of a step with so many pictures. */
export const partFunctions = {
  gradients: (step: string, pictures: number) => `${step}/gradients${pictures}`,
  totals: (step: string, pictures: number) => `${step}/totals${pictures}`,
  clear: 'clear',
  add: 'add',
  apply: 'apply',
};

/** State that steps change, as far as it was seen while their parts were recorded. */
export interface Reached {
  /** Sums of gradients that the losses have. */
  readonly sums: Set<string>;
  /** Parameters that these move, and running statistics. */
  readonly changed: Set<string>;
}

/**
 * The functions of parts with so many pictures.
 *
 * @param whole pictures of the batch
 * @param reached receives the names of what the losses reach
 */
export function functionsOfPart<S extends SteppedStudent>(
  form: StepForm<S>,
  pictures: number,
  whole: number,
  reached: Reached,
): Record<string, FunctionSpec> {
  const { ahead } = form;
  const inputs = { ...form.inputs(pictures), ...specsOfPart };
  const totals = specsOfTotals(form);
  const needed = Object.keys(totals).length > 0;
  return {
    ...(needed && {
      [partFunctions.totals(form.name, pictures)]: {
        run: (state, given) => ({
          outputs: totalsOfPart(form, pictures, whole, state, given),
          state: {},
        }),
        ...{ inputs, ahead },
        pruned: true,
      },
    }),
    [partFunctions.gradients(form.name, pictures)]: {
      run: (state, given) => gradientsOfPart(form, pictures, whole, reached, state, given),
      inputs: { ...inputs, ...totals },
      ahead,
    },
  };
}

/** Inputs of a part's gradients: the sums over the batch, of each student that has any. */
export function specsOfTotals<S extends SteppedStudent>({ students, totals }: StepForm<S>) {
  const specs: Record<string, TensorSpec> = {};
  students.forEach((student, index) => {
    const count = totals(student);
    if (count > 0) specs[names.totals(index)] = { shape: [count], dtype: 'float32' };
  });
  return specs;
}

/** What a part adds to the sums that each student's losses divide by. */
function totalsOfPart<S extends SteppedStudent>(
  form: StepForm<S>,
  pictures: number,
  whole: number,
  state: TensorMap,
  inputs: TensorMap,
): Record<string, Tensor> {
  const outputs: Record<string, Tensor> = {};
  const lossesOf = form.losses(pictures)(state, inputs);
  form.students.forEach((student, index) => {
    const declared = form.totals(student);
    if (declared === 0) return;
    const found: Scalar[] = [];
    const part = partOf(inputs, whole, (own) => {
      found.push(own);
      return own;
    });
    const { model, method, access } = passOf(student, state, inputs, index, part);
    lossesOf(student, index, model, access, part);
    model.takeUpdates();
    method.takeUpdates();
    if (found.length !== declared) throw undeclaredTotal(declared);
    outputs[names.totals(index)] = tf.stack(found.map((each) => each.reshape([])));
  });
  return outputs;
}

function gradientsOfPart<S extends SteppedStudent>(
  form: StepForm<S>,
  pictures: number,
  whole: number,
  reached: Reached,
  state: TensorMap,
  inputs: TensorMap,
): { outputs: Record<string, Tensor>; state: Record<string, Tensor> } {
  const outputs: Record<string, Tensor> = {};
  const next: Record<string, Tensor> = {};
  const keeps = tf.greater(inputs[partInputs.keeps] as Scalar, 0.5) as Scalar;
  const lossesOf = form.losses(pictures)(state, inputs);
  form.students.forEach((student, index) => {
    inLayer(`student${index}`, () => {
      lossPartsOf(student).forEach((lossPart, at) => {
        const part = partOf(inputs, whole, totalsFrom(inputs, index));
        const update = updateOf(student, index, state, inputs);
        const losses = (model: Forward, method: MethodAccess) =>
          lossesOf(student, index, model, method, part);
        const pass = forwardAndBack(student, update, inputs, losses, lossPart, part);
        for (const [name, gradient] of Object.entries(pass.gradients)) {
          const sum = names.gradientSum(lossPart, name);
          reached.sums.add(sum);
          reached.changed.add(name);
          next[sum] = tf.add(state[sum] as Tensor, gradient);
        }
        if (at > 0) return;
        form.terms[index] = pass.terms;
        outputs[`student${index}`] = pass.report;
        for (const [name, value] of Object.entries(pass.updates)) {
          reached.changed.add(name);
          next[name] = choose(keeps, value, state[name] as Tensor);
        }
      });
    });
  });
  return { outputs, state: next };
}

/** The losses whose gradients are summed apart. */
function lossPartsOf({ recipe }: Pick<SteppedStudent, 'recipe'>): readonly LossPart[] {
  return keepsDistillationApart(recipe.optimizer) ? ['distillation', 'task'] : ['all'];
}

function partOf(inputs: TensorMap, whole: number, total: BatchPart['total']): BatchPart {
  return {
    ofMean: (mean) => tf.mul(mean, inputs[partInputs.share] as Scalar),
    total,
    rowsOf(shape, make) {
      const [pictures, ...rest] = shape as [number, ...number[]];
      const own = tf.range(0, pictures, 1, 'int32');
      const places = tf.add(own, inputs[partInputs.first] as Scalar) as Tensor1D;
      return takeRows(make([whole, ...rest]), places);
    },
  };
}

/** Gives one after the other of a student's sums over the batch. */
function totalsFrom(inputs: TensorMap, index: number): BatchPart['total'] {
  const given = inputs[names.totals(index)] as Tensor1D | undefined;
  const declared = given?.shape[0] ?? 0;
  let asked = 0;
  return () => {
    asked += 1;
    if (asked > declared) throw undeclaredTotal(declared);
    return tf.slice(given as Tensor1D, [asked - 1], [1]).reshape([]) as Scalar;
  };
}

function undeclaredTotal(declared: number): EngineError {
  return new EngineError(
    'ENGINE_TOTALS',
    `Losses ask for other sums over the batch than the ${declared} that were declared.`,
    { hint: 'Let `totals` of the network say how often its losses call `total`.' },
  );
}

/** Sums of gradients as a program's state, all of them 0. */
export function gradientSums(students: readonly SteppedStudent[]): Record<string, TensorSpec> {
  return Object.fromEntries(
    students.flatMap((student, index) =>
      lossPartsOf(student).flatMap((part) =>
        trainable(student, index).map(({ name, param }): [string, TensorSpec] => [
          names.gradientSum(part, name),
          { shape: param.shape, dtype: 'float32' },
        ]),
      ),
    ),
  );
}

/** Makes all sums 0, without reading them: how a step begins. */
export function clearFunction({ sums }: Reached): FunctionSpec {
  return {
    inputs: {},
    run: (state) => ({
      outputs: { done: tf.scalar(1) },
      state: Object.fromEntries(
        [...sums].map((sum) => [sum, tf.fill((state[sum] as Tensor).shape, 0)]),
      ),
    }),
  };
}

/** Adds another process's sums, which are its inputs by their own names, to this one's. */
export function addFunction(sums: Readonly<Record<string, TensorSpec>>): FunctionSpec {
  return {
    inputs: sums,
    run: (state, others) => ({
      outputs: { done: tf.scalar(1) },
      state: Object.fromEntries(
        Object.keys(sums).map((sum) => [sum, tf.add(state[sum] as Tensor, others[sum] as Tensor)]),
      ),
    }),
  };
}

/** How a step ends: clipping, the loss scale's check and the optimizer's update, by the sums. */
export function applyFunction(students: readonly SteppedStudent[], reached: Reached): FunctionSpec {
  const rates = students.map((_, index) => names.learningRate(index));
  return {
    inputs: Object.fromEntries(rates.map((name) => [name, { shape: [], dtype: 'float32' }])),
    run(state, inputs) {
      const next: Record<string, Tensor> = {};
      students.forEach((student, index) => {
        const update = updateOf(student, index, state, inputs);
        const sumsOf = (part: LossPart) =>
          Object.fromEntries(
            update.moved
              .filter(({ name }) => reached.sums.has(names.gradientSum(part, name)))
              .map(({ name }) => [name, state[names.gradientSum(part, name)] as Tensor]),
          );
        const apart = keepsDistillationApart(student.recipe.optimizer);
        const updated = inLayer(`student${index}/optimizer`, () =>
          apart
            ? optimise(update, sumsOf('task'), sumsOf('distillation'))
            : optimise(update, sumsOf('all')),
        );
        Object.assign(next, updated);
      });
      return { outputs: { done: tf.scalar(1) }, state: next };
    },
  };
}
