import { createHash } from 'node:crypto';
import { DataError } from '../../common/errors.ts';
import { shortList } from '../../common/shortened.ts';
import { readSafetensors, type SafeTensor } from '../formats/safetensors.ts';
import { toEngine, toTorch } from '../networks/layout.ts';
import type { ParamSpec } from '../networks/types.ts';
import type { NetworkState } from '../tasks/types.ts';

/**
 * A network's state as a file has it: PyTorch's names, shapes and layout. Values come in the
 * engine's layout.
 */
export function torchTensors(
  params: readonly ParamSpec[],
  values: Readonly<Record<string, Float32Array>>,
): Record<string, SafeTensor> {
  return Object.fromEntries(
    params.map((param) => [
      param.name,
      {
        dtype: 'float32',
        shape: param.torchShape,
        data: toTorch(param, values[param.name] as Float32Array),
      },
    ]),
  );
}

/** SHA-256 over names, shapes and bits, in the order of the names. */
export function weightsHash(tensors: Readonly<Record<string, SafeTensor>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(tensors).sort()) {
    const { shape, data } = tensors[name] as SafeTensor;
    hash.update(`${name}\n${shape.join('x')}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/**
 * Reads a network's weights from a safetensors file into the engine's layout.
 *
 * @throws DataError `WEIGHTS_MISMATCH` for every missing, unexpected and mis-shaped key, naming the
 *   first: a network that is loaded in part would still answer, wrongly
 */
export function readWeights(path: string, network: NetworkState): Record<string, Float32Array> {
  const { tensors } = readSafetensors(path);
  const { texts } = weightProblems(network, new Map(Object.entries(tensors)));
  if (texts.length > 0) {
    throw new DataError(
      'WEIGHTS_MISMATCH',
      `${path} does not hold the weights of ${network.name} with ${network.classes} classes: ${texts.join('; ')}.`,
      { hint: 'Check the network name and the number of classes.' },
    );
  }
  return Object.fromEntries(
    network.params.map((param) => [
      param.name,
      toEngine(param, (tensors[param.name] as SafeTensor).data),
    ]),
  );
}

/** Reasons why tensors are not a network's state. */
export interface WeightProblems {
  /**
   * One text per kind of trouble, with the first keys of it and a count; empty where there is none.
   */
  readonly texts: readonly string[];
  /** How many keys are missing, unexpected or of another shape. */
  readonly keys: number;
}

/**
 * Whether a tensor of a checkpoint says nothing that was trained: PyTorch's counters of batches,
 * and what timm's Swin keeps of the geometry of its windows.
 */
export function isFixed(name: string): boolean {
  return /(^|\.)(num_batches_tracked|relative_position_index|attn_mask)$/.test(name);
}

/** Compares the names and shapes of tensors with those of a network. Values are not read. */
export function weightProblems(
  network: NetworkState,
  tensors: ReadonlyMap<string, Pick<SafeTensor, 'shape'>>,
): WeightProblems {
  const expected = new Set(network.params.map(({ name }) => name));
  const missing = [...expected].filter((name) => !tensors.has(name));
  const unexpected = [...tensors.keys()].filter((name) => !expected.has(name) && !isFixed(name));
  const misshaped = network.params.flatMap(({ name, torchShape }) => {
    const shape = tensors.get(name)?.shape;
    return shape === undefined || shape.join() === torchShape.join()
      ? []
      : [`${name} has the shape [${shape}] instead of [${torchShape}]`];
  });
  return {
    texts: [
      ...(missing.length > 0 ? [`missing: ${shortList(missing)}`] : []),
      ...(unexpected.length > 0 ? [`unexpected: ${shortList(unexpected)}`] : []),
      ...(misshaped.length > 0 ? [shortList(misshaped, 3)] : []),
    ],
    keys: missing.length + unexpected.length + misshaped.length,
  };
}
