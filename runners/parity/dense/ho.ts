import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { createDenseDistiller } from '../../distillers/dense/create.ts';
import type { DenseDistiller, DenseOutput, DenseShapes } from '../../distillers/dense/types.ts';
import { lossAndGradients } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import type { ArrayMap, FunctionSpec } from '../../engine/types.ts';
import { emptyArray } from '../../engine/values.ts';
import { forwardContext } from '../../networks/forward.ts';
import { toTorch } from '../../networks/layout.ts';
import type { ParamSpec } from '../../networks/types.ts';
import type { ParityDriver } from '../driver.ts';
import { formulaState, hashValue } from '../formula.ts';
import { GoldenNode } from '../golden.ts';
import { modes } from '../losses/run.ts';
import { stateSpecs, torchView } from '../networks.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';

/**
 * Holistic distillation step by step: the student's loss with its gradient, the discriminator's
 * loss with the gradient of every weight (the penalty of its slopes among it), and the state after
 * Adam and power iteration. Weights and maps are filled by the formula.
 */
const check: ParityCheck = (file) =>
  GoldenNode.of(file)
    .get('cases')
    .list()
    .map((node) => holisticCase(file.path, node));

export const ho: ParityDriver = { 'losses/seg_holistic.json': check };

type MapShape = readonly [batch: number, classes: number, height: number, width: number];

function holisticCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  node.get('source').leave();
  const shape = node.get('shape').shape() as unknown as MapShape;
  const seed = node.get('seed').number();
  const hyper = node.get('hyper');
  hyper.get('lambda_d').fixed(0.1);
  const network: DenseShapes = {
    ...{ name: 'network', family: 'segmenter', features: [], strides: [], embedding: null },
    logits: [shape[1]],
  };
  const distiller = createDenseDistiller(
    'ho',
    {
      weight: hyper.get('lambda_adv').number(),
      penalty: hyper.get('lambda_gp').number(),
      rate: hyper.get('lr_d').number(),
      width: hyper.get('conv_dim').number(),
    },
    { student: network, teacher: network },
  );
  const steps = node.get('steps').list();
  for (const mode of modes) {
    const program = createProgram({
      mode,
      state: stateSpecs(distiller.params),
      initial: initialValues(distiller, seed),
      functions: { step: stepFunction(distiller, shape) },
    });
    try {
      for (const [index, official] of steps.entries()) {
        const before = program.readState();
        const outputs = program.call('step', {
          student: mapOf(shape, 2000003 + 2 * index, seed),
          teacher: mapOf(shape, 2000004 + 2 * index, seed),
          share: Float32Array.from(official.get('alpha').numbers()),
        });
        const step = { label: `${mode} step ${index + 1}`, official };
        compareOutputs(comparison, step, outputs);
        compareState(comparison, step, distiller.params, before, program.readState());
      }
    } finally {
      program.dispose();
    }
  }
  return comparison.result();
}

/**
 * Weights and vectors by the formula; the factor of an attention is 0.5 more, so that it matters.
 */
function initialValues({ params }: DenseDistiller, seed: number): Record<string, Float32Array> {
  const own = params.filter(({ name }) => !name.startsWith('adam/'));
  const changes = own.map(({ name }) => ({ scale: 1, offset: name.endsWith('gamma') ? 0.5 : 0 }));
  const zeros = Object.entries(stateSpecs(params)).map(([name, spec]): [string, Float32Array] => [
    name,
    emptyArray(spec) as Float32Array,
  ]);
  return { ...Object.fromEntries(zeros), ...formulaState(own, seed, changes) };
}

/**
 * A map of logits [B, H, W, C] with values within 4, element i in the order of PyTorch's layout.
 */
function mapOf([batch, classes, height, width]: MapShape, tag: number, seed: number): Float32Array {
  const area = height * width;
  const values = new Float32Array(batch * classes * area);
  for (let i = 0; i < values.length; i += 1) {
    const [plane, at] = [Math.floor(i / area), i % area];
    const place = (Math.floor(plane / classes) * area + at) * classes + (plane % classes);
    values[place] = 4 * Math.fround(0.1 * hashValue(i, tag, seed)) * 10;
  }
  return values;
}

