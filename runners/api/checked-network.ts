import type { Tensor } from '@tensorflow/tfjs-core';
import { UsageError } from '../../common/errors.ts';
import { shown } from '../../common/shown.ts';
import type { Forward, Network, NetworkOptions, NetworkOutput } from '../networks/types.ts';

/**
 * The network that a user's code built, where it is what it was asked for, with a forward pass that
 * refuses logits of another shape: they would broadcast, or be trained on in part.
 *
 * @param id its name
 * @throws UsageError `PLUGIN_NETWORK` naming network and field
 */
export function checkedNetwork(id: string, asked: NetworkOptions, network: Network): Network {
  const fail = (what: string) =>
    new UsageError('PLUGIN_NETWORK', `The network "${id}": ${what}.`, {
      hint: 'docs/own-network.md has one; the type Network of redistill/kinds says every field.',
    });
  const wrong = fieldProblem(id, asked, network);
  if (wrong !== null) throw fail(`build() gave ${wrong}`);
  const forward: Network['forward'] = (context, images) => {
    const stated = context.branch === undefined ? 0 : ratesOf(network, triedRate).length;
    const branches = countedBranches(context, stated);
    const output = network.forward(branches.context, images);
    const problem = outputProblem(output, [images.shape[0], asked.classes]);
    if (problem !== null) throw fail(`forward() gave ${problem}`);
    if (branches.count() !== stated) {
      throw fail(
        `forward() called context.branch ${branches.count()} times, and dropPath() gives ${stated} probabilities`,
      );
    }
    return output;
  };
  return Object.create(network, { forward: { value: forward, enumerable: true } }) as Network;
}

/** Any rate: how many branches there are does not depend on it. */
const triedRate = 0.5;

const ratesOf = (network: Network, rate: number): readonly number[] =>
  network.dropPath?.(rate) ?? [];

/** The same context, which counts the residual branches that the network asks it about. */
function countedBranches(context: Forward, stated: number) {
  let calls = 0;
  const { branch } = context;
  if (branch === undefined) return { context, count: () => 0 };
  const counting: Forward = {
    ...context,
    branch: (added) => {
      calls += 1;
      // One that was not stated has no factor; how many there are is told after the pass.
      return calls > stated ? added : branch(added);
    },
  };
  return { context: counting, count: () => calls };
}

function fieldProblem(id: string, asked: NetworkOptions, network: Network): string | null {
  if (typeof network !== 'object' || network === null) return `${shown(network)} and no network`;
  if (network.name !== id) return `the name ${shown(network.name)}`;
  if (network.classes !== asked.classes) {
    return `${shown(network.classes)} classes where ${asked.classes} were asked for`;
  }
  if (String(network.inputShape) !== String(asked.inputShape)) {
    return `the inputShape ${shown(network.inputShape)} where ${shown(asked.inputShape)} was asked for`;
  }
  if (!Array.isArray(network.params)) return `${shown(network.params)} as params`;
  const names = network.params.map((param) => param?.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `the tensor ${shown(twice)} twice in params`;
  if (typeof network.forward !== 'function') return 'no function "forward"';
  return network.dropPath === undefined ? null : dropPathProblem(network);
}

function dropPathProblem(network: Network): string | null {
  if (typeof network.dropPath !== 'function') return `${shown(network.dropPath)} as dropPath`;
  const rates: unknown = ratesOf(network, triedRate);
  const probabilities =
    Array.isArray(rates) &&
    rates.every((rate) => typeof rate === 'number' && rate >= 0 && rate < 1);
  return probabilities
    ? null
    : `a dropPath whose rates for ${triedRate} are ${shown(rates)}, no list of probabilities below 1`;
}

function outputProblem(output: NetworkOutput, logits: readonly (number | undefined)[]) {
  const wrongTensor = (field: string, tensor: Tensor | null | undefined, rank: number) =>
    tensor?.shape?.length === rank ? null : `no tensor of ${rank} axes as "${field}"`;
  const wrongList = (field: string, list: unknown) =>
    Array.isArray(list) ? null : `no list as "${field}"`;
  const { shape } = output?.logits ?? {};
  if (String(shape) !== String(logits)) {
    const found = shape === undefined ? 'no logits' : `logits of shape [${shape.join(', ')}]`;
    return `${found}; their shape must be [${logits.join(', ')}]`;
  }
  return (
    wrongTensor('pooled', output.pooled, 2) ??
    (output.lastMap === null ? null : wrongTensor('lastMap', output.lastMap, 4)) ??
    wrongList('features', output.features) ??
    wrongList('preactFeatures', output.preactFeatures) ??
    (typeof output.classify === 'function' ? null : 'no function "classify"')
  );
}
