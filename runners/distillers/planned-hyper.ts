import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import type { Hyper } from '../../contract/spec.ts';
import { placedDenseOptions, resolveDenseHyper } from './dense/hyper.ts';
import type { DenseMethod, DensePlace } from './dense/types.ts';
import { placedOptions, resolveHyper } from './hyper.ts';
import type { ParsedMethod } from './method-id.ts';
import type { PlacedOptions } from './resolve-options.ts';

/*
 * What a plan may ask of a method. A hyper-parameter without effect would make another trial with
 * the same numbers, so it is refused; the methods themselves compute with whatever is in range, as
 * comparisons with official values need it.
 */

/**
 * As `resolveHyper`, with nothing given in vain.
 *
 * @throws UsageError as there; `HYPER_IDLE` for a hyper-parameter that the others leave without
 *   effect, `METHOD_COMBINATION` for plug-ins whose term is switched off
 */
export function plannedHyper(parsed: ParsedMethod, overrides: Hyper): Hyper {
  const resolved = resolveHyper(parsed, overrides);
  const [first] = parsed.plugins;
  if (first !== undefined && lookUp(resolved, 'kdWeight') === 0) {
    throw new UsageError(
      'METHOD_COMBINATION',
      `${first} cannot be used like this in ${parsed.id}: kdWeight is 0, so it has nothing to act on.`,
      { hint: `Use the method ${parsed.method} without plug-ins, or give kdWeight a value.` },
    );
  }
  return withoutIdle(placedOptions(parsed), resolved, resolveHyper(parsed));
}

/** As `resolveDenseHyper`, with nothing given in vain. @throws UsageError as there; `HYPER_IDLE` */
export function plannedDenseHyper(method: DenseMethod, place: DensePlace, overrides: Hyper): Hyper {
  const resolved = resolveDenseHyper(method, place, overrides);
  return withoutIdle(placedDenseOptions(method, place), resolved, resolveDenseHyper(method, place));
}

/** A value that is the default changes nothing and is let through. */
function withoutIdle({ id, idle }: PlacedOptions, resolved: Hyper, defaults: Hyper): Hyper {
  for (const [name, value] of Object.entries(resolved)) {
    const reason = value === defaults[name] ? null : idle(name, resolved);
    if (reason === null) continue;
    throw new UsageError(
      'HYPER_IDLE',
      `Hyper-parameter "${name}" has no effect in ${id} as it is set: ${reason}.`,
      { hint: `Leave "${name}" out, or change what switches it off.` },
    );
  }
  return resolved;
}
