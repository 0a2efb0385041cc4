import { DataError } from '../../common/errors.ts';
import {
  nameOf,
  type PickleGlobal,
  type PickleValue,
  type PickleWorld,
  unpickle,
} from './pickle.ts';
import { contiguousStrides, type FileTensor, type NumberType, stridedTensor } from './tensors.ts';
import { openZip } from './zip.ts';

/** The pickle of a file that PyTorch wrote is a few bytes per tensor. */
const maximumPickle = 256 * 2 ** 20;
/** torch.save's legacy format begins with this number, and this version. */
const legacyMagic = 0x1950a86a20f9469cfc6cn;
const legacyVersion = 1001;

/** `torch.FloatStorage` and its like: type of the numbers, and bytes of each. */
interface StorageType {
  readonly type: NumberType;
  readonly bytes: number;
}

/** What a persistent id stands for. The bytes of legacy files come after the pickle. */
class Storage {
  readonly key: string;
  readonly of: StorageType;
  /** Numbers, not bytes. */
  readonly count: number;
  bytes: () => Uint8Array;

  constructor(key: string, of: StorageType, count: number, bytes: () => Uint8Array) {
    this.key = key;
    this.of = of;
    this.count = count;
    this.bytes = bytes;
  }
}

const storageTypes: Readonly<Record<string, StorageType>> = {
  FloatStorage: { type: 'float32', bytes: 4 },
  DoubleStorage: { type: 'float64', bytes: 8 },
  HalfStorage: { type: 'float16', bytes: 2 },
  BFloat16Storage: { type: 'bfloat16', bytes: 2 },
  LongStorage: { type: 'integer', bytes: 8 },
  IntStorage: { type: 'integer', bytes: 4 },
  ShortStorage: { type: 'integer', bytes: 2 },
  CharStorage: { type: 'integer', bytes: 1 },
  ByteStorage: { type: 'integer', bytes: 1 },
  BoolStorage: { type: 'integer', bytes: 1 },
};

/** Everything that a pickle may name. */
function globalsOf(source: string): ReadonlyMap<string, PickleGlobal> {
  const call = (run: (args: readonly PickleValue[]) => PickleValue): PickleGlobal => ({
    kind: 'function',
    call: run,
  });
  return new Map<string, PickleGlobal>([
    ['collections.OrderedDict', call((args) => orderedDict(args, source))],
    // (storage, offset, size, stride, ...): the rest says what autograd would do with it.
    ['torch._utils._rebuild_tensor_v2', call((args) => tensorOf(args, source))],
    ['torch._utils._rebuild_tensor', call((args) => tensorOf(args, source))],
    ['torch._utils._rebuild_parameter', call(([tensor]) => tensor)],
    ['torch.Size', call(([sides]) => sides)],
    ...Object.entries(storageTypes).map(
      ([name, value]) => [`torch.${name}`, { kind: 'constant', value }] as const,
    ),
  ]);
}

/**
 * Reads what `torch.save` wrote, in the zip format (PyTorch 1.6 and later) or the legacy one (before), without executing
 * the pickle in it: dictionaries are Maps, tensors {@link FileTensor}s. (Formats: torch/serialization.py.)
 *
 * @throws DataError `CHECKPOINT_PICKLE`, `CHECKPOINT_ZIP`, `CHECKPOINT_TENSOR`, or `CHECKPOINT_FORMAT` for a file of
 *   neither format
 */
export function readTorchFile(bytes: Uint8Array, source: string): PickleValue {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
    ? readZip(bytes, source)
    : readLegacy(bytes, source);
}

function readZip(bytes: Uint8Array, source: string): PickleValue {
  const zip = openZip(bytes, source);
  const pickles = zip.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [main, ...others] = pickles;
  if (main === undefined || others.length > 0) {
    throw formatError(source, 'the zip file holds no single data.pkl as torch.save writes it');
  }
  const prefix = main.slice(0, -'data.pkl'.length);
  const order = zip.read(`${prefix}byteorder`);
  if (order !== undefined && Buffer.from(order).toString('latin1').trim() !== 'little') {
    throw formatError(source, 'its numbers are big-endian');
  }
  if (zip.names.includes(`${prefix}constants.pkl`)) {
    throw formatError(source, 'it is a TorchScript archive, which brings code');
  }
  const storages = new Map<string, Storage>();
  const persistent = (id: PickleValue): Storage => {
    const { key, of, count } = storageId(id, source);
    const known = storages.get(key);
    if (known !== undefined) return sameStorage(known, of, count, source);
    const storage = new Storage(key, of, count, () => {
      const content = zip.read(`${prefix}data/${key}`);
      if (content === undefined) throw formatError(source, `the storage ${key} is missing`);
      return content;
    });
    storages.set(key, storage);
    return storage;
  };
  const pickle = zip.read(main) as Uint8Array;
  if (pickle.byteLength > maximumPickle) {
    throw formatError(source, `its pickle has ${pickle.byteLength} bytes`);
  }
  return unpickle(pickle, source, { globals: globalsOf(source), persistent }).value;
}

