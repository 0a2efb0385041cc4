import { DataError, UsageError } from '../../../common/errors.ts';
import { shortened, shortList } from '../../../common/shortened.ts';
import type { NetworkState } from '../../tasks/types.ts';
import { isFixed, weightProblems } from '../network-state.ts';
import { layouts, renamed } from './layouts.ts';
import type { FileTensor } from './tensors.ts';
import { secondPrefix, type WeightGroup } from './weight-groups.ts';

/**
 * Most words in a prefix that wrappers and trainers put before a name: `module.student.backbone.`.
 */
const maximumWords = 6;
/**
 * Prefixes that are tried; a file with more sets of weights than this is none that a trainer wrote.
 */
const maximumCandidates = 100;

/** The weights to look for in a file. */
export interface WantedWeights {
  /**
   * The network that tensors are of, as far as one can tell: its number of classes follows from
   * them.
   */
  network(tensors: ReadonlyMap<string, FileTensor>): NetworkState;
  /** Names beside the wanted ones that are ignored, without the prefix. */
  readonly ignored?: RegExp;
  /** Other networks that the weights might be of, for messages. */
  readonly others?: () => readonly WantedWeights[];
  /** For messages: `resnet8`. */
  readonly name: string;
}

export interface ChosenWeights {
  readonly network: NetworkState;
  /** By the network's names. */
  readonly tensors: ReadonlyMap<string, FileTensor>;
  /** The dictionary in the file, for example `model`. */
  readonly path: readonly string[];
  /** The prefix of every name, for example `module.student.`. */
  readonly prefix: string;
  /** The repository whose names were changed to ours; null where none were. */
  readonly layout: string | null;
  /** Names of the same dictionary that were left out. */
  readonly leftOut: readonly string[];
}

/** A prefix within a dictionary, with the tensors under it. */
interface Candidate {
  readonly group: WeightGroup;
  readonly prefix: string;
  readonly tensors: ReadonlyMap<string, FileTensor>;
  /** Whether these are the second values, which are taken by name only. */
  readonly second: boolean;
}

/** A candidate's tensors by the names of a layout. */
interface Reading {
  readonly candidate: Candidate;
  readonly layout: string | null;
  readonly tensors: ReadonlyMap<string, FileTensor>;
  /** Tensors without the fixed ones, which no network here has (`isFixed`). */
  readonly size: number;
}

interface Attempt extends ChosenWeights {
  readonly candidate: Candidate;
  readonly problems: readonly string[];
  /** Keys that do not fit: the smaller, the closer. */
  readonly distance: number;
}

/**
 * Finds the weights of a network among the tensors of a file: the dictionary, the prefix and the
 * layout after which every name and shape fits. Where several do (a file of student and teacher),
 * the caller must say which.
 *
 * @param prefix what the caller chose; a dictionary's name and a prefix are both meant
 *   (`state_dict_ema`, `student.`)
 * @param source the file, for messages
 * @throws DataError `WEIGHTS_MISMATCH` naming the keys of the set that comes closest, the prefixes
 *   there are, and a network that does fit; `WEIGHTS_AMBIGUOUS` where several sets fit
 * @throws UsageError `WEIGHTS_PREFIX` for a prefix that no name has
 */
export function chooseWeights(
  groups: readonly WeightGroup[],
  wanted: WantedWeights,
  prefix: string | undefined,
  source: string,
): ChosenWeights {
  const all = candidatesOf(groups);
  const candidates =
    prefix === undefined
      ? all.filter(({ second }) => !second)
      : chosenCandidates(all, prefix, source);
  const readings = readingsOf(candidates, wanted);
  const attempts = readings
    .map((reading) => attempt(reading, wanted))
    .sort((one, two) => one.distance - two.distance);
  const [first, ...others] = distinct(attempts.filter(({ problems }) => problems.length === 0));
  if (first !== undefined && others.length > 0) throw ambiguous([first, ...others], wanted, source);
  if (first !== undefined) return first;
  throw mismatch(attempts, readings, wanted, source);
}

/**
 * Without those that are the same tensors by another way: a prefix that a layout takes off as well.
 */
