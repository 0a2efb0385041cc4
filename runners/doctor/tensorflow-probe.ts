// A process of its own: loads TensorFlow, computes with it, and prints what it found. Started by
// tensorflow.ts.
import { checkBindingHasKernels } from '../engine/native/check.ts';
import { gelu } from '../engine/ops/index.ts';
import { checkBindingTakesConfig } from '../engine/session-config.ts';
import { tensorflowVersion, tf, usesGpu } from '../engine/tensorflow.ts';

const product = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync());
if (product.some((value) => value !== 3)) throw new Error(`ones(2,3) x ones(3,2) gave ${product}`);
if (!usesGpu()) {
  checkBindingTakesConfig();
  checkBindingHasKernels();
  const [zero, half] = tf.tidy(() => gelu(tf.tensor1d([0, 0.5])).dataSync());
  if (zero !== 0 || !(Math.abs((half ?? 0) - 0.345_731) < 1e-5))
    throw new Error(`gelu(0, 0.5) gave ${zero}, ${half}`);
}
process.stdout.write(`${JSON.stringify({ version: tensorflowVersion(), usesGpu: usesGpu() })}\n`);
