/**
 * What a table has under a name from outside, or undefined. A plain object answers to `constructor`
 * and `toString` as well: those are no entries of a table, whoever asks for them.
 */
export function lookUp<Value>(
  table: Readonly<Partial<Record<string, Value>>>,
  name: string,
): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
