import { UsageError } from '../../common/errors.ts';
import type { Hyper } from '../../contract/spec.ts';
import { resolveDenseHyper } from './dense/create.ts';
import type { DenseFamily, DenseMethod } from './dense/types.ts';
import { partsOf, resolveHyper } from './hyper.ts';
import type { ParsedMethod } from './method-id.ts';
import type { IdleRules } from './types.ts';

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
  const { method, plugins } = partsOf(parsed);
  const [first] = plugins;
  if (first !== undefined && resolved['kdWeight'] === 0) {
    throw new UsageError(
      'METHOD_COMBINATION',
      `${first.id} cannot be used like this in ${parsed.id}: kdWeight is 0, so it has nothing to act on.`,
      { hint: `Use the method ${parsed.method} without plug-ins, or give kdWeight a value.` },
    );
  }
  const rules: IdleRules = Object.assign(
    {},
    method.kind === 'plain' ? {} : method.idle,
    ...plugins.map((plugin) => plugin.idle),
  );
  refuseIdle(parsed.id, resolved, resolveHyper(parsed), (name) => rules[name]?.(resolved));
  return resolved;
}

/** As `resolveDenseHyper`, with nothing given in vain. @throws UsageError as there; `HYPER_IDLE` */
export function plannedDenseHyper(
  method: DenseMethod,
  family: DenseFamily,
  overrides: Hyper,
  kind?: string | null,
): Hyper {
  const resolved = resolveDenseHyper(method, family, overrides, kind);
  const defaults = resolveDenseHyper(method, family, {}, kind);
  refuseIdle(method.id, resolved, defaults, (name) => method.idle?.[name]?.(resolved, family));
  return resolved;
}

/** A value that is the default changes nothing and is let through. */
function refuseIdle(
  id: string,
  resolved: Hyper,
  defaults: Hyper,
  idle: (name: string) => string | null | undefined,
): void {
  for (const [name, value] of Object.entries(resolved)) {
    const reason = value === defaults[name] ? undefined : idle(name);
    if (reason === null || reason === undefined) continue;
    throw new UsageError(
      'HYPER_IDLE',
      `Hyper-parameter "${name}" has no effect in ${id} as it is set: ${reason}.`,
      { hint: `Leave "${name}" out, or change what switches it off.` },
    );
  }
}
