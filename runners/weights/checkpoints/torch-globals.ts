import { DataError } from '../../../common/errors.ts';
import { shortened } from '../../../common/shortened.ts';
import { Inert } from '../../formats/inert.ts';
import { nameOf, type PickleGlobal, type PickleValue } from '../../formats/pickle.ts';
import { maximumRank } from '../../formats/safetensors-header.ts';
import { contiguousStrides, type FileTensor, type NumberType, stridedTensor } from './tensors.ts';

/*
 * The names that a pickle of torch.save may use for tensors (torch/_utils.py), and what they give
 * here.
 */

/**
 * `torch.FloatStorage` and its like: type of the numbers, and bytes of each; null where they are
 * not known.
 */
export interface StorageType {
  readonly type: NumberType;
  readonly bytes: number | null;
}

/** The storage behind a persistent id. The bytes of legacy files come after the pickle. */
export class Storage {
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
  ComplexFloatStorage: { type: 'complex', bytes: 8 },
  ComplexDoubleStorage: { type: 'complex', bytes: 16 },
  QInt8Storage: { type: 'other', bytes: 1 },
  QUInt8Storage: { type: 'other', bytes: 1 },
  QInt32Storage: { type: 'other', bytes: 4 },
};

/**
 * Everything that a pickle may name. Any other name is an inert placeholder.
 *
 * @param source the file, for messages
 */
export function globalsOf(source: string): ReadonlyMap<string, PickleGlobal> {
  const call = (run: (args: readonly PickleValue[]) => PickleValue): PickleGlobal => ({
    kind: 'function',
    call: run,
  });
  // (storage, offset, size, stride, ...): the rest says what autograd would do with it.
  const tensor = call((args) => tensorOf(args, source));
  // (tensor, whether it is trained, hooks, attributes)
  const parameter = call(([data]) => data);
  // (function, type, arguments, attributes): a tensor of a subclass, or with attributes.
  const ofType = call(([callee, , args]) =>
    callee === tensor || callee === parameter
      ? (callee as Extract<PickleGlobal, { kind: 'function' }>).call(
          Array.isArray(args) ? (args as PickleValue[]) : [],
        )
      : new Inert(`a tensor made by ${nameOf(callee)}`),
  );
  return new Map<string, PickleGlobal>([
    ['collections.OrderedDict', call((args) => orderedDict(args, source))],
    ['collections.defaultdict', call(([, ...args]) => orderedDict(args, source))],
    ['torch._utils._rebuild_tensor_v2', tensor],
    ['torch._utils._rebuild_tensor', tensor],
    ['torch._utils._rebuild_parameter', parameter],
    ['torch._utils._rebuild_parameter_with_state', parameter],
    ['torch._tensor._rebuild_from_type_v2', ofType],
    ['torch.Size', call(([sides]) => sides)],
    ...Object.entries(storageTypes).map(
      ([name, value]) => [`torch.${name}`, { kind: 'constant', value }] as const,
    ),
  ]);
}

/** ('storage', type, key, location, count), and in legacy files the metadata of a view. */
export function storageId(id: PickleValue, source: string) {
  if (!Array.isArray(id) || id[0] !== 'storage') {
    const kind = Array.isArray(id) ? nameOf(id[0]) : 'no list';
    throw formatError(source, `it holds a persistent object that is no storage (${kind})`);
  }
  const [, type, key, , count, view] = id as PickleValue[];
  const of = storageTypeOf(type);
  const whole = Number.isSafeInteger(count) && (count as number) >= 0;
  if (of === null || typeof key !== 'string' || !whole) {
    throw formatError(source, 'a storage of it has no type, key or size');
  }
  return { key, of, count: count as number, view: view ?? null };
}

function storageTypeOf(type: PickleValue): StorageType | null {
  if (type instanceof Inert) return { type: 'other', bytes: null };
  const known = type as PickleGlobal | null | undefined;
  return known?.kind === 'constant' ? (known.value as StorageType) : null;
}

/** All tensors of a storage must speak of the same one. */
export function sameStorage(
  known: Storage,
  of: StorageType,
  count: number,
  source: string,
): Storage {
  if (known.of.type === of.type && known.of.bytes === of.bytes && known.count === count) {
    return known;
  }
  const key = shortened(known.key);
  throw formatError(source, `its tensors disagree on type or size of the storage ${key}`);
}

function tensorOf(args: readonly PickleValue[], source: string): FileTensor {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof Storage) || typeof offset !== 'number' || !Array.isArray(shape)) {
    throw formatError(source, 'a tensor of it has no storage, offset or shape');
  }
  // Before anything looks at each side: the same list can be given to any number of tensors.
  if (shape.length > maximumRank) {
    throw formatError(
      source,
      `a tensor of it has ${shape.length} sides; up to ${maximumRank} are read`,
    );
  }
  if (!isNumbers(shape)) throw formatError(source, 'the shape of a tensor is not made of numbers');
  return stridedTensor(
    storage.of.type,
    () => storage.bytes(),
    storage.count,
    offset,
    shape,
    isNumbers(strides) ? strides : contiguousStrides(shape),
    source,
  );
}

function isNumbers(value: PickleValue): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= maximumRank &&
    value.every((each) => typeof each === 'number')
  );
}

/** Without arguments, of a dictionary, or of a list of pairs. */
function orderedDict(
  [pairs = []]: readonly PickleValue[],
  source: string,
): Map<PickleValue, PickleValue> {
  if (pairs instanceof Map) return new Map(pairs);
  const isPair = (pair: PickleValue): pair is [PickleValue, PickleValue] =>
    Array.isArray(pair) && pair.length === 2;
  if (!Array.isArray(pairs) || !pairs.every(isPair)) {
    throw formatError(source, 'an ordered dictionary of it is not made of pairs');
  }
  return new Map(pairs);
}

export function formatError(source: string, problem: string): DataError {
  return new DataError(
    'CHECKPOINT_FORMAT',
    `${source} cannot be read as a checkpoint: ${problem}.`,
    {
      hint: 'What torch.save and safetensors write is read: in Python, torch.save(model.state_dict(), "weights.pth").',
    },
  );
}
