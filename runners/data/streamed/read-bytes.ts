/** As `readSync` of an open file. */
type ReadAt = (target: Uint8Array, from: number, length: number, position: number) => number;

/**
 * `size` bytes from `offset` on.
 *
 * @throws RangeError where the file is shorter
 */
export function readBytes(offset: number, size: number, read: ReadAt): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size; ) {
    const count = read(bytes, done, size - done, offset + done);
    if (count === 0) throw new RangeError(`ends after ${done} of ${size} bytes`);
    done += count;
  }
  return bytes;
}
