import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tensorflow.ts';
import { forwardContext } from './forward.ts';
import type { Network, StagePlaces } from './types.ts';

/** [height, width, channels] of a feature map. */
export type MapShape = readonly [number, number, number];

/** Sizes of what a network gives to distillers, without the batch. */
export interface NetworkShapes {
  readonly name: string;
  readonly features: readonly MapShape[];
  readonly preactFeatures: readonly MapShape[];
  /** Inputs of the classifier. */
  readonly pooled: number;
  /**
   * Names of the batch norms whose result is a stage's `preactFeatures`; see `Network.stageNorms`.
   */
  readonly stageNorms: readonly string[];
  /** [tokens, C] after every block, class tokens among them; absent for networks of maps alone. */
  readonly tokens?: readonly (readonly [number, number])[];
  /** Absent: `features` but the first. */
  readonly stages?: StagePlaces;
  /** Absent: none. */
  readonly classTokens?: number;
}

const known = new WeakMap<Network, NetworkShapes>();

/**
 * Shapes of a network's features, found by one forward pass of a black picture through weights of
 * zero.
 */
export function networkShapes(network: Network): NetworkShapes {
  const shapes = known.get(network) ?? measuredShapes(network);
  known.set(network, shapes);
  return shapes;
}

function measuredShapes(network: Network): NetworkShapes {
  let shapes: NetworkShapes | undefined;
  tf.tidy(() => {
    const weights = Object.fromEntries(
      network.params.map(({ name, shape }) => [name, tf.zeros([...shape])]),
    );
    const images = tf.zeros([1, ...network.inputShape]) as Tensor4D;
    const output = network.forward(forwardContext(weights, false), images);
    const shapeOf = (map: { readonly shape: readonly number[] }) =>
      map.shape.slice(1) as unknown as MapShape;
    shapes = {
      name: network.name,
      features: output.features.map(shapeOf),
      preactFeatures: output.preactFeatures.map(shapeOf),
      pooled: output.pooled.shape[1],
      stageNorms: network.stageNorms ?? [],
      ...(output.tokens !== undefined && {
        tokens: output.tokens.map(({ shape }) => [shape[1], shape[2]] as const),
      }),
      ...(network.stages !== undefined && { stages: network.stages }),
      ...(network.classTokens !== undefined && { classTokens: network.classTokens }),
    };
  });
  return shapes as NetworkShapes;
}
