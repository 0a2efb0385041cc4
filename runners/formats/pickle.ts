import { DataError } from '../../common/errors.ts';
import { shortened } from '../../common/shortened.ts';
import { Inert, type InertNames, inertResult, longText } from './inert.ts';

/**
 * A pickle's value. Dictionaries become Maps with the same keys. Tuples, lists and sets become
 * arrays, None becomes null, and bytes become Uint8Arrays. Objects that the table of globals makes
 * stay as they are; all others become {@link Inert} placeholders.
 */
export type PickleValue = unknown;

/**
 * A name that a pickle may use: a constant, or a function that rebuilds data. No code of the pickle
 * runs.
 */
export type PickleGlobal =
  | { readonly kind: 'function'; readonly call: (args: readonly PickleValue[]) => PickleValue }
  | { readonly kind: 'constant'; readonly value: PickleValue };

/**
 * An object that a function of the table made and that takes its state afterwards, as numpy's
 * arrays do.
 */
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
  /** The meaning of each `module.name`. */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /**
   * Receives the names that are not in the table, which then become placeholders. So do texts of
   * more than 1 MiB. Absent: such a name is refused.
   */
  readonly inert?: InertNames;
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
const maximumOperations = 4_000_000;
/** Lists, tuples, dictionaries and marks: an opcode of one byte makes one of a hundred. */
const maximumContainers = 1_000_000;
/** The pickle of a file that PyTorch wrote is a few bytes per tensor. */
const maximumPickle = 256 * 2 ** 20;
/** Longer texts (notes, sources, encoded arrays) name no tensor and are passed over. */
const maximumText = 2 ** 20;
const maximumName = 1000;