function distinct(fits: readonly Attempt[]): readonly Attempt[] {
  const same = (one: Attempt, two: Attempt) =>
    one.network.params.every(({ name }) => one.tensors.get(name) === two.tensors.get(name));
  return fits.filter((fit, index) => !fits.slice(0, index).some((other) => same(fit, other)));
}

/**
 * Every prefix that enough names have for it to stand before a whole network, the fewest words
 * first.
 */
function candidatesOf(groups: readonly WeightGroup[]): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const group of groups) {
    const under = new Map<string, Map<string, FileTensor>>([['', new Map(group.tensors)]]);
    for (const [name, tensor] of group.tensors) {
      for (const prefix of prefixesOf(name)) {
        const tensors = under.get(prefix) ?? new Map<string, FileTensor>();
        under.set(prefix, tensors.set(name.slice(prefix.length), tensor));
      }
    }
    for (const [prefix, tensors] of under) found.push({ group, prefix, tensors, second: false });
    if (group.seconds.size > 0) {
      // Running statistics have one value only, which goes with both.
      const tensors = new Map([...group.tensors, ...group.seconds]);
      found.push({ group, prefix: secondPrefix, tensors, second: true });
    }
  }
  return found;
}

/** `a.`, `a.b.` ... of `a.b.c`; and `ema_`. */
function prefixesOf(name: string): readonly string[] {
  const prefixes = name.startsWith(secondPrefix) ? [secondPrefix] : [];
  let dot = name.indexOf('.');
  while (dot >= 0 && prefixes.length < maximumWords) {
    prefixes.push(name.slice(0, dot + 1));
    dot = name.indexOf('.', dot + 1);
  }
  return prefixes;
}

/** The dictionary and prefix of a candidate as one text: `model.module.student`. */
function labelOf({ group, prefix }: Candidate): string {
  return [...group.path, prefix.replace(/\.$/, '')].filter((word) => word !== '').join('.');
}

/** The meaning of the caller's text: the whole label, else the prefix, else the end of a label. */
function chosenCandidates(
  all: readonly Candidate[],
  asked: string,
  source: string,
): readonly Candidate[] {
  const text = asked.replace(/\.$/, '');
  const meanings = [
    (candidate: Candidate) => candidate.prefix.replace(/\.$/, '') === text,
    (candidate: Candidate) => labelOf(candidate) === text,
    (candidate: Candidate) => labelOf(candidate).endsWith(`.${text}`),
  ];
  const chosen = meanings.map((means) => all.filter(means)).find((found) => found.length > 0);
  if (chosen !== undefined) return chosen;
  throw new UsageError(
    'WEIGHTS_PREFIX',
    `No weights of ${source} have the prefix "${shortened(asked)}".`,
    { hint: `Names begin with ${shortList([...new Set(all.map(firstWord))], 10)}.` },
  );
}

function firstWord({ group, prefix, tensors }: Candidate): string {
  const name = `${prefix}${tensors.keys().next().value ?? ''}`;
  return [...group.path, name.slice(0, name.indexOf('.') + 1) || name].join('.');
}

/** Each candidate by its own names, and by those of the layouts that change them. */
function readingsOf(candidates: readonly Candidate[], wanted: WantedWeights): readonly Reading[] {
  const { length } = wanted.network(new Map()).params;
  const [largest] = [...candidates].sort((one, two) => two.tensors.size - one.tensors.size);
  // Half of a network is enough to name its missing tensors. A set with many times as many tensors
  // is no network with heads.
  const likely = candidates.filter(
    ({ tensors: { size } }) => size >= length / 2 && size <= 4 * length + 1000,
  );
  const tried = likely.length > 0 || largest === undefined ? likely : [largest];
  return tried.slice(0, maximumCandidates).flatMap((candidate) => {
    const given = wanted.ignored;
    const kept =
      given === undefined
        ? candidate.tensors
        : new Map([...candidate.tensors].filter(([name]) => !given.test(name)));
    const size = [...kept.keys()].filter((name) => !isFixed(name)).length;
    const others = layouts.flatMap((layout) => {
      const tensors = renamed(layout, kept);
      if (tensors === null) return [];
      const { name, rows = (same) => same } = layout;
      return [{ candidate, layout: name, tensors: rows(tensors), size }];
    });
    return [{ candidate, layout: null, tensors: kept, size }, ...others];
  });
}

