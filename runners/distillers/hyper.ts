import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import type { Hyper, HyperValue } from '../../contract/spec.ts';
import { checkedHyper } from './hyper-values.ts';
import type { ParsedMethod } from './method-id.ts';
import { findMethod, findPlugin } from './registry.ts';
import type { HyperFields, LogitPlugin, Method } from './types.ts';

/** The parts of a parsed method id, in the order in which they act. */
export function partsOf(parsed: ParsedMethod): { method: Method; plugins: LogitPlugin[] } {
  return {
    method: findMethod(parsed.method) as Method,
    plugins: parsed.plugins.map((id) => findPlugin(id) as LogitPlugin),
  };
}

/** Every hyper-parameter that a method with its plug-ins has, with range and source. */
export function hyperFields(parsed: ParsedMethod): HyperFields {
  const { method, plugins } = partsOf(parsed);
  const replaced = plugins.flatMap((plugin) => plugin.replaces);
  const all = Object.assign({}, method.fields, ...plugins.map((plugin) => plugin.fields));
  return Object.fromEntries(
    Object.entries(all as HyperFields).filter(([name]) => !replaced.includes(name)),
  );
}

/**
 * Hyper-parameters with every default written out, in the order of `hyperFields`: official values,
 * then what the presence of plug-ins changes, then `overrides`.
 *
 * @throws UsageError `HYPER_UNKNOWN` with the nearest name, `HYPER_VALUE` for a value of the wrong
 *   kind or out of range, `METHOD_COMBINATION` where a plug-in cannot work with these settings
 */
export function resolveHyper(parsed: ParsedMethod, overrides: Hyper = {}): Hyper {
  const { method, plugins } = partsOf(parsed);
  const fields = hyperFields(parsed);
  for (const name of Object.keys(overrides)) checkName(name, parsed, fields, plugins);
  const values: Hyper = Object.assign(
    {},
    method.defaults,
    ...plugins.map((plugin) => plugin.defaults),
    method.kind === 'plain' ? {} : method.defaultsWith?.(parsed.plugins),
  );
  const resolved = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const given = lookUp(overrides, name);
      return [
        name,
        given === undefined
          ? (values[name] as HyperValue)
          : checkedHyper(name, given, field, parsed.id),
      ];
    }),
  );
  for (const plugin of plugins) {
    const reason = plugin.refusal(parsed.method, parsed.plugins, resolved);
    if (reason !== null) {
      throw new UsageError(
        'METHOD_COMBINATION',
        `${plugin.id} cannot be used like this in ${parsed.id}: ${reason}.`,
      );
    }
  }
  return resolved;
}

function checkName(
  name: string,
  parsed: ParsedMethod,
  fields: HyperFields,
  plugins: readonly LogitPlugin[],
): void {
  if (Object.hasOwn(fields, name)) return;
  const replacing = plugins.find((plugin) => plugin.replaces.includes(name));
  const known = Object.keys(fields);
  const help =
    replacing !== undefined
      ? `${replacing.id} replaces it.`
      : known.length === 0
        ? 'It has none.'
        : suggestion(name, known);
  throw new UsageError(
    'HYPER_UNKNOWN',
    `${parsed.id} has no hyper-parameter "${name}". ${help}`,
    known.length === 0 ? {} : { hint: `It has: ${known.join(', ')}.` },
  );
}
