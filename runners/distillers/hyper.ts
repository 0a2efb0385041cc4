import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import type { Hyper } from '../../contract/spec.ts';
import type { DistillationKind } from './kind.ts';
import type { ParsedMethod } from './method-id.ts';
import type { Options } from './option-types.ts';
import { defaultsOf } from './option-values.ts';
import { findMethod, findPlugin } from './registry.ts';
import { type PlacedOptions, resolveOptions } from './resolve-options.ts';
import type { LogitPlugin, Method, PluginIds, PluginPlace } from './types.ts';

/** The parts of a parsed method id, in the order in which they act. */
export function partsOf(parsed: ParsedMethod): { method: Method; plugins: LogitPlugin[] } {
  return {
    method: findMethod(parsed.method) as Method,
    plugins: parsed.plugins.map((id) => findPlugin(id) as LogitPlugin),
  };
}

/** Whether a method or a plug-in on it has no meaning with labels that were mixed. */
export function needsOneLabel(parsed: ParsedMethod): boolean {
  const { method, plugins } = partsOf(parsed);
  return [method, ...plugins].some(({ oneLabel }) => oneLabel);
}

/**
 * The options of a method with its plug-ins: the method's, then theirs. Official defaults may
 * depend on which plug-ins there are.
 *
 * @throws UsageError `METHOD_COMBINATION` where two of them have an option of one name: a value
 *   would be given to both
 */
export function placedOptions(parsed: ParsedMethod): PlacedOptions {
  const { method, plugins } = partsOf(parsed);
  const parts = [method, ...plugins];
  const replacing = (name: string) => plugins.find(({ replaces }) => replaces.includes(name));
  refuseShared(parsed.id, parts);
  const options: Options = Object.fromEntries(
    parts
      .flatMap((part) => Object.entries(part.options))
      .filter(([name]) => replacing(name) === undefined),
  );
  return {
    id: parsed.id,
    options,
    defaults: Object.assign(
      defaultsOf(options),
      ...parts.map((part) => part.defaultsWith(parsed.plugins)),
    ),
    replacedBy: (name) => replacing(name)?.id,
    idle: (name, hyper) => {
      const owner = parts.findLast((part) => Object.hasOwn(part.options, name));
      return owner?.idle(name, hyper, parsed.plugins) ?? null;
    },
  };
}

function refuseShared(id: string, parts: readonly DistillationKind<PluginIds>[]): void {
  const owners = new Map<string, string>();
  for (const part of parts) {
    for (const name of Object.keys(part.options)) {
      const other = owners.get(name);
      if (other !== undefined) {
        throw new UsageError(
          'METHOD_COMBINATION',
          `${part.id} cannot be used in ${id}: ${other} has a hyper-parameter "${name}" too.`,
          { hint: `Give that of ${part.id} another name.` },
        );
      }
      owners.set(name, part.id);
    }
  }
}

/**
 * Hyper-parameters with every default written out: official values, then what the presence of
 * plug-ins changes, then `overrides`.
 *
 * @throws UsageError as `resolveOptions`; `METHOD_COMBINATION` where a plug-in cannot work with
 *   these settings
 */
export function resolveHyper(parsed: ParsedMethod, overrides: Hyper = {}): Hyper {
  const resolved = resolveOptions(placedOptions(parsed), overrides);
  const klWeight = lookUp(resolved, 'klWeight');
  const place: PluginPlace = {
    method: parsed.method,
    plugins: parsed.plugins,
    klWeight: klWeight === undefined ? null : Number(klWeight),
  };
  for (const plugin of partsOf(parsed).plugins) {
    const reason = plugin.refusal(resolved, place);
    if (reason !== null) {
      throw new UsageError(
        'METHOD_COMBINATION',
        `${plugin.id} cannot be used like this in ${parsed.id}: ${reason}.`,
      );
    }
  }
  return resolved;
}
