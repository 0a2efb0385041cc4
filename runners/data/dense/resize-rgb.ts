import type { Picture } from '../augment/picture.ts';
import { compiledKernel, type KernelMemory, KernelRoom, keptInstance } from '../kernel-memory.ts';
import { kernelBinary } from './kernel/bilinear.ts';
import type { Taps } from './taps.ts';

/** What `kernel/bilinear.as` exports. Places are byte offsets in its memory. */
interface Kernel {
  readonly memory: KernelMemory;
  bilinear(
    from: number,
    stride: number,
    to: number,
    width: number,
    height: number,
    columns: number,
    weights: number,
    rows: number,
    room: number,
    roomRow: number,
  ): void;
}

const withKernel = keptInstance(compiledKernel<Kernel>(kernelBinary));

/** RGB bytes in rows. */
type Source = Pick<Picture, 'pixels' | 'width'>;

/**
 * Resizes an RGB picture by the taps of its columns and rows.
 *
 * @param take gets its bytes, which hold until it returns
 * @param isMirrored left to right, which costs nothing here
 */
export function resizedRgb<T>(
  source: Source,
  across: Taps,
  down: Taps,
  isMirrored: boolean,
  take: (bytes: Uint8Array) => T,
): T {
  return withKernel((kernel) => take(resizedWith(kernel, source, across, down, isMirrored)));
}

/** The bytes, which lie in the kernel's memory. */
function resizedWith(
  kernel: Kernel,
  { pixels, width: from }: Source,
  across: Taps,
  down: Taps,
  isMirrored: boolean,
): Uint8Array {
  const [height, width] = [down.near.length, across.near.length];
  const room = new KernelRoom(kernel.memory);
  const source = room.take(pixels.length);
  // Columns are made in pairs.
  const columns = room.take(4 * (width + 1));
  const weights = room.take(4 * (width + 1));
  const rows = room.take(16 * height);
  const roomRow = 6 * (width + 16);
  const stretched = room.take(2 * roomRow);
  const result = room.take(3 * width * height);
  const memory = room.memory();
  memory.set(pixels, source);
  const words = new Int32Array(memory.buffer);
  for (let x = 0; x <= width; x += 1) {
    const shown = Math.min(x, width - 1);
    const column = isMirrored ? width - 1 - shown : shown;
    words[(columns >> 2) + x] = 3 * (across.near[column] as number);
    const far = across.farWeight[column] as number;
    words[(weights >> 2) + x] = (across.nearWeight[column] as number) | (far << 16);
  }
  for (let y = 0; y < height; y += 1) {
    const at = (rows >> 2) + 4 * y;
    words[at] = down.near[y] as number;
    words[at + 1] = down.far[y] as number;
    words[at + 2] = down.nearWeight[y] as number;
    words[at + 3] = down.farWeight[y] as number;
  }
  kernel.bilinear(
    ...([source, 3 * from, result, width, height] as const),
    ...([columns, weights, rows, stretched, roomRow] as const),
  );
  return memory.subarray(result, result + 3 * width * height);
}
