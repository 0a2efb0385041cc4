import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { EngineError } from '../errors.ts';
import { tf } from '../tensorflow.ts';
import type { TensorMap } from '../types.ts';

export interface LossAndGradients<Aux extends TensorMap> {
  readonly loss: Scalar;
  /**
   * Gradient per parameter. Parameters that the loss does not depend on are absent, as PyTorch's
   * `grad` is None.
   */
  readonly gradients: Readonly<Record<string, Tensor>>;
  /** What `compute` returned beside the loss, without gradient. */
  readonly aux: Aux;
}

/**
 * Runs `compute` and differentiates its loss with respect to `params`, by name.
 *
 * tf.js frees every tensor of the differentiated function except its result; `aux` survives it, so
 * loss terms and logits can be returned from the same forward pass. All results belong to the
 * surrounding `tf.tidy`.
 *
 * @throws EngineError `ENGINE_NO_GRADIENT` when the loss depends on none of the parameters
 */
export function lossAndGradients<Aux extends TensorMap>(
  params: TensorMap,
  compute: () => { readonly loss: Scalar; readonly aux: Aux },
): LossAndGradients<Aux> {
  const names = Object.keys(params);
  const kept: Record<string, Tensor> = {};
  const { value, grads } = tf.engine().gradients(
    () => {
      const { loss, aux } = compute();
      for (const [name, tensor] of Object.entries(aux)) kept[name] = tf.keep(tensor.clone());
      return loss;
    },
    names.map((name) => params[name] as Tensor),
    undefined,
    true,
  );
  const gradients: Record<string, Tensor> = {};
  names.forEach((name, index) => {
    const gradient = grads[index];
    if (gradient !== null && gradient !== undefined) gradients[name] = gradient;
  });
  if (Object.keys(gradients).length === 0 && names.length > 0) {
    throw new EngineError(
      'ENGINE_NO_GRADIENT',
      `The loss depends on none of the ${names.length} parameters (${names.slice(0, 3).join(', ')} ...).`,
    );
  }
  const aux = Object.fromEntries(
    Object.entries(kept).map(([name, tensor]) => {
      const owned = tensor.clone();
      tensor.dispose();
      return [name, owned];
    }),
  );
  return { loss: value as Scalar, gradients, aux: aux as unknown as Aux };
}