/**
 * Reads one pickle, protocols 2 to 5 (format: Python's Lib/pickletools.py), without executing
 * anything of it: a small virtual machine that builds dictionaries, lists, numbers and texts, and
 * calls only the functions of `world.globals`. With `world.inert`, objects of other classes, and
 * what other functions would return, are {@link Inert} placeholders. Work and memory are bounded.
 *
 * @param source the file, for messages
 * @throws DataError `CHECKPOINT_PICKLE` (or the code of `world.words`) for a global or an opcode
 *   that is not known, naming it, and for a pickle that is truncated, too large or makes no sense
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
  private readonly start: number;
  private position: number;
  /** Values pushed since the last mark; earlier ones lie in `marks`. */
  private stack: PickleValue[] = [];
  private readonly marks: PickleValue[][] = [];
  private readonly memo = new Map<number, PickleValue>();
  private operations = 0;
  private containers = 0;
  private readonly words: PickleWords;

  /** The effects of the opcodes, in the order of pickletools' list. */
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
    [0x43, () => this.push(this.take(this.byte()))], // SHORT_BINBYTES
    [0x42, () => this.push(this.take(this.length(4)))], // BINBYTES
    [0x8e, () => this.push(this.take(this.length(8)))], // BINBYTES8
    [0x96, () => this.push(this.take(this.length(8)))], // BYTEARRAY8
    [0x5d, () => this.pushList([])], // EMPTY_LIST
    [0x8f, () => this.pushList([])], // EMPTY_SET
    [0x90, () => this.extend(this.sinceMark())], // ADDITEMS
    [0x91, () => this.pushList(this.sinceMark())], // FROZENSET
    [0x61, () => this.extend([this.pop()])], // APPEND
    [0x65, () => this.extend(this.sinceMark())], // APPENDS
    [0x29, () => this.pushList([])], // EMPTY_TUPLE
    [0x74, () => this.pushList(this.sinceMark())], // TUPLE
    [0x85, () => this.pushList(this.popMany(1))], // TUPLE1
    [0x86, () => this.pushList(this.popMany(2))], // TUPLE2
    [0x87, () => this.pushList(this.popMany(3))], // TUPLE3
    [0x7d, () => this.pushDictionary()], // EMPTY_DICT
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
    [0x52, () => this.call(2)], // REDUCE
    [0x81, () => this.call(2)], // NEWOBJ
    [0x92, () => this.call(3)], // NEWOBJ_EX
    [0x6f, () => this.makeObject()], // OBJ
    [0x69, () => this.makeInstance()], // INST
    [0x62, () => this.build()], // BUILD
    [0x51, () => this.push(this.persistent(this.pop()))], // BINPERSID
  ]);

  constructor(bytes: Uint8Array, source: string, world: PickleWorld, start: number) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.source = source;
    this.world = world;
    this.words = world.words ?? checkpointWords;
    this.start = start;
    this.position = start;
  }

  run(): Unpickled {
    for (;;) {
      const code = this.byte();
      if (code === stop) return { value: this.pop(), end: this.position };
      this.charge(1);
      if (this.position - this.start > maximumPickle) {
        this.fail(`it has more than ${maximumPickle} bytes`);
      }
      const act = this.opcodes.get(code);
      if (act === undefined) this.refuse(code);
      else act();
    }
  }

  private checkProtocol(version: number): void {
    if (version > 5) this.fail(`it is of protocol ${version}`);
  }

  /** Counts work: an operation, or the items that a function of the table looks at. */
  private charge(work: number): void {
    this.operations += work;
    if (this.operations > maximumOperations) {
      this.fail(`it has more than ${maximumOperations} operations`);
    }
  }

  private countContainer(): void {
    this.containers += 1;
    if (this.containers > maximumContainers) {
      this.fail(`it makes more than ${maximumContainers} lists, tuples and dictionaries`);
    }
  }

  private pushList(items: PickleValue[]): void {
    this.countContainer();
    this.push(items);
  }

  private pushDictionary(): void {
    this.countContainer();
    this.push(new Map());
  }

  private mark(): void {
    this.countContainer();
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

  private global(module: string, name: string): PickleGlobal | Inert {
    if (module.length + name.length > maximumName) {
      return this.fail(
        `it asks for a name of ${module.length + name.length} characters, ${shortened(module)}`,
      );
    }
    const whole = `${module}.${name}`;
    const found = this.world.globals.get(whole);
    if (found !== undefined) return found;
    const { inert } = this.world;
    if (inert === undefined) {
      return this.fail(
        `it asks for ${shortened(whole, 200)}, and only the rebuilding of ${this.words.subject} is allowed`,
      );
    }
    inert.add(whole);
    return new Inert(whole);
  }

  /**
   * A callee, its arguments as a tuple and, for NEWOBJ_EX, named arguments. No function of the
   * table takes those.
   */
  private call(operands: 2 | 3): void {
    const [callee, args] = this.popMany(operands);
    this.push(this.result(callee, args));
  }

  /** OBJ: the class stands before its arguments. */
  private makeObject(): void {
    const [callee, ...args] = this.sinceMark();
    this.push(this.result(callee, args));
  }

  /** INST: the class stands in the opcode. */
  private makeInstance(): void {
    const callee = this.global(this.line(), this.line());
    this.push(this.result(callee, this.sinceMark()));
  }

  /**
   * Calls a function of the table; nothing else can be called. Calling a placeholder gives a
   * placeholder.
   */
  private result(callee: PickleValue, args: PickleValue): PickleValue {
    if (callee instanceof Inert) return inertResult(callee, args);
    if (!isGlobal(callee) || callee.kind !== 'function' || !Array.isArray(args)) {
      return this.fail('it calls what is no function');
    }
    for (const given of args as PickleValue[]) this.charge(workOf(given));
    return callee.call(args as PickleValue[]);
  }

  /**
   * Objects of the table take a state. Others drop it (PyTorch hangs `_metadata` on state dicts).
   * Lists have none.
   */
  private build(): void {
    const state = this.pop();
    const target = this.top();
    if (isPickleObject(target)) {
      for (const part of Array.isArray(state) ? state : [state]) this.charge(workOf(part));
      target.setState(state);
      return;
    }
    const canHave = typeof target === 'object' && target !== null && !isGlobal(target);
    if (!canHave || Array.isArray(target)) this.fail('it sets attributes of what has none');
  }

  private persistent(id: PickleValue): PickleValue {
    const { persistent } = this.world;
    return persistent === undefined ? this.fail('it has a persistent id') : persistent(id);
  }

  private extend(items: readonly PickleValue[]): void {
    const list = this.top();
    if (list instanceof Inert) return;
    if (!Array.isArray(list)) this.fail('it appends to what is no list');
    for (const item of items) (list as PickleValue[]).push(item);
  }

  private setItems(items: readonly PickleValue[]): void {
    const map = this.top();
    if (map instanceof Inert) return;
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
    const bytes = this.take(size);
    if (size === 0) return 0;
    const hex = Buffer.from(bytes).reverse().toString('hex');
    const signed = BigInt.asIntN(8 * size, BigInt(`0x${hex}`));
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  private text(size: number, encoding: 'utf8' | 'latin1' = 'utf8'): string | Inert {
    const bytes = this.take(size);
    const isPassedOver = size > maximumText && this.world.inert !== undefined;
    return isPassedOver ? longText(size) : bytes.toString(encoding);
  }

  private line(): string {
    const length = this.buffer
      .subarray(this.position, this.position + maximumName + 1)
      .indexOf(0x0a);
    if (length < 0) {
      const left = this.buffer.byteLength - this.position;
      this.fail(
        left > maximumName
          ? `it asks for a name of more than ${maximumName} bytes`
          : 'it is truncated',
      );
    }
    const end = this.position + length;
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
    return this.fail(`it has the opcode 0x${hex}, which ${this.words.subject} do not need`);
  }

  private fail(problem: string): never {
    throw new DataError(
      this.words.code,
      `The pickle in ${this.source} was refused at byte ${this.position}: ${problem}.`,
      { hint: this.words.hint },
    );
  }
}

const stop = 0x2e;

/**
 * A value in a message. Lists and dictionaries are not written out: nested lists of a few bytes can
 * make more text than there is memory.
 */
export function nameOf(value: PickleValue): string {
  if (typeof value === 'string') return shortened(value);
  if (value instanceof Inert) return shortened(value.name);
  if (typeof value === 'object' && value !== null) return 'no name';
  return String(value);
}

function isPickleObject(value: PickleValue): value is PickleObject {
  return typeof value === 'object' && value !== null && 'setState' in value;
}

/**
 * The cost of an argument in operations: a function may look at each item, or at each byte of a
 * text.
 */
function workOf(value: PickleValue): number {
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (typeof value === 'string') return Math.ceil(value.length / 256);
  return value instanceof Uint8Array ? Math.ceil(value.byteLength / 256) : 0;
}

function isGlobal(value: PickleValue): value is PickleGlobal {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
