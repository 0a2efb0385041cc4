import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { maxPool } from '../../engine/ops/index.ts';
import type { Layer, ModuleScope } from '../../networks/modules.ts';

/** A non-local block on maps of so many channels. */
export interface NonLocalSpec {
  readonly channels: number;
  /** Channels of the embeddings that are compared. */
  readonly inner: number;
  /** Edge of the windows whose largest values stand for all that is compared with. */
  readonly pool: number;
}

/**
 * Non-local block (Wang et al. 2018, arXiv 1711.07971) with the dot product as its similarity: each
 * position of x [B, H, W, C] gets the mean of the pooled positions, each times its similarity,
 * through a 1x1 convolution and batch norm, added to what it was. The norm's weights start at 0, so
 * that the block starts as the identity.
 *
 * A map that is smaller than the window is pooled whole; PyTorch has an error there.
 *
 * Layers are named as in the official file, `NonLocalBlockND`:
 * HenryOsborne/mmdetection@fa49f42 mmdet/models/detectors/fkd_two_stage.py.
 */
export function nonLocal(scope: ModuleScope, { channels, inner, pool }: NonLocalSpec): Layer {
  const embed = (parent: ModuleScope, name: string | number) =>
    parent.conv(name, { inputs: channels, outputs: inner, kernel: 1, bias: true });
  const values = embed(scope.child('g'), 0);
  const widen = scope
    .child('W')
    .convNorm(0, 1, { inputs: inner, outputs: channels, kernel: 1, bias: true }, 0);
  const query = embed(scope, 'theta');
  const key = embed(scope.child('phi'), 0);
  return (context, x) => {
    const [batch, height, width] = x.shape;
    const window = [Math.min(pool, height), Math.min(pool, width)] as const;
    const rows = (map: Tensor4D) => tf.reshape(map, [batch, -1, inner]) as Tensor3D;
    const keys = rows(maxPool(key(context, x), window));
    const pooled = rows(maxPool(values(context, x), window));
    const positions = keys.shape[1] as number;
    // Keys times values first: [inner, inner] instead of the similarities of all pairs.
    const joined = tf.div(tf.matMul(keys, pooled, true), positions) as Tensor3D;
    const seen = tf.matMul(rows(query(context, x)), joined);
    return tf.add(widen(context, tf.reshape(seen, [batch, height, width, inner])), x);
  };
}
