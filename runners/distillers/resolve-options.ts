import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import type { Hyper, HyperValue } from '../../contract/spec.ts';
import type { Options } from './option-types.ts';
import { checkedValue } from './option-values.ts';

/** The options of a method where it is used: with its plug-ins, or for networks of one family. */
export interface PlacedOptions {
  /** The method's id, for messages. */
  readonly id: string;
  readonly options: Options;
  /** The official default of every option in this place. */
  readonly defaults: Hyper;
  /** The plug-in that gives another value than this option's; undefined for all others. */
  replacedBy?(name: string): string | undefined;
  /** Why an option has no effect beside these resolved values; null where it has one. */
  idle(name: string, hyper: Hyper): string | null;
}

/**
 * Hyper-parameters with every default written out, in the order of the options.
 *
 * @param overrides those that differ from the official defaults
 * @throws UsageError `HYPER_UNKNOWN` with the nearest name, `HYPER_VALUE` for a value of the wrong
 *   kind or out of range
 */
export function resolveOptions(placed: PlacedOptions, overrides: Hyper): Hyper {
  const { id, options, defaults } = placed;
  for (const name of Object.keys(overrides)) checkName(name, placed);
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const given = lookUp(overrides, name);
      return [
        name,
        given === undefined
          ? (defaults[name] as HyperValue)
          : checkedValue(name, given, option, id),
      ];
    }),
  );
}

function checkName(name: string, { id, options, replacedBy }: PlacedOptions): void {
  if (Object.hasOwn(options, name)) return;
  const replacing = replacedBy?.(name);
  const known = Object.keys(options);
  const help =
    replacing !== undefined
      ? `${replacing} replaces it.`
      : known.length === 0
        ? 'It has none.'
        : suggestion(name, known);
  throw new UsageError(
    'HYPER_UNKNOWN',
    `${id} has no hyper-parameter "${name}". ${help}`,
    known.length === 0 ? {} : { hint: `It has: ${known.join(', ')}.` },
  );
}
