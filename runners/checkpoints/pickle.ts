import { DataError } from '../../common/errors.ts';

/**
 * A pickle's value. Dictionaries become Maps (keys as they are), tuples and lists arrays, None null, bytes Uint8Arrays;
 * what the table of globals makes stays what it is.
 */
export type PickleValue = unknown;

/** A name that a pickle may use: a constant, or a function that rebuilds data. Nothing here runs what a pickle brings. */
export type PickleGlobal =
  | { readonly kind: 'function'; readonly call: (args: readonly PickleValue[]) => PickleValue }
  | { readonly kind: 'constant'; readonly value: PickleValue };

/** An object that a function of the table made and that takes its state afterwards, as numpy's arrays do. */
export interface PickleObject {
  setState(state: PickleValue): void;
}

/** How a refusal is worded for this kind of file. */
export interface PickleWords {
  readonly code: string;
  /** What may be rebuilt: `tensors`. */
  readonly subject: string;
  readonly hint: string;
}

export interface PickleWorld {
  /** `module.name` to what it stands for. Any other name is refused. */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /** Absent: those of a checkpoint. */
  readonly words?: PickleWords;
  /** Resolves a persistent id, with which PyTorch refers to storages. */
  readonly persistent?: (id: PickleValue) => PickleValue;
}

export interface Unpickled {
  readonly value: PickleValue;
  /** Where the pickle ended: legacy files hold several, one after the other. */
  readonly end: number;
}

const checkpointWords: PickleWords = {
  code: 'CHECKPOINT_PICKLE',
  subject: 'tensors',
  hint: 'Nothing of it was executed. In Python, save the weights alone: torch.save(model.state_dict(), "weights.pth").',
};

/** A state dict has a few opcodes per tensor; the rest of a training's state not many more. */
const maximumObjects = 4_000_000;

/**
 * Reads one pickle, protocols 2 to 5 (format: Python's Lib/pickletools.py), without executing anything of it: a small
 * virtual machine that builds dictionaries, lists, numbers and texts, and calls only the functions of `world.globals`.
 *
 * @param source the file, for messages
 * @throws DataError `CHECKPOINT_PICKLE` (or the code of `world.words`) for a global or an opcode that is not known, naming it, and for a pickle that is
 *   truncated or makes no sense
 */
export function unpickle(
  bytes: Uint8Array,
  source: string,
  world: PickleWorld,
  start = 0,
): Unpickled {
  return new Machine(bytes, source, world, start).run();
}

class Machine {
  private readonly buffer: Buffer;
  private readonly source: string;
  private readonly world: PickleWorld;
  private position: number;
  /** What was pushed since the last mark; what was pushed before it lies in `marks`. */
  private stack: PickleValue[] = [];
  private readonly marks: PickleValue[][] = [];
  private readonly memo = new Map<number, PickleValue>();
  private objects = 0;
  private readonly words: PickleWords;