function stepFunction(distiller: DenseDistiller, shape: MapShape): FunctionSpec {
  const [batch, classes, height, width] = shape;
  const map = { shape: [batch, height, width, classes], dtype: 'float32' } as const;
  return {
    inputs: {
      ...{ student: map, teacher: map },
      share: { shape: [batch, 1, 1, 1], dtype: 'float32' },
    },
    run(state, inputs) {
      const context = forwardContext(state, true);
      const seen = (logits: Tensor): DenseOutput => ({
        ...{ features: [], embedding: null, logits: [logits as Tensor4D] },
      });
      const { loss, gradients, aux } = lossAndGradients(
        { student: inputs['student'] as Tensor },
        () => {
          let discriminator = tf.scalar(0);
          const terms = distiller.terms({
            student: seen(inputs['student'] as Tensor),
            teacher: seen(inputs['teacher'] as Tensor),
            ...{ present: null, labels: null },
            scalar: () => tf.scalar(0),
            rate: () => tf.scalar(1),
            draw: (name) => inputs[name] as Tensor,
            region: () => tf.scalar(0),
            param: (name) => context.param(name),
            update: (name, value) => context.update(name, value),
            monitor: (_, value) => {
              discriminator = value;
            },
          });
          return { loss: terms['ho'] as Scalar, aux: { discriminator } };
        },
      );
      const outputs = {
        loss,
        discriminator: aux.discriminator,
        grad: gradients['student'] as Tensor,
      };
      return { outputs, state: context.takeUpdates() };
    },
  };
}

interface OfficialStep {
  readonly label: string;
  readonly official: GoldenNode;
}

function compareOutputs(
  comparison: Comparison,
  { label, official }: OfficialStep,
  outputs: ArrayMap,
): void {
  for (const [own, theirs, what] of [
    ['loss', 'loss', 'loss of the student'],
    ['discriminator', 'd_loss', 'loss of the discriminator'],
  ] as const) {
    const expected = official.get(theirs).number();
    const noise = Math.abs(expected - official.get(`${theirs}_f64`).number());
    const tolerance = relativeTolerance(noise, Math.abs(expected));
    comparison.scalar(`${label} ${what}`, outputs[own]?.[0] as number, expected, tolerance);
  }
  const gradient = official.get('grad_student');
  const [batch, classes, height, width] = gradient.get('shape').shape() as unknown as MapShape;
  const { data } = torchView([batch, height, width, classes], outputs['grad'] as Float32Array);
  compareSummary(comparison, `${label} gradient of the student`, Float32Array.from(data), gradient);
}

const beta = 0.9;

/**
 * Gradients as the running means show them, then the new values. A gradient that is nothing but
 * rounding noise is a step of Adam in any direction: what it moves is not compared.
 */
function compareState(
  comparison: Comparison,
  { label, official }: OfficialStep,
  params: readonly ParamSpec[],
  before: ArrayMap,
  after: ArrayMap,
): void {
  const byName = new Map(params.map((spec) => [spec.name, spec]));
  const torch = (values: ArrayMap, name: string) =>
    toTorch(byName.get(name) as ParamSpec, values[name] as Float32Array);
  const gradients = official.get('grads');
  for (const [name, expected] of official.get('after').entries()) {
    const gradient = gradients.optional(name);
    if (gradient !== null) {
      const mean = `adam/exp_avg/${name}`;
      const [old, fresh] = [torch(before, mean), torch(after, mean)];
      const own = fresh.map((value, at) => (value - beta * (old[at] as number)) / (1 - beta));
      compareSummary(comparison, `${label} gradient of ${name}`, own, gradient);
      const size = gradient.get('maxabs').number();
      if (size <= 10 * gradient.get('f32_vs_f64_maxabs').number()) {
        expected.leave();
        continue;
      }
    }
    compareSummary(comparison, `${label} ${name} afterwards`, torch(after, name), expected);
  }
}

/** Least size of a gradient of a loss of about 1: what is smaller is rounding of its summands. */
const least = 2 ** -23;

function compareSummary(
  comparison: Comparison,
  label: string,
  own: Float32Array,
  expected: GoldenNode,
): void {
  const size = expected
    .get('shape')
    .numbers()
    .reduce((product, side) => product * side, 1);
  comparison.equal(`${label}, number of values`, own.length, size);
  const [maxabs, l2] = [expected.get('maxabs').number(), expected.get('l2').number()];
  const noise = expected.get('f32_vs_f64_maxabs').number();
  const scale = Math.max(maxabs, least);
  const tolerance = relativeTolerance(noise, scale);
  const first = expected.get('first').numbers();
  comparison.array(label, own.slice(0, first.length), first, tolerance, scale);
  comparison.scalar(`${label}, largest`, largest(own), maxabs, tolerance, scale);
  const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
  comparison.scalar(`${label}, length`, length, l2, tolerance, Math.max(l2, least));
}
