import type { Tensor } from '@tensorflow/tfjs-core';
import { EngineError } from '../engine/errors.ts';
import { inLayer } from '../engine/layers.ts';
import { tf } from '../engine/tensorflow.ts';
import type { TensorMap } from '../engine/types.ts';
import type { Forward } from './types.ts';

/** A forward pass that collects the new values of buffers. */
export interface CollectingForward extends Forward {
  /**
   * The buffers' new values, as tensors of the current `tf.tidy`. To be called once, after the
   * gradients: recorded values survive the tidy in which tf.js runs a differentiated function, and
   * are released here.
   */
  takeUpdates(): Record<string, Tensor>;
}

/**
 * What a network's `forward` reads and writes, over a plain map of tensors.
 *
 * A buffer that was updated reads as its new value from then on: some official networks run one
 * batch norm twice in a forward pass, and their running statistics move twice.
 *
 * @throws EngineError `ENGINE_UNKNOWN_PARAM` when the network asks for a name that `params` lacks
 */
export function forwardContext(
  params: TensorMap,
  training: boolean,
  foldsNorms = false,
): CollectingForward {
  const updates = new Map<string, Tensor>();
  return {
    training,
    foldsNorms,
    param(name) {
      const tensor = updates.get(name) ?? params[name];
      if (tensor === undefined) {
        throw new EngineError(
          'ENGINE_UNKNOWN_PARAM',
          `The network reads "${name}", which is not among the ${Object.keys(params).length} tensors it was given.`,
        );
      }
      return tensor;
    },
    update(name, value) {
      updates.get(name)?.dispose();
      updates.set(name, tf.keep(value.clone()));
    },
    layer: inLayer,
    takeUpdates() {
      const taken = [...updates].map(([name, tensor]) => {
        const owned = tensor.clone();
        tensor.dispose();
        return [name, owned] as const;
      });
      updates.clear();
      return Object.fromEntries(taken);
    },
  };
}
