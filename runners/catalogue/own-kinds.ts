import { RedistillError, UsageError } from '../../common/errors.ts';
import type { KindTable } from '../../common/kind-table.ts';
import { lookUp } from '../../common/look-up.ts';
import { nearest } from '../../common/nearest.ts';
import { shown } from '../../common/shown.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import type { OwnKind, OwnSort } from '../api/own-kind.ts';
import { datasets } from '../data/registry.ts';
import { detectors } from '../detection/registry.ts';
import { aliasNames } from '../distillers/aliases.ts';
import { denseMethods } from '../distillers/dense/registry.ts';
import { denseFamilies } from '../distillers/dense/types.ts';
import type { Option } from '../distillers/option-types.ts';
import { checkedValue, spelled } from '../distillers/option-values.ts';
import { methods, plugins } from '../distillers/registry.ts';
import { networks } from '../networks/registry.ts';
import { segmenters } from '../segmentation/registry.ts';

/** What a field of a kind must be. */
type Need =
  | 'text'
  | 'number'
  | 'numbers'
  | 'function'
  | 'object'
  | 'list'
  | 'family'
  | 'logits or network'
  | 'labels or scenes';

type Fields = Readonly<Record<string, unknown>>;

interface SortRules {
  /** The function of `redistill/kinds` that makes one. */
  readonly define: string;
  // biome-ignore lint/suspicious/noExplicitAny: each sort has its own kind, which `checked` checks
  readonly table: KindTable<any>;
  /** Tables that share their names with this one: `kd+lskd` says a method and a plug-in. */
  readonly beside: readonly KindTable<unknown>[];
  /** Names that mean something else already, with what. */
  readonly taken?: readonly [names: readonly string[], meaning: string];
  needs(kind: Fields): Readonly<Record<string, Need>>;
  /** The ids of this sort that a trial uses. */
  usedBy(spec: TrialSpec): readonly string[];
}

const described = {
  title: 'text',
  'reference.paper': 'text',
  'reference.equations': 'text',
  'reference.official': 'text',
  options: 'object',
} as const;
const denseNetwork = { kind: 'text', family: 'family', build: 'function' } as const;
const parts = ({ method }: TrialSpec) => method.split('+');
const models = ({ model, teacher }: TrialSpec) =>
  teacher === null ? [model] : [model, teacher.model];
const classifies = ({ task }: TrialSpec) => task === 'classification';
const printed = [aliasNames, 'which papers call another method or plug-in'] as const;

const sorts: Readonly<Record<OwnSort, SortRules>> = {
  method: {
    define: 'defineMethod',
    table: methods,
    beside: [plugins],
    taken: printed,
    needs: ({ kind }) => {
      if (kind === 'network') {
        const parts = { refuses: 'function', build: 'function' } as const;
        return { ...described, ...parts, 'options.ceWeight': 'object' };
      }
      const weights = { 'options.ceWeight': 'object', 'options.kdWeight': 'object' } as const;
      return { ...described, kind: 'logits or network', rowLoss: 'function', ...weights };
    },
    usedBy: (spec) => (classifies(spec) ? parts(spec) : []),
  },
  'plug-in': {
    define: 'definePlugin',
    table: plugins,
    beside: [methods],
    taken: printed,
    needs: () => ({ ...described, rows: 'function' }),
    usedBy: (spec) => (classifies(spec) ? parts(spec) : []),
  },
  'dense method': {
    define: 'defineDenseMethod',
    table: denseMethods,
    beside: [],
    needs: () => ({ ...described, build: 'function' }),
    usedBy: (spec) => (classifies(spec) ? [] : [spec.method]),
  },
  network: {
    define: 'defineNetwork',
    table: networks,
    beside: [detectors, segmenters],
    needs: () => ({ build: 'function' }),
    usedBy: (spec) => (classifies(spec) ? models(spec) : []),
  },
  detector: {
    define: 'defineDetector',
    table: detectors,
    beside: [networks, segmenters],
    needs: () => denseNetwork,
    usedBy: (spec) => (spec.task === 'detection' ? models(spec) : []),
  },
  segmenter: {
    define: 'defineSegmenter',
    table: segmenters,
    beside: [networks, detectors],
    needs: () => denseNetwork,
    usedBy: (spec) => (spec.task === 'segmentation' ? models(spec) : []),
  },
  'data set': {
    define: 'defineDataset',
    table: datasets,
    beside: [],
    needs: () => ({ holds: 'labels or scenes', named: 'function' }),
    usedBy: ({ data }) => [data.dataset],
  },
};