function attempt(reading: Reading, wanted: WantedWeights): Attempt {
  const { candidate, tensors, layout } = reading;
  const { group, prefix } = candidate;
  const network = wanted.network(tensors);
  const problems = weightProblems(network, tensors);
  const standIns = network.params.flatMap(({ name }) => {
    const words = group.others.get(`${prefix}${name}`);
    return words === undefined ? [] : [`${name} is ${words}`];
  });
  return {
    candidate,
    network,
    tensors,
    path: group.path,
    prefix,
    layout,
    leftOut: [
      ...[...group.tensors.keys()].filter((name) => !name.startsWith(prefix)),
      ...[...group.seconds.keys()].map((name) => `${secondPrefix}${name}`),
    ],
    problems: [...problems.texts, ...standIns],
    distance: problems.keys,
  };
}

function ambiguous(fits: readonly Attempt[], { name }: WantedWeights, source: string): DataError {
  const labels = fits.map(({ candidate }) => labelOf(candidate) || 'no prefix');
  const [example = ''] = fits
    .map(({ candidate }) => labelOf(candidate))
    .filter((each) => each !== '');
  return new DataError(
    'WEIGHTS_AMBIGUOUS',
    `${source} holds ${fits.length} sets of weights that fit ${name}: under ${shortList(labels, 10)}.`,
    { hint: `Choose one of them, for example with --prefix ${example}.` },
  );
}

function mismatch(
  attempts: readonly Attempt[],
  readings: readonly Reading[],
  wanted: WantedWeights,
  source: string,
): DataError {
  const [closest] = attempts;
  const label = closest === undefined ? '' : labelOf(closest.candidate);
  const place = label === '' ? '' : ` under "${label}"`;
  const problems = closest?.problems.join('; ') ?? 'it has no tensors by name';
  return new DataError(
    'WEIGHTS_MISMATCH',
    `${source} does not hold the weights of ${wanted.name}${place}: ${problems}.`,
    { hint: hintFor(readings, closest, wanted) },
  );
}

function hintFor(
  readings: readonly Reading[],
  closest: Attempt | undefined,
  { others, network, name }: WantedWeights,
): string {
  const fitting = (others?.() ?? []).flatMap((other) => {
    const fit = readings.find((reading) => fits(reading, other));
    if (fit === undefined) return [];
    const label = labelOf(fit.candidate);
    return [label === '' ? other.name : `${other.name} (under "${label}")`];
  });
  if (fitting.length > 0) return `These weights fit ${shortList(fitting)}.`;
  if (closest !== undefined && lacksShortcuts(closest)) {
    return `Its blocks have no weights in their shortcuts (option A of He et al. 2016), and those of ${name} are convolutions. Networks whose names end in -a (resnet20-a) have shortcuts without weights.`;
  }
  const [anchor] = network(new Map()).params.map(({ name }) => name);
  const prefixes = readings
    .filter(({ tensors }) => anchor !== undefined && tensors.has(anchor))
    .map(({ candidate }) => labelOf(candidate))
    .filter((label) => label !== '');
  const found =
    prefixes.length === 0
      ? ''
      : ` ${anchor} is there under ${shortList([...new Set(prefixes)])}; choose with --prefix.`;
  return `Check the name of the network; one with the prefix imagenet- is another network.${found}`;
}

/**
 * Whether tensors are those of another network. The count is compared first: most networks differ
 * in it.
 */
function fits(reading: Reading, wanted: WantedWeights): boolean {
  if (wanted.network(new Map()).params.length !== reading.size) return false;
  const network = wanted.network(reading.tensors);
  return weightProblems(network, reading.tensors).keys === 0;
}

/** Whether all that is missing are the shortcuts' layers. */
function lacksShortcuts({ network, tensors }: Attempt): boolean {
  const missing = network.params.filter(({ name }) => !tensors.has(name));
  return missing.length > 0 && missing.every(({ name }) => /\.(downsample|shortcut)\./.test(name));
}
