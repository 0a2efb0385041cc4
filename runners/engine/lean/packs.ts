import { EngineError } from '../errors.ts';
import type { ArrayMap, Pack, PackMember, TensorSpec } from '../types.ts';
import { sizeOf } from '../values.ts';

export function makePack(
  key: string,
  members: readonly { readonly key: string; readonly shape: readonly number[] }[],
): Pack {
  let offset = 0;
  const placed = members.map((member) => {
    const size = sizeOf(member.shape);
    const place = { ...member, size, offset };
    offset += size;
    return place;
  });
  return { key, members: placed, size: offset };
}

/** The state of a program by its names, over the state that its session holds. */
export class PackedState {
  /** What the session holds. */
  readonly held: Readonly<Record<string, TensorSpec>>;
  private readonly placeOf = new Map<string, { readonly pack: Pack; readonly at: PackMember }>();

  /** @param more entries of the session that the program does not name */
  constructor(
    state: Readonly<Record<string, TensorSpec>>,
    packs: readonly Pack[],
    more: Readonly<Record<string, TensorSpec>>,
  ) {
    const held: Record<string, TensorSpec> = { ...state, ...more };
    for (const pack of packs) {
      for (const at of pack.members) {
        this.placeOf.set(at.key, { pack, at });
        delete held[at.key];
      }
      held[pack.key] = { shape: [pack.size], dtype: 'float32' };
    }
    this.held = held;
  }

  /** Reads entries by name. `read` is asked once, for whatever they lie in. */
  read(
    names: readonly string[],
    read: (held: readonly string[]) => ArrayMap,
  ): Record<string, Float32Array | Int32Array> {
    const held = [...new Set(names.map((name) => this.placeOf.get(name)?.pack.key ?? name))];
    const values = read(held);
    return Object.fromEntries(
      names.map((name) => {
        const place = this.placeOf.get(name);
        if (place === undefined) return [name, values[name] as Float32Array];
        const { offset, size } = place.at;
        const row = values[place.pack.key] as Float32Array;
        return [name, row.slice(offset, offset + size)];
      }),
    );
  }

  /** The values that the session is given; a pack that changes in part is read first. */
  pack(values: ArrayMap, read: (held: readonly string[]) => ArrayMap): ArrayMap {
    const given: Record<string, Float32Array | Int32Array> = {};
    const packs = new Map<Pack, PackMember[]>();
    for (const [name, value] of Object.entries(values)) {
      const place = this.placeOf.get(name);
      if (place === undefined) given[name] = value;
      else packs.set(place.pack, [...(packs.get(place.pack) ?? []), place.at]);
    }
    const parts = [...packs].filter(([pack, own]) => own.length < pack.members.length);
    const old = parts.length === 0 ? {} : read(parts.map(([{ key }]) => key));
    for (const [pack, own] of packs) {
      const row = old[pack.key]?.slice() ?? new Float32Array(pack.size);
      for (const { key, offset } of own) row.set(floatsOf(values, key), offset);
      given[pack.key] = row;
    }
    return given;
  }
}

function floatsOf(values: ArrayMap, key: string): Float32Array {
  const value = values[key];
  if (value instanceof Float32Array) return value;
  throw new EngineError('ENGINE_DTYPE', `state "${key}" must be float32.`);
}
