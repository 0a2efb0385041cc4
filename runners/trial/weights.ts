import { createHash } from 'node:crypto';
import { DataError } from '../../common/errors.ts';
import { toEngine, toTorch } from '../models/layout.ts';
import type { ParamSpec } from '../models/types.ts';
import type { NetworkState } from '../tasks/types.ts';
import { readSafetensors, type SafeTensor } from './safetensors.ts';

/** A network's state as a file has it: PyTorch's names, shapes and layout. Values come in the engine's layout. */
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
 * @throws DataError `WEIGHTS_MISMATCH` listing every missing, unexpected and mis-shaped key: a network that is loaded
 *   in part would still answer, wrongly
 */
export function readWeights(path: string, network: NetworkState): Record<string, Float32Array> {
  const { tensors } = readSafetensors(path);
  const problems = weightProblems(network, tensors);
  if (problems.length > 0) {
    throw new DataError(
      'WEIGHTS_MISMATCH',
      `${path} does not hold the weights of ${network.name} with ${network.classes} classes: ${problems.join('; ')}.`,
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

/** What keeps tensors from being this network's state, one text per kind of trouble; empty where nothing does. */
export function weightProblems(
  network: NetworkState,
  tensors: Readonly<Record<string, Pick<SafeTensor, 'shape'>>>,
): string[] {
  const expected = new Map(network.params.map((param) => [param.name, param]));
  const missing = [...expected.keys()].filter((name) => !Object.hasOwn(tensors, name));
  // PyTorch counts batches in integer buffers that no computation reads.
  const unexpected = Object.keys(tensors).filter(
    (name) => !expected.has(name) && !name.endsWith('num_batches_tracked'),
  );
  const misshaped = [...expected].flatMap(([name, param]) => {
    const shape = tensors[name]?.shape;
    return shape === undefined || shape.join() === param.torchShape.join()
      ? []
      : [`${name} has the shape [${shape}] instead of [${param.torchShape}]`];
  });
  return [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(unexpected.length > 0 ? [`unexpected: ${unexpected.join(', ')}`] : []),
    ...misshaped,
  ];
}
