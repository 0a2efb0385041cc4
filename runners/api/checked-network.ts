import type { Tensor } from '@tensorflow/tfjs-core';
import { UsageError } from '../../common/errors.ts';
import { shown } from '../../common/shown.ts';
import type { Network, NetworkOptions, NetworkOutput } from '../networks/types.ts';

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
    const output = network.forward(context, images);
    const problem = outputProblem(output, [images.shape[0], asked.classes]);
    if (problem !== null) throw fail(`forward() gave ${problem}`);
    return output;
  };
  return Object.create(network, { forward: { value: forward, enumerable: true } }) as Network;
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
  return typeof network.forward === 'function' ? null : 'no function "forward"';
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
