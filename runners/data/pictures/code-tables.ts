import { Buffer } from 'node:buffer';
import { firstFree, type KernelMemory } from '../kernel-memory.ts';
import type { JpegComponent } from './jpeg-header.ts';

/** What makes a lookup table of codes. */
interface TableMaker {
  readonly memory: KernelMemory;
  huffman(table: number, codes: number, direct: number): number;
}

/** A lookup table, its longer codes and its symbols. */
const tableBytes = 4608;
const codesBytes = 16 + 256;
/** Tables of a kind: at most one for each component. */
const slots = 3;
const codesPlace = firstFree + 2 * slots * tableBytes;

/**
 * The lookup tables of Huffman codes in a kernel's memory: most pictures have those of the one
 * before.
 */
export class CodeTables {
  /** Where the memory is free. */
  readonly end = codesPlace + codesBytes;
  private readonly maker: TableMaker;
  private readonly made: (Uint8Array | null)[] = Array.from({ length: 2 * slots }, () => null);

  constructor(maker: TableMaker) {
    this.maker = maker;
  }

  /** Where the table for a component's codes is; null where they are no code. */
  place(
    codes: Uint8Array,
    kind: 'direct' | 'others',
    components: readonly JpegComponent[],
  ): number | null {
    // Components may share a table.
    const owner = components.findIndex((component) => component[kind] === codes);
    const slot = kind === 'direct' ? owner : slots + owner;
    const place = firstFree + slot * tableBytes;
    const known = this.made[slot] ?? null;
    if (known !== null && Buffer.compare(known, codes) === 0) return place;
    const memory = new Uint8Array(this.maker.memory.buffer);
    memory.set(codes, codesPlace);
    const fits = this.maker.huffman(place, codesPlace, kind === 'direct' ? 1 : 0) === 1;
    // A slice of a Buffer would be the file's own bytes, which may change.
    this.made[slot] = fits ? Uint8Array.from(codes) : null;
    return fits ? place : null;
  }
}
