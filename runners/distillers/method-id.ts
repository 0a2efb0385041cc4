import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import { aliasNames, expandAliases, papersWithOurs } from './aliases.ts';
import { findMethod, plugins as knownPlugins, methods } from './registry.ts';

/** A method id taken apart. */
export interface ParsedMethod {
  /** Canonical: method first, then plug-ins in the order of the registry: `dkd+sdd+lskd`. */
  readonly id: string;
  readonly method: string;
  readonly plugins: readonly string[];
}

/**
 * Reads a method id (`dkd+lskd+sdd`, in any order) or a name that a paper prints (`SD-KD`,
 * `KD+Ours`).
 *
 * @param options.paper key of the paper whose table the name is from (`lskd`): it decides what
 *   `Ours` means
 * @throws UsageError `METHOD_UNKNOWN` with the nearest known name; `METHOD_COMBINATION` for
 *   combinations that make no sense, with the reason
 */
export function parseMethod(
  name: string,
  options: { readonly paper?: string | undefined } = {},
): ParsedMethod {
  const parts = expandAliases(name, options.paper);
  for (const part of parts) checkPart(part, name);
  const repeated = parts.find((part, index) => parts.indexOf(part) !== index);
  if (repeated !== undefined) throw refusal(name, `${repeated} is in it twice`);
  const bases = parts.filter((part) => methods.ids.includes(part));
  if (bases.length === 0) {
    throw refusal(
      name,
      `${parts.join(' and ')} only change${parts.length === 1 ? 's' : ''} a method; there is none to change`,
      `Put it on a method, for example kd+${parts.join('+')}.`,
    );
  }
  if (bases.length > 1)
    throw refusal(name, `${bases.join(' and ')} are each a whole method, not plug-ins`);
  const method = bases[0] as string;
  const plugins = knownPlugins.ids.filter((id) => parts.includes(id));
  if (plugins.length > 0 && findMethod(method)?.kind === 'plain') {
    throw refusal(
      name,
      `${method} has no distillation loss for ${plugins.join(' and ')} to act on`,
      `Put ${plugins.length === 1 ? 'it' : 'them'} on a method with one, for example kd+${plugins.join('+')}.`,
    );
  }
  const found = findMethod(method);
  for (const plugin of plugins) {
    const reason = found?.kind === 'network' ? found.refuses(plugin) : null;
    if (reason !== null) throw refusal(name, `${plugin} has nothing to act on: ${reason}`);
  }
  return { id: [method, ...plugins].join('+'), method, plugins };
}

function checkPart(part: string, name: string): void {
  if (methods.ids.includes(part) || knownPlugins.ids.includes(part)) return;
  if (part === 'ours') {
    throw new UsageError(
      'METHOD_UNKNOWN',
      `"${name}" does not say whose method "Ours" is. It is known for tables of: ${papersWithOurs.join(', ')}.`,
      { hint: 'Write the plug-in by its id, for example kd+lskd.' },
    );
  }
  throw new UsageError(
    'METHOD_UNKNOWN',
    `"${name}" is not a method: there is no "${part}". ${suggestion(part, [...methods.ids, ...knownPlugins.ids, ...aliasNames])}`,
    { hint: `Methods: ${methods.ids.join(', ')}. Plug-ins: ${knownPlugins.ids.join(', ')}.` },
  );
}

function refusal(name: string, reason: string, hint?: string): UsageError {
  return new UsageError('METHOD_COMBINATION', `"${name}" makes no sense: ${reason}.`, { hint });
}
