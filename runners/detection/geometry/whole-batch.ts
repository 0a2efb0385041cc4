type Arrays = Readonly<Record<string, Float32Array | Int32Array>>;

/**
 * Targets of `size` pictures in arrays that have room for `batchSize`. What slots without a picture
 * hold is 0, or the number that `fill` has for it.
 */
export function wholeBatch<T extends Arrays>(
  made: T,
  size: number,
  batchSize: number,
  fill: Readonly<Record<string, number>> = {},
): T {
  if (size === batchSize) return made;
  const longer = Object.entries(made).map(([name, values]) => {
    const length = (values.length / size) * batchSize;
    const whole = values instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
    whole.fill(fill[name] ?? 0);
    whole.set(values);
    return [name, whole];
  });
  return Object.fromEntries(longer) as T;
}
