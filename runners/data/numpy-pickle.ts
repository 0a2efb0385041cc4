import { DataError } from '../../common/errors.ts';
import {
  type PickleGlobal,
  type PickleObject,
  type PickleValue,
  unpickle,
} from '../formats/pickle.ts';

/** An array of unsigned bytes in C order, as numpy pickles it. */
export interface ByteArray {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * Reads a pickle of dictionaries, lists, numbers, texts and numpy arrays of unsigned bytes, as
 * Python 2 and 3 and numpy 1 and 2 write it. Nothing of it is executed
 * (runners/formats/pickle.ts). What numpy rebuilds becomes a `ByteArray`.
 *
 * @param source the file, for messages
 * @throws DataError `DATA_CIFAR` for anything else that the pickle asks for, and for one that is
 *   truncated or makes no sense
 */
export function readNumpyPickle(bytes: Uint8Array, source: string): PickleValue {
  const words = { code: 'DATA_CIFAR', subject: 'arrays of bytes', hint };
  return unpickle(bytes, source, { globals: globalsFor(source), words }).value;
}

/** The bytes of an array or of a plain byte string, in which case the shape is not known. */
export function byteArrayOf(value: PickleValue): ByteArray | null {
  if (value instanceof PickledArray) return value;
  const bytes = rawBytes(value);
  return bytes === null ? null : { shape: [bytes.byteLength], bytes };
}

const hint =
  'Nothing of it was executed. Get the official Python version of CIFAR again, or use its binary version.';

class PickledDtype implements PickleObject {
  readonly descriptor: string;

  constructor(descriptor: PickleValue) {
    this.descriptor = textOf(descriptor);
  }

  /** Byte order and the like: nothing that unsigned bytes have. */
  setState(): void {}
}

class PickledArray implements PickleObject, ByteArray {
  shape: readonly number[] = [];
  bytes: Uint8Array = new Uint8Array();
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** numpy's `(version, shape, dtype, is_fortran, data)`. */
  setState(state: PickleValue): void {
    const [, shape, dtype, fortran, data] = Array.isArray(state) ? state : [];
    this.fill(shape, dtype, fortran === true || fortran === 1, data);
  }

  fill(shape: PickleValue, dtype: PickleValue, fortran: boolean, data: PickleValue): this {
    const bytes = rawBytes(data);
    const whole = (side: PickleValue) => Number.isInteger(side) && (side as number) >= 0;
    if (!Array.isArray(shape) || !shape.every(whole) || bytes === null) {
      throw arrayError(this.source, 'has no shape or no bytes');
    }
    if (!(dtype instanceof PickledDtype) || !/^[|<>=]?u1$/.test(dtype.descriptor)) {
      throw arrayError(this.source, 'is not of unsigned bytes');
    }
    if (fortran) throw arrayError(this.source, 'is in Fortran order');
    const size = (shape as number[]).reduce((product, side) => product * side, 1);
    if (size !== bytes.byteLength) {
      throw arrayError(this.source, `has ${bytes.byteLength} bytes instead of ${size}`);
    }
    this.shape = shape as number[];
    this.bytes = bytes;
    return this;
  }
}

function globalsFor(source: string): ReadonlyMap<string, PickleGlobal> {
  const call = (make: (args: readonly PickleValue[]) => PickleValue): PickleGlobal => ({
    kind: 'function',
    call: make,
  });
  // numpy 2 renamed its inner modules.
  const cores = ['numpy.core', 'numpy._core'];
  return new Map<string, PickleGlobal>([
    ['numpy.ndarray', { kind: 'constant', value: null }],
    ['numpy.dtype', call(([descriptor]) => new PickledDtype(descriptor))],
    // How Python 3 writes bytes for the readers of protocol 2.
    ['_codecs.encode', call(([text]) => Buffer.from(textOf(text), 'latin1'))],
    ...cores.flatMap((core): [string, PickleGlobal][] => [
      [`${core}.multiarray._reconstruct`, call(() => new PickledArray(source))],
      [
        `${core}.numeric._frombuffer`,
        call(([data, dtype, shape, order]) =>
          new PickledArray(source).fill(shape, dtype, order === 'F', data),
        ),
      ],
    ]),
  ]);
}

/** Python 3 keeps bytes apart from texts; Python 2 wrote them as texts, a character a byte. */
function rawBytes(value: PickleValue): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : null;
}

/** A text of Python 2 or 3; of anything else, an empty one. */
export function textOf(value: PickleValue): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : '';
}

function arrayError(source: string, what: string): DataError {
  return new DataError('DATA_CIFAR', `An array in ${source} ${what}.`, { hint });
}
