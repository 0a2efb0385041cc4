import { DataError } from '../../../common/errors.ts';
import { shortList } from '../../../common/shortened.ts';
import { Inert } from '../../formats/inert.ts';
import { nameOf } from '../../formats/pickle.ts';
import type { FileTensor } from './tensors.ts';

/** Deeper than trainers nest their weights; optimizers go on below. */
const maximumDepth = 4;
const maximumDictionaries = 10_000;
/** Of one dictionary; the largest networks here have some thousand. */
const maximumTensors = 100_000;
const maximumName = 1000;
/**
 * Before the names of the second values that open-mmlab/mmcv@6a74351:mmcv/runner/hooks/ema.py keeps
 * of all parameters, in which underscores stand for dots. In what it saves the averages have the
 * usual names, and the second values are those of training.
 */
export const secondPrefix = 'ema_';

/** A dictionary of a file that holds tensors: a state dict, or a part of an optimizer's state. */
export interface WeightGroup {
  /** Where in the file it is, for example `model`; empty for the top. */
  readonly path: readonly string[];
  readonly tensors: ReadonlyMap<string, FileTensor>;
  /** The second values that stand beside them, by the names of the first. */
  readonly seconds: ReadonlyMap<string, FileTensor>;
  /** Entries among them that are no tensors: each name with a description. */
  readonly others: ReadonlyMap<string, string>;
}

/**
 * All dictionaries of a file that hold tensors.
 *
 * @throws DataError `CHECKPOINT_NO_WEIGHTS` naming what is there instead, `CHECKPOINT_FORMAT` for
 *   more tensors than any network has
 */
export function weightGroups(value: unknown, source: string): readonly WeightGroup[] {
  const groups: WeightGroup[] = [];
  const seen = new Set<unknown>([value]);
  const queue: { readonly found: unknown; readonly path: readonly string[] }[] = [
    { found: value, path: [] },
  ];
  for (const { found, path } of queue) {
    if (!(found instanceof Map)) continue;
    const group = groupOf(found, path);
    if (group.tensors.size > maximumTensors) {
      throw new DataError(
        'CHECKPOINT_FORMAT',
        `${source} holds ${group.tensors.size} tensors in one dictionary; up to ${maximumTensors} are read.`,
      );
    }
    if (group.tensors.size > 0) groups.push(group);
    if (path.length === maximumDepth) continue;
    for (const [key, inner] of found as ReadonlyMap<unknown, unknown>) {
      if (!(inner instanceof Map) || seen.has(inner) || seen.size > maximumDictionaries) continue;
      seen.add(inner);
      queue.push({ found: inner, path: [...path, nameOf(key)] });
    }
  }
  if (groups.length === 0) throw noWeights(value, source);
  return groups;
}

function groupOf(map: ReadonlyMap<unknown, unknown>, path: readonly string[]): WeightGroup {
  const all = new Map<string, FileTensor>();
  const others = new Map<string, string>();
  for (const [key, value] of map) {
    if (isTensor(value) && typeof key === 'string' && key.length <= maximumName) {
      all.set(key, value);
    } else if (!(value instanceof Map)) {
      others.set(nameOf(key), wordsFor(value));
    }
  }
  return { path, ...parted(all), others };
}

/** Parts second values from the tensors that they belong to. */
function parted(all: ReadonlyMap<string, FileTensor>): Pick<WeightGroup, 'tensors' | 'seconds'> {
  const names = [...all.keys()];
  if (!names.some((name) => name.startsWith(secondPrefix))) {
    return { tensors: all, seconds: new Map() };
  }
  const flat = (name: string) => name.replaceAll('.', '_');
  const firsts = new Map(
    names.filter((name) => !name.startsWith(secondPrefix)).map((name) => [flat(name), name]),
  );
  const tensors = new Map<string, FileTensor>();
  const seconds = new Map<string, FileTensor>();
  for (const [name, tensor] of all) {
    const first = name.startsWith(secondPrefix)
      ? firsts.get(flat(name.slice(secondPrefix.length)))
      : undefined;
    if (first === undefined) tensors.set(name, tensor);
    else seconds.set(first, tensor);
  }
  return { tensors, seconds };
}

function isTensor(value: unknown): value is FileTensor {
  return typeof value === 'object' && value !== null && 'values' in value && 'shape' in value;
}

/**
 * Describes a value that is no tensor. Lists are not written out: a few bytes can make one of any
 * length.
 */
function wordsFor(value: unknown): string {
  if (value instanceof Inert) return value.words;
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'None' : `a ${isTensor(value) ? 'tensor' : typeof value}`;
}

function noWeights(value: unknown, source: string): DataError {
  if (value instanceof Inert) {
    return new DataError(
      'CHECKPOINT_NO_WEIGHTS',
      `${source} holds ${value.words} instead of a dictionary of weights.`,
      {
        hint: 'Nothing of a file is executed here, so that a module which torch.save(model) wrote whole cannot be read. In Python, where its code is: torch.save(model.state_dict(), "weights.pth").',
      },
    );
  }
  if (!(value instanceof Map)) {
    return new DataError('CHECKPOINT_NO_WEIGHTS', `${source} holds no weights, no dictionary.`, {
      hint: hintForDictionary,
    });
  }
  const entries = [...(value as ReadonlyMap<unknown, unknown>)].map(([key, each]) =>
    each instanceof Inert ? `${nameOf(key)} (${wordsFor(each)})` : nameOf(key),
  );
  return new DataError(
    'CHECKPOINT_NO_WEIGHTS',
    `${source} holds no weights, only ${shortList(entries, 10) || 'an empty dictionary'}.`,
    { hint: hintForDictionary },
  );
}

const hintForDictionary =
  'Weights are tensors in a dictionary, at the top or within others. In Python: torch.save(model.state_dict(), "weights.pth").';
