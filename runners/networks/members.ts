import type { Network, NetworkKind, NetworkOptions } from './types.ts';

/**
 * The members of a family: a specification becomes a kind, which a line of `kinds.ts` names.
 *
 * @param side see `NetworkKind.side`
 */
export function membersOf<Spec>(
  family: (name: string, spec: Spec, options: NetworkOptions) => Network,
  side?: number,
): (spec: Spec) => NetworkKind {
  return (spec) => ({
    build: (name, options) => family(name, spec, options),
    ...(side !== undefined && { side }),
  });
}
