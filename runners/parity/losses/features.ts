import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { GoldenNode } from '../golden.ts';
import { Comparison, largest } from '../tolerance.ts';
import { compareLoss, gradientsOf, type Summands } from './bounds.ts';
import { lossCases } from './cases.ts';
import { buildGolden, type GoldenMethod, goldenStep, tensorsOf } from './networks.ts';
import { type LossFunction, type LossResult, modes, runLoss } from './run.ts';

type OutputsOfTerms = Readonly<Record<string, string>>;

/** How to read the cases of one file. */
export interface FeatureFile {
  method(node: GoldenNode): GoldenMethod;
  /** Size of what the loss is a difference of, where it may cancel; 0 where it never does. */
  summands?(node: GoldenNode): number;
  /** Size of the products that a gradient sums, where all gradients of a case may cancel. */
  gradientSummands?(node: GoldenNode): number;
  /** The product's loss terms -> names of the outputs that have them; may depend on the case. */
  readonly terms?: OutputsOfTerms | ((node: GoldenNode) => OutputsOfTerms);
  /** Compares what else the case has. */
  others?(comparison: Comparison, node: GoldenNode): void;
}

/**
 * Check of a file of losses of a method on whole networks: loss, gradients to features, logits and
 * parameters.
 */
export function featureCheck(read: FeatureFile): ParityCheck {
  return (file) => lossCases(file, (node) => featureCase(file.path, node, read));
}

function featureCase(path: string, node: GoldenNode, read: FeatureFile): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const terms = typeof read.terms === 'function' ? read.terms(node) : (read.terms ?? {});
  const definition = featureLoss(read.method(node), node, terms);
  read.others?.(comparison, node);
  for (const [name, each] of gradientsOf(node)) {
    if (each.tensor().data.every(Number.isFinite)) continue;
    comparison.note(`the official gradient of ${name} has NaN elements (recorded as such), ours 0`);
  }
  const summands = summandsOf(node, read.summands?.(node) ?? 0, read.gradientSummands?.(node) ?? 0);
  for (const mode of modes) {
    const result = withoutNaN(comparison, runLoss(definition, mode), node);
    compareLoss(comparison, mode, result, node, summands);
    for (const [term, output] of Object.entries(terms)) {
      const expected = node.get('outputs').get(output).number();
      comparison.scalar(`${mode} ${output}`, result.others[term]?.[0] as number, expected, 1e-5);
    }
  }
  return comparison.result();
}

/**
 * Where the official gradient is NaN (a square root's 1/0) ours must be a number; those elements
 * are then left out by taking the official ones.
 */
function withoutNaN(comparison: Comparison, result: LossResult, node: GoldenNode): LossResult {
  const grads = { ...result.grads };
  for (const [name, each] of gradientsOf(node)) {
    const official = each.tensor().data;
    const own = grads[name];
    if (own === undefined || official.every(Number.isFinite)) continue;
    comparison.equal(`gradient of ${name} is finite`, own.data.every(Number.isFinite), true);
    const data = own.data.map((value, index) =>
      Number.isFinite(official[index]) ? value : (official[index] as number),
    );
    grads[name] = { ...own, data };
  }
  return { ...result, grads };
}

/** The sum of the method's terms on the tensors of a case, with the gradients that the case has. */
export function featureLoss(
  golden: GoldenMethod,
  node: GoldenNode,
  terms: OutputsOfTerms = {},
): LossFunction {
  const tensors = tensorsOf(node);
  const built = buildGolden(golden, tensors);
  return {
    tensors,
    differentiate: gradientsOf(node).map(([name]) => name),
    loss: (given) => {
      const { terms } = goldenStep(golden, built, given);
      return tf.addN(Object.values(terms)) as Scalar;
    },
    others: (given) => {
      const wanted = Object.keys(terms);
      if (wanted.length === 0) return {};
      const all = goldenStep(golden, built, given).terms;
      return Object.fromEntries(wanted.map((name) => [name, all[name] as Scalar]));
    },
  };
}

/**
 * A gradient that is exactly zero (the bias of a convolution before batch norm) is the sum of
 * numbers as large as the largest gradient of the case, so that is the size of its rounding noise.
 * Where all gradients of a case are zero, the size of their summands is `products`.
 */
export function summandsOf(node: GoldenNode, loss: number, products = 0): Summands {
  const gradients = gradientsOf(node);
  const largestGradient = largest(gradients.map(([, each]) => largest(each.tensor().data)));
  const most = largestGradient < 1e-6 * products ? products : largestGradient;
  const vanishing = gradients.filter(([, each]) => largest(each.tensor().data) < 1e-6 * most);
  return { loss, grads: Object.fromEntries(vanishing.map(([name]) => [name, most])) };
}
