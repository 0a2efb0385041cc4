import { pretrainedWeights } from '../reference/backbones/loader.ts';
import { architectureOf } from '../runners/catalogue/networks.ts';
import { presentBackbone } from '../runners/weights/backbones/store.ts';
import type { BackboneInfo, PlanContext } from './plan-context.ts';

/** Finds weights of backbones on this machine. */
export function presentBackbones(
  environment: Readonly<Record<string, string | undefined>>,
): PlanContext['backbone'] {
  return (pretrained, network) =>
    found(pretrained, network, (name) => presentBackbone(name, environment)?.sha256 ?? null);
}

/** The same if all that is released were here, for prices: the identities are not real. */
export const supposedBackbones: PlanContext['backbone'] = (pretrained, network) =>
  found(pretrained, network, () => 'not here');

function found(
  pretrained: string,
  network: string,
  digestOf: (name: string) => string | null,
): BackboneInfo {
  const architecture = architectureOf(network);
  const weights = pretrainedWeights(pretrained, architecture);
  if (weights === null) {
    return lacking(`${pretrained} has no weights for the backbone of ${network}`);
  }
  if (weights.architecture !== architecture) {
    const own = architecture === null ? 'that of no released weights' : architecture;
    return lacking(
      `the weights ${weights.name} are of a ${weights.architecture}, the backbone of ${network} is ${own}`,
    );
  }
  const sha256 = digestOf(weights.name);
  if (sha256 === null) {
    return lacking(
      `the weights ${weights.name} of the backbone of ${network} are not here (Run: redistill data fetch ${weights.name})`,
    );
  }
  return { reference: { name: weights.name, sha256 }, missing: null };
}

const lacking = (missing: string): BackboneInfo => ({ reference: null, missing });