  /** What the opcodes do, in the order of pickletools' list. */
  private readonly opcodes: ReadonlyMap<number, () => void> = new Map([
    [0x80, () => this.checkProtocol(this.byte())], // PROTO
    [0x95, () => void this.take(8)], // FRAME
    [0x4b, () => this.push(this.byte())], // BININT1
    [0x4d, () => this.push(this.take(2).readUInt16LE())], // BININT2
    [0x4a, () => this.push(this.take(4).readInt32LE())], // BININT
    [0x8a, () => this.push(this.long(this.byte()))], // LONG1
    [0x8b, () => this.push(this.long(this.length(4)))], // LONG4
    [0x47, () => this.push(this.take(8).readDoubleBE())], // BINFLOAT
    [0x4e, () => this.push(null)], // NONE
    [0x88, () => this.push(true)], // NEWTRUE
    [0x89, () => this.push(false)], // NEWFALSE
    [0x55, () => this.push(this.text(this.byte(), 'latin1'))], // SHORT_BINSTRING
    [0x54, () => this.push(this.text(this.length(4), 'latin1'))], // BINSTRING
    [0x8c, () => this.push(this.text(this.byte()))], // SHORT_BINUNICODE
    [0x58, () => this.push(this.text(this.length(4)))], // BINUNICODE
    [0x8d, () => this.push(this.text(this.length(8)))], // BINUNICODE8
    [0x43, () => this.push(new Uint8Array(this.take(this.byte())))], // SHORT_BINBYTES
    [0x42, () => this.push(new Uint8Array(this.take(this.length(4))))], // BINBYTES
    [0x8e, () => this.push(new Uint8Array(this.take(this.length(8))))], // BINBYTES8
    [0x96, () => this.push(new Uint8Array(this.take(this.length(8))))], // BYTEARRAY8
    [0x5d, () => this.push([])], // EMPTY_LIST
    [0x61, () => this.extend([this.pop()])], // APPEND
    [0x65, () => this.extend(this.sinceMark())], // APPENDS
    [0x29, () => this.push([])], // EMPTY_TUPLE
    [0x74, () => this.push(this.sinceMark())], // TUPLE
    [0x85, () => this.push(this.popMany(1))], // TUPLE1
    [0x86, () => this.push(this.popMany(2))], // TUPLE2
    [0x87, () => this.push(this.popMany(3))], // TUPLE3
    [0x7d, () => this.push(new Map())], // EMPTY_DICT
    [0x73, () => this.setItems(this.popMany(2))], // SETITEM
    [0x75, () => this.setItems(this.sinceMark())], // SETITEMS
    [0x30, () => void this.pop()], // POP
    [0x32, () => this.push(this.top())], // DUP
    [0x28, () => this.mark()], // MARK
    [0x31, () => void this.sinceMark()], // POP_MARK
    [0x71, () => this.remember(this.byte())], // BINPUT
    [0x72, () => this.remember(this.length(4))], // LONG_BINPUT
    [0x94, () => this.remember(this.memo.size)], // MEMOIZE
    [0x68, () => this.push(this.remembered(this.byte()))], // BINGET
    [0x6a, () => this.push(this.remembered(this.length(4)))], // LONG_BINGET
    [0x63, () => this.push(this.global(this.line(), this.line()))], // GLOBAL
    [0x93, () => this.stackGlobal()], // STACK_GLOBAL
    [0x52, () => this.call()], // REDUCE
    [0x62, () => this.build()], // BUILD
    [0x51, () => this.push(this.persistent(this.pop()))], // BINPERSID
  ]);

