/**
 * The entry of a table under a name from outside, or undefined. A plain object also answers to
 * `constructor` and `toString`, which are no entries.
 */
export function lookUp<Value>(
  table: Readonly<Partial<Record<string, Value>>>,
  name: string,
): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
