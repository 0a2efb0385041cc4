import { UsageError } from '../../../common/errors.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { defaultsOf } from '../option-values.ts';
import { type PlacedOptions, resolveOptions } from '../resolve-options.ts';
import type { DenseMethod, DensePlace } from './types.ts';

/**
 * The options of a method of detection and segmentation for a student's network: official configs
 * differ by family, and for some kinds of network (`gfl`) from their family's.
 */
export function placedDenseOptions(method: DenseMethod, place: DensePlace): PlacedOptions {
  const { id, options } = method;
  return {
    id,
    options,
    defaults: { ...defaultsOf(options), ...method.defaultsWith(place) },
    idle: (name, hyper) => method.idle(name, hyper, place),
  };
}

/**
 * Hyper-parameters with every default written out: those of the official configs for the student's
 * network, then `overrides`.
 *
 * @throws UsageError as `resolveOptions`; `METHOD_NETWORKS` where the method has nothing to work on
 *   in that family
 */
export function resolveDenseHyper(
  method: DenseMethod,
  place: DensePlace,
  overrides: Hyper = {},
): Hyper {
  const reason = method.refuses(place.family);
  if (reason !== null) {
    throw new UsageError('METHOD_NETWORKS', `${method.id} cannot be used here: ${reason}.`);
  }
  return resolveOptions(placedDenseOptions(method, place), overrides);
}
