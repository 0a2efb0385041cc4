import type { Picture } from '../augment/picture.ts';
import { compiledKernel, type KernelMemory, KernelRoom, keptInstance } from '../kernel-memory.ts';
import { kernelBinary } from './kernel/resample.ts';
import type { Taps } from './taps.ts';

/** Rows of RGB bytes, `stride` apart. */
export interface Rows {
  readonly bytes: Uint8Array;
  readonly stride: number;
  readonly count: number;
}

/** Null where a direction keeps its size. */
export interface Passes {
  readonly across: Taps | null;
  readonly down: Taps | null;
}

/** What `kernel/resample.as` exports. Places are byte offsets in its memory. */
interface Kernel {
  readonly memory: KernelMemory;
  across(
    from: number,
    stride: number,
    rows: number,
    to: number,
    width: number,
    first: number,
    weights: number,
    length: number,
  ): void;
  down(
    from: number,
    row: number,
    to: number,
    height: number,
    first: number,
    weights: number,
    length: number,
  ): void;
}

const withKernel = keptInstance(compiledKernel<Kernel>(kernelBinary));

/** Rows stretched sideways, then downwards; bytes in between. */
export function stretched(rows: Rows, passes: Passes, height: number, width: number): Picture {
  return withKernel((kernel) => stretchedWith(kernel, rows, passes, height, width));
}

function stretchedWith(
  kernel: Kernel,
  rows: Rows,
  { across, down }: Passes,
  height: number,
  width: number,
): Picture {
  const row = width * 3;
  const room = new KernelRoom(kernel.memory);
  const from = room.take(rows.bytes.length);
  const between = across === null ? from : room.take(rows.count * row);
  const result = down === null ? between : room.take(height * row);
  const acrossTaps = across === null ? null : takeTaps(room, across);
  const downTaps = down === null ? null : takeTaps(room, down);
  const memory = room.memory();
  memory.set(rows.bytes, from);
  if (across !== null && acrossTaps !== null) {
    const { first, weights } = copied(memory, across, acrossTaps);
    const { stride, count } = rows;
    kernel.across(from, stride, count, between, width, first, weights, across.length);
  }
  if (down !== null && downTaps !== null) {
    const { first, weights } = copied(memory, down, downTaps);
    kernel.down(between, row, result, height, first, weights, down.length);
  }
  return { pixels: memory.slice(result, result + height * row), height, width };
}

interface TapsPlace {
  readonly first: number;
  readonly weights: number;
}

function copied(memory: Uint8Array, taps: Taps, place: TapsPlace): TapsPlace {
  for (const part of ['first', 'weights'] as const) {
    const { buffer, byteOffset, byteLength } = taps[part];
    memory.set(new Uint8Array(buffer, byteOffset, byteLength), place[part]);
  }
  return place;
}

function takeTaps(room: KernelRoom, { first, weights }: Taps): TapsPlace {
  return { first: room.take(first.byteLength), weights: room.take(weights.byteLength) };
}
