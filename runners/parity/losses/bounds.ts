import type { GoldenNode, GoldenTensor } from '../golden.ts';
import { type Comparison, largest } from '../tolerance.ts';
import type { LossResult } from './run.ts';

/**
 * How large the numbers are whose difference a loss and its gradients are. Where they cancel (equal
 * networks, constant rows) the result is rounding noise of the summands and has no relative
 * accuracy of its own.
 */
export interface Summands {
  readonly loss: number;
  /** By name of the gradient. */
  readonly grads: Readonly<Record<string, number>>;
}

const ulp = 2 ** -23;
/** Units in the last place of the summands that two float32 implementations may be apart. */
const lossUlps = 8;
const gradUlps = 2;

/**
 * Compares a result with the official one of a case: loss and every gradient of the file.
 *
 * Allowed is the largest of: ten times the rounding noise that the file records (official float32
 * against float64), 1e-5 of the quantity, and a few units in the last place of its summands. Errors
 * are given relative to the quantity, or to its summands where the quantity is no larger than what
 * is allowed.
 */
export function compareLoss(
  comparison: Comparison,
  label: string,
  result: LossResult,
  golden: GoldenNode,
  summands: Summands,
): void {
  const outputs = golden.get('outputs');
  const expected = outputs.get('loss').number();
  const noise = Math.abs(expected - outputs.get('loss_f64').number());
  const size = Math.abs(expected);
  const allowed = Math.max(10 * noise, 1e-5 * size, lossUlps * ulp * summands.loss);
  const scale = size > allowed ? size : summands.loss;
  comparison.scalar(`${label} loss`, result.loss, expected, allowed / scale, scale);
  for (const [name, node, noises] of gradientsOf(golden)) {
    const own = result.grads[name];
    if (own === undefined) throw node.malformed('is a gradient that this check does not know');
    compareGradient(
      comparison,
      `${label} gradient of ${name}`,
      own,
      node.tensor(),
      noiseOf(noises),
      summands.grads[name] ?? 0,
    );
  }
}

/**
 * Recorded noise of a gradient; none is recorded (`nonfinite`) where the official gradient has a
 * NaN.
 */
function noiseOf(node: GoldenNode): number {
  return node.isList() ? (node.numbers()[0] as number) : 0;
}

/**
 * Gradients of a case with the noise recorded for each; one of several maps (`feats_student`, a
 * list) goes by its place, `feats_student[0]`.
 */
export function gradientsOf(golden: GoldenNode): [string, GoldenNode, GoldenNode][] {
  const noises = golden.get('outputs').get('grad_f32_vs_f64');
  return golden
    .get('grads')
    .entries()
    .flatMap(([name, node]): [string, GoldenNode, GoldenNode][] => {
      if (!node.isList()) return [[name, node, noises.get(name)]];
      const own = noises.get(name).list();
      return node
        .list()
        .map((each, index) => [`${name}[${index}]`, each, own[index] ?? noises.get(name)]);
    });
}

function compareGradient(
  comparison: Comparison,
  label: string,
  own: GoldenTensor,
  expected: GoldenTensor,
  noise: number,
  summands: number,
): void {
  const size = largest(expected.data);
  const allowed = Math.max(10 * noise, 1e-5 * size, gradUlps * ulp * summands);
  const scale = size > allowed || summands === 0 ? size || 1 : summands;
  if (own.shape.join() !== expected.shape.join()) {
    comparison.equal(`${label}, shape`, own.shape, expected.shape);
    return;
  }
  comparison.array(label, own.data, expected.data, allowed / scale, scale);
}

/**
 * Largest factor by which standardization of the rows [R, C] multiplies a gradient: 1 / (1e-7 +
 * least deviation).
 */
export function standardizationGain(data: ArrayLike<number>, classes: number): number {
  let gain = 0;
  for (let start = 0; start < data.length; start += classes) {
    let mean = 0;
    for (let c = 0; c < classes; c += 1) mean += (data[start + c] as number) / classes;
    let squares = 0;
    for (let c = 0; c < classes; c += 1) squares += ((data[start + c] as number) - mean) ** 2;
    gain = Math.max(gain, 1 / (1e-7 + Math.sqrt(squares / (classes - 1))));
  }
  return gain;
}
