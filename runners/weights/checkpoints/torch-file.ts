import { shortened } from '../../../common/shortened.ts';
import { Inert, InertNames } from '../../formats/inert.ts';
import { nameOf, type PickleValue, type PickleWorld, unpickle } from '../../formats/pickle.ts';
import { openZip } from '../../formats/torch-zip.ts';
import { formatError, globalsOf, Storage, sameStorage, storageId } from './torch-globals.ts';

/** torch.save's legacy format begins with this number, and this version. */
const legacyMagic = 0x1950a86a20f9469cfc6cn;
const legacyVersion = 1001;

/**
 * Reads what `torch.save` wrote, in the zip format (PyTorch 1.6 and later) or the legacy one
 * (before), without executing the pickle in it: dictionaries are Maps, tensors `FileTensor`s,
 * objects of classes that are not known {@link Inert} placeholders. (Formats:
 * torch/serialization.py.)
 *
 * @param inert takes the names of what was not executed
 * @throws DataError `CHECKPOINT_PICKLE`, `CHECKPOINT_ZIP`, `CHECKPOINT_TENSOR`, or
 *   `CHECKPOINT_FORMAT` for a file of neither format
 */
export function readTorchFile(
  bytes: Uint8Array,
  source: string,
  inert: InertNames = new InertNames(),
): PickleValue {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
    ? readZip(bytes, source, inert)
    : readLegacy(bytes, source, inert);
}

function readZip(bytes: Uint8Array, source: string, inert: InertNames): PickleValue {
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
      if (content === undefined)
        throw formatError(source, `the storage ${shortened(key)} is missing`);
      return content;
    });
    storages.set(key, storage);
    return storage;
  };
  const pickle = zip.read(main) as Uint8Array;
  return unpickle(pickle, source, { globals: globalsOf(source), persistent, inert }).value;
}

/**
 * Magic number, version, system information and object as four pickles; then the keys of storages,
 * and their bytes.
 */
function readLegacy(bytes: Uint8Array, source: string, inert: InertNames): PickleValue {
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
  const persistent = (id: PickleValue): Storage | Inert => {
    const module = pickledModule(id);
    if (module !== null) return module;
    const { key, of, count, view } = storageId(id, source);
    if (view !== null)
      throw formatError(source, 'it has views of storages, from PyTorch before 0.4');
    const known = storages.get(key);
    if (known !== undefined) return sameStorage(known, of, count, source);
    const storage = new Storage(key, of, count, missing);
    storages.set(key, storage);
    return storage;
  };
  const world = { globals: globalsOf(source), persistent, inert };
  const content = unpickle(bytes, source, world, system.end);
  const keys = unpickle(bytes, source, plain, content.end);
  if (!Array.isArray(keys.value)) throw formatError(source, 'the list of its storages is missing');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = keys.end;
  for (const key of keys.value) {
    const storage = storages.get(nameOf(key));
    if (storage === undefined) throw formatError(source, `nothing uses its storage ${nameOf(key)}`);
    if (storage.of.bytes === null) {
      throw formatError(
        source,
        `the storage ${shortened(storage.key)} has a type that is not known`,
      );
    }
    const left = bytes.byteLength - position - 8;
    const size = storage.count * storage.of.bytes;
    if (left < size) throw formatError(source, 'it is truncated');
    if (view.getBigInt64(position, true) !== BigInt(storage.count)) {
      throw formatError(
        source,
        `its storage ${shortened(storage.key)} has another size than its tensors say`,
      );
    }
    const start = position + 8;
    storage.bytes = () => bytes.subarray(start, start + size);
    position = start + size;
  }
  return content.value;
}

/**
 * ('module', class, file, source): the class of a module that was saved whole, with its source.
 * Null for another id.
 */
function pickledModule(id: PickleValue): Inert | null {
  if (!Array.isArray(id) || id[0] !== 'module') return null;
  const [, type] = id as readonly PickleValue[];
  return type instanceof Inert ? type : new Inert(nameOf(type));
}