  constructor(bytes: Uint8Array, source: string, world: PickleWorld, start: number) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.source = source;
    this.world = world;
    this.words = world.words ?? checkpointWords;
    this.position = start;
  }

  run(): Unpickled {
    for (;;) {
      const code = this.byte();
      if (code === stop) return { value: this.pop(), end: this.position };
      this.objects += 1;
      if (this.objects > maximumObjects) this.fail(`it has more than ${maximumObjects} operations`);
      const act = this.opcodes.get(code);
      if (act === undefined) this.refuse(code);
      else act();
    }
  }

  private checkProtocol(version: number): void {
    if (version > 5) this.fail(`it is of protocol ${version}`);
  }

  private mark(): void {
    this.marks.push(this.stack);
    this.stack = [];
  }

  private remember(key: number): void {
    this.memo.set(key, this.top());
  }

  private stackGlobal(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string') this.fail('a global has no name');
    this.push(this.global(module as string, name as string));
  }

  private global(module: string, name: string): PickleGlobal {
    const found = this.world.globals.get(`${module}.${name}`);
    if (found !== undefined) return found;
    return this.fail(
      `it asks for ${module.slice(0, 100)}.${name.slice(0, 100)}, and only the rebuilding of ${this.words.subject} is allowed`,
      this.words.hint,
    );
  }

  /** Calls a function of the table, the only thing that can be called. */
  private call(): void {
    const [callee, args] = this.popMany(2);
    if (!isGlobal(callee) || callee.kind !== 'function' || !Array.isArray(args)) {
      this.fail('it calls what is no function');
    }
    this.push((callee as Extract<PickleGlobal, { kind: 'function' }>).call(args as PickleValue[]));
  }

  /** Dictionaries lose their attributes (PyTorch hangs `_metadata` on state dicts); other objects of the table take a state. */
  private build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof Map) return;
    if (!isPickleObject(target)) this.fail('it sets attributes of an object');
    (target as PickleObject).setState(state);
  }

  private persistent(id: PickleValue): PickleValue {
    const { persistent } = this.world;
    return persistent === undefined ? this.fail('it has a persistent id') : persistent(id);
  }

  private extend(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) this.fail('it appends to what is no list');
    for (const item of items) (list as PickleValue[]).push(item);
  }

  private setItems(items: readonly PickleValue[]): void {
    const map = this.top();
    if (!(map instanceof Map)) this.fail('it sets items of what is no dictionary');
    if (items.length % 2 !== 0) this.fail('a dictionary has a key without a value');
    for (let index = 0; index < items.length; index += 2) {
      (map as Map<PickleValue, PickleValue>).set(items[index], items[index + 1]);
    }
  }

  private remembered(key: number): PickleValue {
    if (!this.memo.has(key)) this.fail(`it refers to object ${key}, which it has not made`);
    return this.memo.get(key);
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private pop(): PickleValue {
    if (this.stack.length === 0) this.fail('it takes more than it has');
    return this.stack.pop();
  }

  private popMany(count: number): PickleValue[] {
    if (this.stack.length < count) this.fail('it takes more than it has');
    return this.stack.splice(this.stack.length - count);
  }

  private top(): PickleValue {
    if (this.stack.length === 0) this.fail('it takes more than it has');
    return this.stack.at(-1);
  }

  private sinceMark(): PickleValue[] {
    const items = this.stack;
    const below = this.marks.pop();
    if (below === undefined) return this.fail('it has no mark');
    this.stack = below;
    return items;
  }

  private byte(): number {
    return this.take(1)[0] as number;
  }

  private length(size: 4 | 8): number {
    const bytes = this.take(size);
    return size === 4 ? bytes.readUInt32LE() : Number(bytes.readBigUInt64LE());
  }

  /** Little-endian two's complement; more than a double can hold is kept as a BigInt. */
  private long(size: number): number | bigint {
    if (size > 1024) this.fail(`it has a number of ${size} bytes`);
    let value = 0n;
    const bytes = this.take(size);
    for (let index = size - 1; index >= 0; index -= 1) {
      value = (value << 8n) | BigInt(bytes[index] as number);
    }
    const signed = BigInt.asIntN(8 * size, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  private text(size: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    return this.take(size).toString(encoding);
  }

  private line(): string {
    const end = this.buffer.indexOf(0x0a, this.position);
    if (end < 0) this.fail('it is truncated');
    const text = this.buffer.toString('utf8', this.position, end);
    this.position = end + 1;
    return text;
  }

  private take(size: number): Buffer {
    if (size > this.buffer.byteLength - this.position) this.fail('it is truncated');
    const taken = this.buffer.subarray(this.position, this.position + size);
    this.position += size;
    return taken;
  }

  private refuse(code: number): never {
    const hex = code.toString(16).padStart(2, '0');
    return this.fail(
      `it has the opcode 0x${hex}, which ${this.words.subject} do not need`,
      this.words.hint,
    );
  }

  private fail(problem: string, hint?: string): never {
    throw new DataError(
      this.words.code,
      `The pickle in ${this.source} was refused at byte ${this.position}: ${problem}.`,
      { hint },
    );
  }
}

const stop = 0x2e;

/**
 * A value as a message may show it. Never a list or a dictionary: of lists within lists a few bytes make more text than there
 * is memory.
 */
export function nameOf(value: PickleValue): string {
  if (typeof value === 'string') return value.slice(0, 200);
  if (typeof value === 'object' && value !== null) return 'no name';
  return String(value);
}

function isPickleObject(value: PickleValue): value is PickleObject {
  return typeof value === 'object' && value !== null && 'setState' in value;
}

function isGlobal(value: PickleValue): value is PickleGlobal {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
