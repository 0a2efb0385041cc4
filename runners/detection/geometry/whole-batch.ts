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

/**
 * The same arrays, those of these names in float32: what a GPU is given before a step, and keeps.
 * TensorFlow has int32 on the processor.
 */
export function inFloats<T extends Readonly<Record<K, Int32Array>>, K extends string>(
  made: T,
  ...names: readonly K[]
): Omit<T, K> & Record<K, Float32Array> {
  const floats = names.map((name) => [name, new Float32Array(made[name])]);
  return { ...made, ...Object.fromEntries(floats) };
}

/** The bits of int32 values called float32, for the same reason: `bitsOf` reads both. */
export const bitsAsFloats = ({ buffer, byteOffset, length }: Int32Array): Float32Array =>
  new Float32Array(buffer, byteOffset, length);
