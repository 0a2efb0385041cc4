import { basename } from 'node:path';
import { DataError } from '../../common/errors.ts';
import { networkOf } from '../models/networks.ts';
import type { NetworkState } from '../tasks/types.ts';
import { encodeSafetensors } from '../trial/safetensors.ts';
import { weightProblems } from '../trial/weights.ts';
import { convertedTensor, readWeightsFile } from './read-weights.ts';
import type { StateDict } from './state-dict.ts';
import { checkpointFile, storeCheckpoint } from './store.ts';
import type { FileTensor, NumberType } from './tensors.ts';

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
  const probe = networkOf(model, 1);
  const weights = readWeightsFile(path);
  const classes = classesOf(probe, networkOf(model, 2), weights);
  const network = networkOf(model, classes);
  checkKeys(network, weights, path);
  const stored = encodeSafetensors({
    tensors: Object.fromEntries(
      network.params.map(({ name }) => [
        name,
        convertedTensor(name, weights.tensors.get(name) as FileTensor, path),
      ]),
    ),
    metadata: { format: 'pt', model },
  });
  const digest = storeCheckpoint(workspace, stored, {
    schemaVersion: 1,
    model,
    classes,
    source: basename(path),
    sourceSha256: weights.sha256,
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

/**
 * The number of classes of the weights in a file, by the first tensor whose size depends on it: a classifier has a row per class, a
 * detector's head some rows per class (anchors) or one more (background). 1 where that tensor is missing; its key will be refused.
 */
function classesOf(one: NetworkState, two: NetworkState, { tensors }: StateDict): number {
  for (const [index, { name, torchShape }] of one.params.entries()) {
    const [rows = 0] = torchShape;
    const perClass = (two.params[index]?.torchShape[0] ?? 0) - rows;
    if (perClass === 0) continue;
    const found = tensors.get(name)?.shape[0];
    const classes = found === undefined ? 1 : 1 + (found - rows) / perClass;
    return Number.isInteger(classes) && classes > 0 ? classes : 1;
  }
  return 1;
}

function checkKeys(network: NetworkState, { tensors, others }: StateDict, source: string): void {
  const problems = weightProblems(network, Object.fromEntries(tensors));
  if (others.length > 0) problems.push(`no tensors: ${others.join(', ')}`);
  if (problems.length === 0) return;
  throw new DataError(
    'WEIGHTS_MISMATCH',
    `${source} does not hold the weights of ${network.name}: ${problems.join('; ')}.`,
    { hint: 'Check the name of the network; one with the prefix imagenet- is another network.' },
  );
}
