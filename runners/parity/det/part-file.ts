import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { lossAndGradients } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import type { TensorMap, TensorSpec } from '../../engine/types.ts';
import { forwardContext } from '../../networks/forward.ts';
import type { Forward, ParamSpec } from '../../networks/types.ts';
import { formulaState } from '../formula.ts';
import type { GoldenNode } from '../golden.ts';
import { type Mode, stateSpecs, type TorchView, torchView } from '../networks.ts';
import { formulaChanges } from '../state-dict.ts';
import { ruleMap } from './head-file.ts';

/*
 * Parts of detectors (backbones, heads) beside golden files that hold them by their formula: run
 * once, forward and backward.
 */

/** A part with what it is given. */
export interface PartRun {
  readonly params: readonly ParamSpec[];
  readonly seed: number;
  /** The node that has the part's `state_dict`. */
  readonly golden: GoldenNode;
  readonly inputs: Readonly<Record<string, PartInput>>;
  /** Inputs whose gradient is wanted. */
  readonly differentiate: readonly string[];
  run(context: Forward, inputs: TensorMap): { readonly loss: Scalar; readonly outputs: TensorMap };
}

/** Values in the engine's layout: maps NHWC. */
export interface PartInput extends TensorSpec {
  readonly data: Float32Array | Int32Array;
}

export interface PartResult {
  readonly loss: number;
  /** Maps in PyTorch's layout. */
  readonly outputs: Readonly<Record<string, TorchView>>;
  /** Of the trained parameters that the loss depends on, in the engine's layout. */
  readonly gradients: Readonly<Record<string, Float32Array>>;
  readonly inputGradients: Readonly<Record<string, TorchView>>;
  /** The same in the engine's layout. */
  readonly rawInputGradients: Readonly<Record<string, Float32Array>>;
}

export function runPart(mode: Mode, part: PartRun): PartResult {
  const { params, seed, golden, inputs, differentiate } = part;
  const trained = params.filter(({ trainable }) => trainable).map(({ name }) => name);
  const shapes = new Map<string, readonly number[]>();
  const program = createProgram({
    mode,
    state: stateSpecs(params),
    initial: formulaState(params, seed, formulaChanges(golden)),
    functions: {
      run: {
        inputs: Object.fromEntries(
          Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
        ),
        run(state, given) {
          const context = forwardContext(state, true);
          const wanted = {
            ...Object.fromEntries(trained.map((name) => [name, state[name] as Tensor])),
            ...Object.fromEntries(differentiate.map((name) => [name, given[name] as Tensor])),
          };
          const { loss, gradients, aux } = lossAndGradients(wanted, () => {
            const { loss, outputs } = part.run(context, given);
            return { loss, aux: outputs };
          });
          for (const [name, each] of Object.entries(aux)) shapes.set(name, each.shape);
          const outputs = {
            loss,
            ...under('output/', aux),
            ...under('gradient/', gradients as TensorMap),
          };
          return { outputs, state: context.takeUpdates() };
        },
      },
    },
  });
  try {
    const results = program.call(
      'run',
      Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data])),
    ) as Record<string, Float32Array>;
    const from = (prefix: string) =>
      Object.entries(results)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, values]) => [name.slice(prefix.length), values] as const);
    return {
      loss: results['loss']?.[0] as number,
      outputs: Object.fromEntries(
        from('output/').map(([name, data]) => [name, torchView(shapes.get(name) ?? [], data)]),
      ),
      gradients: Object.fromEntries(
        from('gradient/').filter(([name]) => !differentiate.includes(name)),
      ),
      rawInputGradients: Object.fromEntries(
        from('gradient/').filter(([name]) => differentiate.includes(name)),
      ),
      inputGradients: Object.fromEntries(
        from('gradient/')
          .filter(([name]) => differentiate.includes(name))
          .map(([name, data]) => [name, torchView(inputs[name]?.shape ?? [], data)]),
      ),
    };
  } finally {
    program.dispose();
  }
}

const under = (prefix: string, tensors: TensorMap): TensorMap =>
  Object.fromEntries(Object.entries(tensors).map(([name, each]) => [`${prefix}${name}`, each]));

/** A map of PyTorch's shape by rule, as an input. */
export function ruleInput(
  shape: readonly [number, number, number, number],
  tag: number,
  seed: number,
): PartInput {
  const [batch, channels, height, width] = shape;
  return {
    shape: [batch, height, width, channels],
    dtype: 'float32',
    data: ruleMap(shape, 1, tag, seed),
  };
}
