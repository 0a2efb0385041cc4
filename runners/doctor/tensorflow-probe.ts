// A process of its own: loads TensorFlow, computes with it, and prints what it found. Started by
// tensorflow.ts.
import { checkBindingTakesConfig } from '../engine/session-config.ts';
import { tensorflowVersion, tf, usesGpu } from '../engine/tensorflow.ts';

const product = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync());
if (product.some((value) => value !== 3)) throw new Error(`ones(2,3) x ones(3,2) gave ${product}`);
if (!usesGpu()) checkBindingTakesConfig();
process.stdout.write(`${JSON.stringify({ version: tensorflowVersion(), usesGpu: usesGpu() })}\n`);
