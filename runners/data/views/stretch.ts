import type { Picture } from '../augment/picture.ts';
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
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
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

const pageBytes = 65536;
/** The kernel's own data lies below. */
const firstFree = 1024;
/** It works on 16 bytes at a time, also at the end of the last row. */
const spare = 16;

/** As much of WebAssembly as is used; Node's types leave it to those of browsers. */
interface Assembly {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Assembly })
  .WebAssembly;
const kernel = new Instance(new Module(Buffer.from(kernelBinary, 'base64'))).exports as Kernel;

/** Rows stretched sideways, then downwards; bytes in between. */
export function stretched(
  rows: Rows,
  { across, down }: Passes,
  height: number,
  width: number,
): Picture {
  const row = width * 3;
  const room = new Room();
  const from = room.take(rows.bytes.length);
  const between = across === null ? from : room.take(rows.count * row);
  const result = down === null ? between : room.take(height * row);
  const acrossTaps = across === null ? null : room.takeTaps(across);
  const downTaps = down === null ? null : room.takeTaps(down);
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

/** Gives out the kernel's memory from its beginning; what was given out before is overwritten. */
class Room {
  private end = firstFree;

  /** A place for `bytes` bytes. */
  take(bytes: number): number {
    const place = this.end;
    this.end += Math.ceil((bytes + spare) / spare) * spare;
    return place;
  }

  takeTaps({ first, weights }: Taps): TapsPlace {
    return { first: this.take(first.byteLength), weights: this.take(weights.byteLength) };
  }

  /** The memory, as large as was given out. */
  memory(): Uint8Array {
    const missing = this.end + spare - kernel.memory.buffer.byteLength;
    if (missing > 0) kernel.memory.grow(Math.ceil(missing / pageBytes));
    return new Uint8Array(kernel.memory.buffer);
  }
}
