/** Memory of a kernel of WebAssembly. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** As much of WebAssembly as is used; Node's types leave it to those of browsers. */
interface Assembly {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Assembly })
  .WebAssembly;

/**
 * A kernel, compiled when it is needed first.
 *
 * @param binary in base64
 * @returns what makes an instance of it, with a memory of its own
 */
export function compiledKernel<Kernel>(binary: string): () => Kernel {
  let module: object | null = null;
  return () => {
    module ??= new Module(Buffer.from(binary, 'base64'));
    return new Instance(module).exports as Kernel;
  };
}

/** An instance with more memory is not kept: a kernel's memory never becomes smaller. */
const mostKept = 2 ** 26;

/**
 * Keeps an instance from one use to the next, unless its memory has become large.
 *
 * @returns what uses it; no use may begin within another
 */
export function keptInstance<Instance extends { readonly memory: KernelMemory }>(
  make: () => Instance,
): <Result>(use: (instance: Instance) => Result) => Result {
  let kept: Instance | null = null;
  return (use) => {
    kept ??= make();
    const instance = kept;
    const result = use(instance);
    if (instance.memory.buffer.byteLength > mostKept) kept = null;
    return result;
  };
}

const pageBytes = 65536;
/** The kernels' own data lie below. */
export const firstFree = 2048;
/** Kernels work on 16 bytes at a time, also at the end of the last row. */
const spare = 16;

/** Gives out a kernel's memory from its beginning; what was given out before is overwritten. */
export class KernelRoom {
  private readonly owner: KernelMemory;
  private end: number;

  /** @param start what lies below stays as it is */
  constructor(owner: KernelMemory, start = firstFree) {
    this.owner = owner;
    this.end = start;
  }

  /** A place for `bytes` bytes, with 16 free ones behind it. */
  take(bytes: number): number {
    const place = this.end;
    this.end += Math.ceil((bytes + spare) / spare) * spare;
    return place;
  }

  /** The memory, as large as was given out. */
  memory(): Uint8Array {
    const missing = this.end + spare - this.owner.buffer.byteLength;
    if (missing > 0) this.owner.grow(Math.ceil(missing / pageBytes));
    return new Uint8Array(this.owner.buffer);
  }
}
