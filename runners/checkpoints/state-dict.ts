import { DataError } from '../../common/errors.ts';
import { nameOf } from './pickle.ts';
import type { FileTensor } from './tensors.ts';

/** Where trainers put the weights among epoch, optimizer and accuracy, in the order in which they are looked for. */
const nests = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'module', 'weights'];
/** What wrappers put before every name: DataParallel, and torch.compile. */
const wrappers = ['module.', '_orig_mod.'];
const maximumDepth = 4;

/** A file's weights by PyTorch's names. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, FileTensor>;
  /** Where they were, for example `model`; empty where the file holds nothing else. */
  readonly path: readonly string[];
  /** Names that stand among the weights and are no tensors. */
  readonly others: readonly string[];
}

/**
 * Finds the weights in what a file holds.
 *
 * @throws DataError `CHECKPOINT_NO_WEIGHTS` naming what is there instead
 */
export function findStateDict(value: unknown, source: string): StateDict {
  let found = value;
  const path: string[] = [];
  for (let depth = 0; depth < maximumDepth && found instanceof Map; depth += 1) {
    const map: Map<unknown, unknown> = found;
    const nest = nests.find((name) => map.get(name) instanceof Map);
    if (nest === undefined) break;
    path.push(nest);
    found = map.get(nest);
  }
  const entries = found instanceof Map ? [...(found as Map<unknown, unknown>)] : [];
  const tensors = entries.filter(
    (entry): entry is [string, FileTensor] => typeof entry[0] === 'string' && isTensor(entry[1]),
  );
  if (tensors.length === 0) throw noWeights(found, path, source);
  const others = entries.filter(([, each]) => !isTensor(each)).map(([name]) => nameOf(name));
  return { tensors: new Map(unwrapped(tensors)), path, others };
}

/** Takes off prefixes that every name has. */
function unwrapped(tensors: readonly [string, FileTensor][]): readonly [string, FileTensor][] {
  const wrapper = wrappers.find((prefix) => tensors.every(([name]) => name.startsWith(prefix)));
  if (wrapper === undefined) return tensors;
  return unwrapped(tensors.map(([name, tensor]) => [name.slice(wrapper.length), tensor]));
}

function isTensor(value: unknown): value is FileTensor {
  return typeof value === 'object' && value !== null && 'values' in value && 'shape' in value;
}

function noWeights(found: unknown, path: readonly string[], source: string): DataError {
  const place = path.length === 0 ? source : `"${path.join('.')}" of ${source}`;
  const held =
    found instanceof Map
      ? `only ${[...found.keys()].slice(0, 10).map(nameOf).join(', ') || 'an empty dictionary'}`
      : 'no dictionary';
  return new DataError('CHECKPOINT_NO_WEIGHTS', `${place} holds no weights, ${held}.`, {
    hint: `Weights are looked for at the top and under ${nests.join(', ')}.`,
  });
}
