import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { sha256 } from '../../common/canonical.ts';
import { DataError, UsageError } from '../../common/errors.ts';
import { createNetwork } from '../models/registry.ts';
import type { Network } from '../models/types.ts';
import { encodeSafetensors, parseSafetensors, type SafeTensor } from '../trial/safetensors.ts';
import { weightProblems } from '../trial/weights.ts';
import { findStateDict, type StateDict } from './state-dict.ts';
import { checkpointFile, storeCheckpoint } from './store.ts';
import {
  contiguousStrides,
  type FileTensor,
  type NumberType,
  sizeOf,
  stridedTensor,
} from './tensors.ts';
import { readTorchFile } from './torch-file.ts';

/** Larger than any network here by far; a file is read into memory whole. */
const maximumFile = 2 ** 30;

export interface ImportedCheckpoint {
  /** Of the stored file: what a suite names as `checkpoint`. */
  readonly sha256: string;
  readonly file: string;
  readonly model: string;
  readonly classes: number;
  readonly tensors: number;
  /** Number types other than float32 that were converted. */
  readonly converted: readonly NumberType[];
  /** Where in the file the weights were, for example `model`. */
  readonly path: readonly string[];
}

/**
 * Takes the weights of network `model` out of a file that PyTorch or safetensors wrote, and stores them in the workspace.
 * The number of classes is that of the classifier in the file.
 *
 * @throws UsageError `MODEL_UNKNOWN`, `CHECKPOINT_FILE`
 * @throws DataError `WEIGHTS_MISMATCH` listing every missing, unexpected and mis-shaped key; `CHECKPOINT_TYPE` for weights
 *   that are no floating-point numbers; `CHECKPOINT_VALUES` for weights that are not finite; and what the readers of the
 *   formats throw
 */
export function importCheckpoint(
  path: string,
  model: string,
  workspace: string,
): ImportedCheckpoint {
  // Asked first: an unknown name must not cost the reading of a large file.
  const probe = createNetwork(model, { classes: 1 });
  const bytes = readBounded(path);
  const weights = isSafetensors(bytes)
    ? fromSafetensors(bytes, path)
    : findStateDict(readTorchFile(bytes, path), path);
  const classes = classesOf(probe, weights);
  const network = createNetwork(model, { classes });
  checkKeys(network, weights, path);
  const stored = encodeSafetensors({
    tensors: Object.fromEntries(
      network.params.map(({ name }) => [name, converted(name, weights, path)]),
    ),
    metadata: { format: 'pt', model },
  });
  const digest = storeCheckpoint(workspace, stored, {
    schemaVersion: 1,
    model,
    classes,
    source: basename(path),
    sourceSha256: sha256(bytes),
  });
  const types = network.params.map(({ name }) => weights.tensors.get(name)?.type as NumberType);
  return {
    sha256: digest,
    file: checkpointFile(workspace, digest),
    model,
    classes,
    tensors: network.params.length,
    converted: [...new Set(types)].filter((type) => type !== 'float32').sort(),
    path: weights.path,
  };
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
};

function fromSafetensors(bytes: Uint8Array, source: string): StateDict {
  const { tensors } = parseSafetensors(bytes, source);
  const read = [...tensors].map(([name, { type, shape, bytes: content }]): [string, FileTensor] => [
    name,
    stridedTensor(
      safetensorsTypes[type] ?? 'integer',
      () => content,
      sizeOf(shape),
      0,
      shape,
      contiguousStrides(shape),
      source,
    ),
  ]);
  return findStateDict(new Map(read), source);
}

/** A network's last parameter is its classifier's bias, one number per class. Without it the keys will be refused. */
function classesOf(probe: Network, { tensors }: StateDict): number {
  const classifier = probe.params.at(-1)?.name as string;
  const [classes] = tensors.get(classifier)?.shape ?? [];
  return classes !== undefined && classes > 0 ? classes : 1;
}

function checkKeys(network: Network, { tensors, others }: StateDict, source: string): void {
  const problems = weightProblems(network, Object.fromEntries(tensors));
  if (others.length > 0) problems.push(`no tensors: ${others.join(', ')}`);
  if (problems.length === 0) return;
  throw new DataError(
    'WEIGHTS_MISMATCH',
    `${source} does not hold the weights of ${network.name}: ${problems.join('; ')}.`,
    { hint: 'Check the name of the network; one with the prefix imagenet- is another network.' },
  );
}

function converted(name: string, { tensors }: StateDict, source: string): SafeTensor {
  const tensor = tensors.get(name) as FileTensor;
  if (tensor.type === 'integer') {
    throw new DataError('CHECKPOINT_TYPE', `${source} holds ${name} as integers, not as weights.`);
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
