import { basename } from 'node:path';
import { allNetworkNames, networkOf } from '../../catalogue/networks.ts';
import { normalisationNamed } from '../../data/normalisation.ts';
import { encodeSafetensors } from '../../formats/safetensors.ts';
import type { NetworkState } from '../../tasks/types.ts';
import { chooseWeights, type WantedWeights } from './choose-weights.ts';
import { convertedTensor, readWeightsFile } from './read-weights.ts';
import { type CheckpointOrigin, checkpointFile, storeCheckpoint } from './store.ts';
import type { FileTensor, NumberType } from './tensors.ts';

export interface ImportedCheckpoint {
  /** SHA-256 of the stored file, which a suite names as `checkpoint`. */
  readonly sha256: string;
  readonly file: string;
  readonly model: string;
  readonly classes: number;
  readonly tensors: number;
  /** Of the pictures in its training, as it was stated; null where nobody did. */
  readonly normalisation: string | null;
  /** Number types other than float32 that were converted. */
  readonly converted: readonly NumberType[];
  /** Where in the file the weights were, for example `model`. */
  readonly path: readonly string[];
  /** The prefix of every name, for example `module.student.`; empty where there was none. */
  readonly prefix: string;
  /** The repository whose names were changed to ours; null where none were. */
  readonly layout: string | null;
  /** Names of tensors beside them that were left out. */
  readonly leftOut: readonly string[];
  /** Classes and functions that the file's pickle names and that were not executed. */
  readonly notExecuted: readonly string[];
}

interface ImportOptions {
  readonly prefix?: string | undefined;
  readonly normalisation?: string | undefined;
}

/**
 * Takes the weights of network `model` out of a file that PyTorch or safetensors wrote, and stores
 * them in the workspace. The number of classes is that of the classifier in the file.
 *
 * @param prefix what stands before the names of the wanted weights, where several sets of a file
 *   fit
 * @param normalisation name of that of its training (runners/data/normalisation.ts). It becomes
 *   part of the stored file and so of its checksum: the same weights in another normalisation are
 *   another teacher. Absent: as the trials have it that use the weights
 * @throws UsageError `MODEL_UNKNOWN`, `CHECKPOINT_FILE`, `WEIGHTS_PREFIX`, `NORMALISATION_UNKNOWN`
 * @throws DataError `WEIGHTS_MISMATCH` naming missing, unexpected and mis-shaped keys;
 *   `WEIGHTS_AMBIGUOUS` where several sets fit; `CHECKPOINT_TYPE` for weights that are no
 *   floating-point numbers; `CHECKPOINT_VALUES` for weights that are not finite; and what the
 *   readers of the formats throw
 */
export function importCheckpoint(
  path: string,
  model: string,
  workspace: string,
  options: ImportOptions = {},
): ImportedCheckpoint {
  const { bytes, origin, ...read } = readCheckpoint(path, model, options);
  const sha256 = storeCheckpoint(workspace, bytes, origin);
  return { ...read, sha256, file: checkpointFile(workspace, sha256) };
}

/** What {@link importCheckpoint} stores and says, without storing it. @throws as it does */
export function readCheckpoint(
  path: string,
  model: string,
  { prefix, normalisation }: ImportOptions = {},
): Omit<ImportedCheckpoint, 'sha256' | 'file'> & {
  readonly bytes: Uint8Array;
  readonly origin: CheckpointOrigin;
} {
  if (normalisation !== undefined) normalisationNamed(normalisation);
  // Checked first: an unknown name must not cost the reading of a large file.
  const wanted = wantedWeights(model);
  const weights = readWeightsFile(path);
  const others = () =>
    allNetworkNames()
      .filter((name) => name !== model)
      .map(wantedWeights);
  const chosen = chooseWeights(weights.groups, { ...wanted, others }, prefix, path);
  const { network, tensors } = chosen;
  const { classes } = network;
  const stored = encodeSafetensors({
    tensors: Object.fromEntries(
      network.params.map(({ name }) => [
        name,
        convertedTensor(name, tensors.get(name) as FileTensor, path),
      ]),
    ),
    metadata: { format: 'pt', model, ...(normalisation !== undefined && { normalisation }) },
  });
  const types = network.params.map(({ name }) => tensors.get(name)?.type as NumberType);
  return {
    bytes: stored,
    origin: {
      schemaVersion: 1,
      model,
      classes,
      source: basename(path),
      sourceSha256: weights.sha256,
      ...(normalisation !== undefined && { normalisation }),
    },
    model,
    classes,
    tensors: network.params.length,
    normalisation: normalisation ?? null,
    converted: [...new Set(types)].filter((type) => type !== 'float32').sort(),
    path: chosen.path,
    prefix: chosen.prefix,
    layout: chosen.layout,
    leftOut: chosen.leftOut,
    notExecuted: weights.notExecuted,
  };
}

/** Weights of the network called `name`, with as many classes as a file has. */
export function wantedWeights(name: string): WantedWeights {
  const one = networkOf(name, 1);
  const two = networkOf(name, 2);
  return {
    name,
    network(tensors) {
      const classes = classesOf(one, two, tensors);
      return classes === 1 ? one : networkOf(name, classes);
    },
  };
}

/**
 * The number of classes of the weights in a file, by the first tensor whose size depends on it: a
 * classifier has a row per class, a detector's head some rows per class (anchors) or one more
 * (background). 1 where that tensor is missing; its key will be refused.
 */
function classesOf(
  one: NetworkState,
  two: NetworkState,
  tensors: ReadonlyMap<string, FileTensor>,
): number {
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
