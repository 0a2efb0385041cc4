import type { Tensor } from '@tensorflow/tfjs-core';
import { UsageError } from '../../common/errors.ts';

/**
 * Refuses a loss of another shape or type than it must have. Broadcasting would train on it all the
 * same, and its numbers would look like those of a method.
 *
 * @param part what gave the loss: `rowLoss` or the name of a term
 * @param given nothing where a function forgot to return it
 * @param hint what to do about it
 * @throws UsageError `METHOD_SHAPE`
 */
export function refuseShape(
  method: string,
  part: string,
  given: Tensor | undefined,
  expected: readonly number[],
  hint: string,
): void {
  const shape = given?.shape;
  const fits =
    shape?.length === expected.length && shape.every((size, axis) => size === expected[axis]);
  if (fits && given?.dtype === 'float32') return;
  const [type, needed] = fits ? [` and type ${given?.dtype}`, ' and its type float32'] : ['', ''];
  const found =
    shape === undefined ? 'no tensor' : `a tensor of shape [${shape.join(', ')}]${type}`;
  throw new UsageError(
    'METHOD_SHAPE',
    `The method "${method}": "${part}" gave ${found}; its shape must be [${expected.join(', ')}]${needed}.`,
    { hint },
  );
}
