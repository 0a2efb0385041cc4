import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../../../common/canonical.ts';
import { DataError, UsageError } from '../../../common/errors.ts';
import { lookUp } from '../../../common/look-up.ts';
import { InertNames } from '../../formats/inert.ts';
import { parseSafetensors, type SafeTensor } from '../../formats/safetensors.ts';
import {
  contiguousStrides,
  type FileTensor,
  type NumberType,
  sizeOf,
  stridedTensor,
  whyNoWeights,
} from './tensors.ts';
import { readTorchFile } from './torch-file.ts';
import { type WeightGroup, weightGroups } from './weight-groups.ts';

/** Larger than any network here by far; a file is read into memory whole. */
const maximumFile = 2 ** 30;

export interface WeightsFile {
  /** The dictionaries of tensors in it. */
  readonly groups: readonly WeightGroup[];
  /** Classes and functions that its pickle names and that were not executed; sorted. */
  readonly notExecuted: readonly string[];
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
}

/**
 * The tensors in a file that PyTorch (zip or legacy) or safetensors wrote, by PyTorch's names.
 * Which of the two is told by the content. A pickle is read, never executed.
 *
 * @throws UsageError `CHECKPOINT_FILE` for a path that is no readable file
 * @throws DataError `CHECKPOINT_FILE` for one that is too large, and what the readers of the
 *   formats throw
 */
export function readWeightsFile(path: string): WeightsFile {
  const bytes = readBounded(path);
  const inert = new InertNames();
  const content = isSafetensors(bytes)
    ? fromSafetensors(bytes, path)
    : readTorchFile(bytes, path, inert);
  return {
    groups: weightGroups(content, path),
    notExecuted: inert.list(),
    sha256: sha256(bytes),
  };
}

/**
 * A tensor's values as float32.
 *
 * @throws DataError `CHECKPOINT_TYPE` for what is no floating-point number, `CHECKPOINT_VALUES` for
 *   values that are not finite
 */
export function convertedTensor(name: string, tensor: FileTensor, source: string): SafeTensor {
  const words = whyNoWeights(tensor.type);
  if (words !== null) {
    throw new DataError('CHECKPOINT_TYPE', `${source} holds ${name} as ${words}, not as weights.`);
  }
  const data = tensor.values();
  if (!data.every(Number.isFinite)) {
    throw new DataError(
      'CHECKPOINT_VALUES',
      `${source} holds ${name} with values that are not finite in float32.`,
    );
  }
  return { dtype: 'float32', shape: tensor.shape, data };
}

function readBounded(path: string): Uint8Array {
  let size: number;
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new Error('it is no file');
    size = found.size;
  } catch (cause) {
    throw new UsageError('CHECKPOINT_FILE', `Cannot read ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
  if (size > maximumFile) {
    throw new DataError(
      'CHECKPOINT_FILE',
      `${path} has ${size} bytes; checkpoints of up to ${maximumFile} bytes are read.`,
      { hint: 'Save the weights alone: torch.save(model.state_dict(), "weights.pth").' },
    );
  }
  return readFileSync(path);
}

/** Told by the content: the header's length, and the JSON that follows. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.byteLength > 8 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;
}

const safetensorsTypes: Readonly<Record<string, NumberType>> = {
  F32: 'float32',
  F64: 'float64',
  F16: 'float16',
  BF16: 'bfloat16',
  C64: 'complex',
};

function typeOf(type: string): NumberType {
  return lookUp(safetensorsTypes, type) ?? (type.startsWith('F8') ? 'other' : 'integer');
}

function fromSafetensors(bytes: Uint8Array, source: string): ReadonlyMap<string, FileTensor> {
  const { tensors } = parseSafetensors(bytes, source);
  const read = [...tensors].map(([name, { type, shape, bytes: content }]): [string, FileTensor] => [
    name,
    stridedTensor(
      typeOf(type),
      () => content,
      sizeOf(shape),
      0,
      shape,
      contiguousStrides(shape),
      source,
    ),
  ]);
  return new Map(read);
}