/** The functions that make kinds, in the order of the table. */
export const definers: readonly string[] = Object.values(sorts).map(({ define }) => define);

/** Whether something is what one of the functions of `redistill/kinds` made. */
export function isOwnKind(value: unknown): value is OwnKind {
  if (!isObject(value)) return false;
  const { sort, definition, make } = value;
  return (
    typeof sort === 'string' &&
    Object.hasOwn(sorts, sort) &&
    isObject(definition) &&
    typeof make === 'function'
  );
}

/** Ids become parts of trial ids, file names and commands. */
const idPattern = /^[a-z][a-z0-9_.-]{0,62}$/;

/**
 * Checks the kinds of a user's file and adds them to their tables: all of them or, where one is
 * wrong, none.
 *
 * @param label the file as messages and lists name it
 * @returns what was added, `method focus`
 * @throws UsageError `PLUGIN_FIELD` naming file and field of what a kind lacks, `KIND_CONFLICT` for
 *   an id that is taken
 */
export function addOwnKinds(kinds: readonly OwnKind[], label: string): readonly string[] {
  const made = new Map<string, { readonly sort: OwnSort; id: string; kind: unknown }>();
  for (const { sort, definition, make } of kinds) {
    const rules = sorts[sort];
    const id = checked(sort, definition as Fields, label);
    for (const table of [rules.table, ...rules.beside]) table.refuseTaken(id, label, sort);
    const [names = [], meaning = ''] = rules.taken ?? [];
    if (names.includes(id)) throw conflict(label, sort, id, meaning);
    const words = `${sort} ${id}`;
    if (made.has(words)) throw conflict(label, sort, id, 'twice');
    made.set(words, { sort, id, kind: make(guarded(sort, definition as Fields, label)) });
  }
  for (const { sort, id, kind } of made.values()) sorts[sort].table.add(id, kind, label);
  return [...made.keys()];
}

function conflict(label: string, sort: OwnSort, id: string, why: string): UsageError {
  return new UsageError('KIND_CONFLICT', `${label} adds the ${sort} "${id}", ${why}.`, {
    hint: 'Give it another id: an id means one thing in plans, journals and reports.',
  });
}

/** The id of a kind that has all that its sort needs. */
function checked(sort: OwnSort, kind: Fields, label: string): string {
  const { id } = kind;
  if (typeof id !== 'string' || !idPattern.test(id)) {
    const what = id === undefined ? 'is missing' : `is ${shown(id)}`;
    throw new UsageError(
      'PLUGIN_FIELD',
      `${label}: the field "id" of a ${sort} ${what}; it must be a text such as "focus-kd".`,
      { hint: 'Lower-case letters, digits, "-", "_" and "."; a letter first; at most 63.' },
    );
  }
  const fail = (field: string, what: string, expected: string, help = '') =>
    new UsageError(
      'PLUGIN_FIELD',
      `${label}: the ${sort} "${id}" ${what} "${field}"; it must be ${expected}.${help}`,
      { hint: `The type of ${sorts[sort].define} says every field.` },
    );
  const needs = sorts[sort].needs(kind);
  for (const [path, need] of Object.entries(needs)) {
    const value = valueAt(kind, path);
    if (fits[need](value)) continue;
    if (value !== undefined) throw fail(path, `has ${shownKind(value)} in the field`, words[need]);
    const near = nearest(
      path,
      Object.keys(kind).filter((name) => !Object.hasOwn(needs, name)),
    );
    const help = near === undefined ? '' : ` Is "${near}" meant to be it?`;
    throw fail(path, 'lacks the field', words[need], help);
  }
  for (const [name, option] of Object.entries((kind['options'] ?? {}) as Fields)) {
    checkOption(id, name, option, fail);
  }
  return id;
}

type Fail = (field: string, what: string, expected: string) => UsageError;

