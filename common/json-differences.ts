import type { Json } from './canonical.ts';

/** A field that two values have differently, with both in few characters. */
export interface JsonDifference {
  /** Names of the fields on the way to it, with dots; `all` for the values themselves. */
  readonly path: string;
  readonly before: string;
  readonly now: string;
}

/** Every field that differs, by name; a part that only one of the two has is shown whole. */
export function jsonDifferences(before: Json, now: Json): readonly JsonDifference[] {
  return differences(before, now, '');
}

function differences(
  before: Json | undefined,
  now: Json | undefined,
  path: string,
): readonly JsonDifference[] {
  if (isRecord(before) && isRecord(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
    return keys.flatMap((key) =>
      differences(own(before, key), own(now, key), path === '' ? key : `${path}.${key}`),
    );
  }
  const [was, is] = [show(before), show(now)];
  return was === is ? [] : [{ path: path === '' ? 'all' : path, before: was, now: is }];
}

type JsonRecord = { readonly [key: string]: Json };

function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const own = (record: JsonRecord, key: string): Json | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function show(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