/** Magic number, version, system information and object as four pickles; then the keys of storages, and their bytes. */
function readLegacy(bytes: Uint8Array, source: string): PickleValue {
  if (bytes[0] !== 0x80) {
    throw formatError(source, 'it is neither a zip file nor a pickle nor a safetensors file');
  }
  const plain: PickleWorld = { globals: new Map() };
  const magic = unpickle(bytes, source, plain);
  if (magic.value !== legacyMagic) {
    throw formatError(source, 'its pickle is not one of torch.save');
  }
  const version = unpickle(bytes, source, plain, magic.end);
  if (version.value !== legacyVersion) {
    throw formatError(source, `its format has the version ${nameOf(version.value)}`);
  }
  const system = unpickle(bytes, source, plain, version.end);
  if (!(system.value instanceof Map) || system.value.get('little_endian') !== true) {
    throw formatError(source, 'its numbers are not little-endian');
  }
  const storages = new Map<string, Storage>();
  const missing = (): never => {
    throw formatError(source, 'a storage is missing');
  };
  const persistent = (id: PickleValue): Storage => {
    const { key, of, count, view } = storageId(id, source);
    if (view !== null)
      throw formatError(source, 'it has views of storages, from PyTorch before 0.4');
    const known = storages.get(key);
    if (known !== undefined) return sameStorage(known, of, count, source);
    const storage = new Storage(key, of, count, missing);
    storages.set(key, storage);
    return storage;
  };
  const world = { globals: globalsOf(source), persistent };
  const content = unpickle(bytes, source, world, system.end);
  const keys = unpickle(bytes, source, plain, content.end);
  if (!Array.isArray(keys.value)) throw formatError(source, 'the list of its storages is missing');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = keys.end;
  for (const key of keys.value) {
    const storage = storages.get(nameOf(key));
    if (storage === undefined) throw formatError(source, `nothing uses its storage ${nameOf(key)}`);
    const left = bytes.byteLength - position - 8;
    const size = storage.count * storage.of.bytes;
    if (left < size) throw formatError(source, 'it is truncated');
    if (view.getBigInt64(position, true) !== BigInt(storage.count)) {
      throw formatError(source, `its storage ${storage.key} has another size than its tensors say`);
    }
    const start = position + 8;
    storage.bytes = () => bytes.subarray(start, start + size);
    position = start + size;
  }
  return content.value;
}

/** ('storage', type, key, location, count), and in legacy files the metadata of a view. */
function storageId(id: PickleValue, source: string) {
  if (!Array.isArray(id) || id[0] !== 'storage') {
    const kind = Array.isArray(id) ? nameOf(id[0]) : 'no list';
    throw formatError(source, `it holds a persistent object that is no storage (${kind})`);
  }
  const [, type, key, , count, view] = id as PickleValue[];
  const of = (type as PickleGlobal | undefined)?.kind === 'constant' ? type : undefined;
  const whole = Number.isSafeInteger(count) && (count as number) >= 0;
  if (of === undefined || typeof key !== 'string' || !whole) {
    throw formatError(source, 'a storage of it has no type, key or size');
  }
  const { value } = of as { readonly value: StorageType };
  return { key, of: value, count: count as number, view: view ?? null };
}

/** All tensors of a storage must speak of the same one. */
function sameStorage(known: Storage, of: StorageType, count: number, source: string): Storage {
  if (known.of === of && known.count === count) return known;
  throw formatError(source, `its tensors disagree on type or size of the storage ${known.key}`);
}

function tensorOf(args: readonly PickleValue[], source: string): FileTensor {
  const [storage, offset, shape, strides] = args;
  const numbers = (value: PickleValue): value is number[] =>
    Array.isArray(value) && value.every((each) => typeof each === 'number');
  if (!(storage instanceof Storage) || typeof offset !== 'number' || !numbers(shape)) {
    throw formatError(source, 'a tensor of it has no storage, offset or shape');
  }
  return stridedTensor(
    storage.of.type,
    () => storage.bytes(),
    storage.count,
    offset,
    shape,
    numbers(strides) ? strides : contiguousStrides(shape),
    source,
  );
}

/** Without arguments, or with a list of pairs. */
function orderedDict(
  [pairs = []]: readonly PickleValue[],
  source: string,
): Map<PickleValue, PickleValue> {
  const isPair = (pair: PickleValue): pair is [PickleValue, PickleValue] =>
    Array.isArray(pair) && pair.length === 2;
  if (!Array.isArray(pairs) || !pairs.every(isPair)) {
    throw formatError(source, 'an ordered dictionary of it is not made of pairs');
  }
  return new Map(pairs);
}

function formatError(source: string, problem: string): DataError {
  return new DataError(
    'CHECKPOINT_FORMAT',
    `${source} cannot be read as a checkpoint: ${problem}.`,
    {
      hint: 'What torch.save and safetensors write is read: in Python, torch.save(model.state_dict(), "weights.pth").',
    },
  );
}