/** A hyper-parameter has its words, and a default within its own range. */
function checkOption(id: string, name: string, option: unknown, fail: Fail): void {
  const at = `options.${name}`;
  const ofKind = isObject(option) ? lookUp(optionNeeds, String(option['kind'])) : undefined;
  if (!isObject(option) || ofKind === undefined) {
    const made = 'made with option.number, option.choice or option.numbers of redistill/kinds';
    throw fail(at, `has ${shownKind(option)} in the field`, made);
  }
  const needs = { about: 'text', source: 'text', ...ofKind } as const;
  for (const [part, need] of Object.entries(needs)) {
    if (fits[need](option[part])) continue;
    throw fail(`${at}.${part}`, `has ${shownKind(option[part])} in the field`, words[need]);
  }
  const value = option as unknown as Option;
  try {
    checkedValue(name, spelled(value.default), value, id);
  } catch (cause) {
    if (!(cause instanceof RedistillError)) throw cause;
    const expected = /it must be (.*)\.$/.exec(cause.message)?.[1] ?? 'in range';
    throw fail(`${at}.default`, `has ${shown(value.default)} in the field`, expected);
  }
}

const optionNeeds: Readonly<Record<Option['kind'], Readonly<Record<string, Need>>>> = {
  number: { default: 'number', min: 'number' },
  numbers: { default: 'numbers', min: 'number' },
  choice: { default: 'text', choices: 'list' },
};

/** `reference.paper` of a kind. */
function valueAt(kind: Fields, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, part) => (isObject(value) ? lookUp(value, part) : undefined), kind);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const fits: Readonly<Record<Need, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string' && value.trim() !== '',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  function: (value) => typeof value === 'function',
  object: isObject,
  list: Array.isArray,
  numbers: (value) => Array.isArray(value) && value.every((each) => typeof each === 'number'),
  family: (value) => (denseFamilies as readonly unknown[]).includes(value),
  'logits or network': (value) => value === 'logits' || value === 'network',
  'labels or scenes': (value) => value === 'labels' || value === 'scenes',
};

const words: Readonly<Record<Need, string>> = {
  text: 'a text',
  number: 'a number',
  function: 'a function',
  object: 'an object',
  list: 'a list',
  numbers: 'a list of numbers',
  family: `one of ${denseFamilies.join(', ')}`,
  'logits or network': '"logits" or "network"',
  'labels or scenes': '"labels" or "scenes"',
};

function shownKind(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'function' ? 'a function' : shown(value);
}

/**
 * A definition whose functions, and those of the objects that they give, throw errors that name it:
 * what a user's code throws is the user's to mend, and no defect of Redistill. Errors of Redistill
 * itself pass.
 */
function guarded(sort: OwnSort, definition: Fields, label: string): Fields {
  const failure = (field: string, cause: unknown): unknown => {
    if (cause instanceof RedistillError) return cause;
    const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : shown(cause);
    return new UsageError(
      'PLUGIN_THREW',
      `${label}: "${field}" of the ${sort} "${definition['id']}" failed${placeOf(cause)}: ${said}`,
      { cause },
    );
  };
  const wrap =
    (owner: Fields, field: string, run: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      try {
        const given = run.apply(owner, args);
        if (!(given instanceof Promise)) return all(given, `${field}().`);
        return given.catch((cause: unknown) => {
          throw failure(field, cause);
        });
      } catch (cause) {
        throw failure(field, cause);
      }
    };
  const all = (value: unknown, path: string): unknown => {
    if (!isPlain(value) || !hasFunctions(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [
        name,
        typeof part === 'function'
          ? wrap(value, `${path}${name}`, part as never)
          : all(part, `${path}${name}.`),
      ]),
    );
  };
  return all(definition, '') as Fields;
}

/** An object that a literal made: tensors, networks' classes and arrays are left alone. */
function isPlain(value: unknown): value is Fields {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function hasFunctions(value: Fields): boolean {
  return Object.values(value).some(
    (part) => typeof part === 'function' || (isPlain(part) && hasFunctions(part)),
  );
}

/** ` (line 12)` where a stack says it of the user's file. */
function placeOf(cause: unknown): string {
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  const line = /^ +at .*?(\d+):\d+\)?$/m.exec(stack)?.[1];
  return line === undefined ? '' : ` (line ${line})`;
}

/** The kinds of users that a trial uses, by the label of their file: `method focus`. */
export function ownKindsUsed(spec: TrialSpec): ReadonlyMap<string, readonly string[]> {
  const used = new Map<string, string[]>();
  for (const [sort, { table, usedBy }] of Object.entries(sorts)) {
    for (const id of new Set(usedBy(spec))) {
      const label = table.fileOf(id);
      if (label !== null) used.set(label, [...(used.get(label) ?? []), `${sort} ${id}`]);
    }
  }
  return used;
}
