import { normalizeRows, type Tensor1D, type Tensor2D, tf } from 'redistill/kinds';

/** Cosines of the angles between the rows of two matrices: [R, C], [R, C] -> [R]. */
export function cosines(a: Tensor2D, b: Tensor2D): Tensor1D {
  return tf.sum(tf.mul(normalizeRows(a), normalizeRows(b)), 1);
}
