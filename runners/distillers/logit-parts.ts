import type { Hyper } from '../../contract/spec.ts';
import { partsOf } from './hyper.ts';
import type { ParsedMethod } from './method-id.ts';
import type { ActingPlugin, LogitLoss } from './types.ts';

/**
 * A logit method and its plug-ins with resolved hyper-parameters, as `logitLoss` takes them: for
 * comparisons with official values, which have no networks that a distiller could be made for.
 *
 * @throws TypeError for a method that does not compare logits row by row
 */
export function logitParts(
  parsed: ParsedMethod,
  hyper: Hyper,
): readonly [LogitLoss, readonly ActingPlugin[]] {
  const { method, plugins } = partsOf(parsed);
  if (method.kind !== 'logits') throw new TypeError(`${method.id} is no method on logits.`);
  return [method.with(hyper), plugins.map((plugin) => plugin.with(hyper))];
}
