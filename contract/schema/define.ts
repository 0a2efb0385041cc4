/*
 * How the schemas of this project are written: TypeBox, of which types are derived and JSON files
 * generated (`make schemas`). No command loads these modules: at run time ajv reads the
 * generated files, and types are gone by then.
 */
import Type, { type Static, type TSchema } from 'typebox';
import type { Json } from '../../common/canonical.ts';

/** A value that nothing may change, at any depth. Any JSON is that already. */
export type Frozen<T> = [Json | undefined] extends [T | undefined] ? T : FrozenPart<T>;

type FrozenPart<T> = T extends readonly unknown[]
  ? { readonly [K in keyof T]: Frozen<T[K]> }
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** The TypeScript type of a schema. */
export type TypeOf<Schema extends TSchema> = Frozen<Static<Schema>>;

/** A reference to a definition of the same file; typed as what it stands for. */
export function ref<Schema extends TSchema>(name: string, _schema: Schema) {
  return Type.Unsafe<Static<Schema>>({ $ref: `#/definitions/${name}` });
}

/** A definition with words or conditions of its own. */
export function described<Schema extends TSchema>(name: string, _schema: Schema, more: object) {
  return Type.Unsafe<Static<Schema>>({ allOf: [{ $ref: `#/definitions/${name}` }], ...more });
}

/** One of several, told apart by their form. */
export function oneOf<const Schemas extends readonly TSchema[]>(
  schemas: Schemas,
  more: object = {},
) {
  return Type.Unsafe<Static<Schemas[number]>>({ oneOf: schemas, ...more });
}

/** One value alone. Without a type beside it, a wrong value is one mistake and not two. */
export function constant<const Value extends string | number | boolean>(
  value: Value,
  more: object = {},
) {
  return Type.Unsafe<Value>({ const: value, ...more });
}

/** A mapping from names to values. */
export function recordOf<Schema extends TSchema>(values: Schema, more: object = {}) {
  return Type.Unsafe<Record<string, Static<Schema>>>({
    type: 'object',
    additionalProperties: values,
    ...more,
  });
}

/** The same or null. */
export function orNull<Schema extends TSchema>(schema: Schema) {
  const { type } = schema as unknown as { readonly type: string };
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [type, 'null'] });
}

const lackable = 'x-mayLack';

/**
 * A field that files of an older Redistill lack. Whoever writes must state it, so that the type
 * has it; readers do without, so that the generated schema does not require it.
 */
export function mayLack<Schema extends TSchema>(schema: Schema): Schema {
  return { ...schema, [lackable]: true };
}

/** The schema as readers apply it: `mayLack` is resolved. */
export function forReaders(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(forReaders);
  if (typeof schema !== 'object' || schema === null) return schema;
  const own = schema as Readonly<Record<string, unknown>>;
  const properties = own['properties'] as Readonly<Record<string, object>> | undefined;
  const entries = Object.entries(own)
    .filter(([key]) => key !== lackable)
    .map(([key, value]) => {
      if (key !== 'required' || properties === undefined) return [key, forReaders(value)];
      return [
        key,
        (value as readonly string[]).filter((name) => !(lackable in (properties[name] ?? {}))),
      ];
    });
  return Object.fromEntries(entries);
}
