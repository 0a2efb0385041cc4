import { canonicalJson, type Json } from '../common/canonical.ts';
import { lookUp } from '../common/look-up.ts';
import type { Hyper, Recipe } from '../contract/spec.ts';
import type { PublishedTable } from '../reference/published/types.ts';
import {
  type OfficialSubject,
  type PublishedProtocol,
  publishedProtocol,
  settings,
} from '../reference/recipes/official.ts';
import { publishedName } from './network-names.ts';

/** The resolved training of a cell. */
export interface ResolvedTraining {
  readonly subject: OfficialSubject;
  readonly recipe: Recipe;
  /** Null where the method is not implemented. */
  readonly hyper: Hyper | null;
  /** The method's hyper-parameters where nobody says anything else. */
  readonly defaults: Hyper;
  /**
   * The spelling that a hyper-parameter's value has once it is resolved: a file may state one of
   * several that mean the same.
   */
  readonly spelled?: (name: string, value: Json) => Json;
}

/** A setting that is not the published one. */
export interface Deviation {
  /** `epochs`, `optimizer.lr`, or the name of a hyper-parameter. */
  readonly field: string;
  /** `epochs 12, published 240`. */
  readonly text: string;
}

/** How a training stands to the protocol of its published number. */
export interface ProtocolComparison {
  readonly deviations: readonly Deviation[];
  /** Fields of the protocol that no source states, with the reason where there is one. */
  readonly open: readonly string[];
}

/**
 * Where a recipe without the setting has this one. The same is meant where an official file says
 * nothing of it.
 */
const defaults: Readonly<Record<string, Json>> = {
  'optimizer.nesterov': false,
  'schedule.warmupEpochs': 0,
  'schedule.minLr': 0,
  labelSmoothing: 0,
  normEval: false,
  initStudent: false,
};
/** The words for a setting that a recipe does not have. */
const absent: Readonly<Record<string, string>> = {
  trainPictures: 'all',
  precision: '32 bits',
  normalisation: 'that of the data set',
};
/**
 * How pictures of a data set are normalised where a recipe and an official file say nothing of it
 * (runners/data).
 */
const ownNormalisation: Readonly<Record<string, string>> = {
  cifar100: 'cifar100-repdistiller',
  imagenet: 'imagenet',
  cub200: 'imagenet',
  coco2017: 'imagenet',
  cityscapes: 'imagenet',
};
/** Settings that official files seldom state; compared where they do. */
const seldomStated: readonly string[] = ['dropLast', 'optimizer.momentum'];
/** A protocol must say something of these parts of a recipe. */
const needed: readonly (readonly string[])[] = [
  ['epochs', 'iterations'],
  ['batchSize'],
  ['optimizer.kind'],
  ['optimizer.lr'],
  ['optimizer.weightDecay'],
  ['schedule.kind'],
  ['augmentation.flip'],
  ['input'],
];

/**
 * Compares a cell's training with the protocol of its published number, setting by setting.
 *
 * @returns null where no official file is known to speak of such trainings.
 */
export function compareProtocol(
  table: PublishedTable,
  { subject, recipe, hyper, defaults: own, spelled = (_, value) => value }: ResolvedTraining,
): ProtocolComparison | null {
  const protocol = publishedProtocol(table.id, subject);
  if (protocol === null) return null;
  return {
    deviations: [
      ...recipeDeviations(recipe, protocol, table.dataset),
      ...(hyper === null ? [] : hyperDeviations(hyper, own, protocol, spelled)),
      ...[...protocol.beyond].map(([field, what]) => ({ field, text: `${field}: ${what}` })),
    ],
    open: [
      ...unstated(protocol)
        .map((fields) => fields.join(' or '))
        .filter((field) => !protocol.open.has(field)),
      ...[...protocol.open].map(([field, because]) =>
        field === 'protocol' ? because : `${field} (${because})`,
      ),
    ],
  };
}

/** Settings of a recipe that a log shows: how long it is, and the rate that it prints. */
const logged: readonly string[] = ['epochs', 'optimizer.lr', 'schedule'];

/**
 * Compares what the log of a training shows with the protocol of a published number: epochs, rate
 * and schedule, and of the method's hyper-parameters those that its name states. None where no
 * official file is known to speak of such trainings.
 *
 * @param hyper what the log states; the rest is as published, for all that is known
 */
export function compareLog(
  table: string,
  { subject, recipe, hyper }: Omit<ResolvedTraining, 'defaults'> & { readonly hyper: Hyper },
): readonly Deviation[] {
  const protocol = publishedProtocol(table, subject);
  if (protocol === null) return [];
  const stated = new Map([...protocol.hyper].filter(([field]) => Object.hasOwn(hyper, field)));
  const known = Object.fromEntries(
    Object.entries(hyper).filter(([field]) => stated.has(field)),
  ) as Hyper;
  return [
    // The data set decides on the normalisation alone, which no log shows.
    ...recipeDeviations(recipe, protocol, '').filter(({ field }) => within(logged, field)),
    ...hyperDeviations(known, {}, { ...protocol, hyper: stated }, (_, value) => value),
  ];
}

/** Data set and networks against the published column. */
export function compareColumn(
  table: PublishedTable,
  column: { readonly id: string; readonly teacher: string | null; readonly student: string },
  dataset: string,
): readonly Deviation[] {
  const printed = table.columns.find(({ id }) => id === column.id);
  const named = (name: string | null) => (name === null ? null : publishedName(name));
  return [
    ...difference('data set', dataset, table.dataset),
    // A table that does not name the teacher contradicts none.
    ...(printed?.teacher === null
      ? []
      : difference('teacher', named(column.teacher), printed?.teacher ?? null)),
    ...difference('student', named(column.student), printed?.student ?? null),
  ];
}

/** Why a cell is not comparable with its published number, in one sentence; null where it is. */
export function protocolReason(
  deviations: readonly Deviation[],
  open: readonly string[],
): string | null {
  const parts = [
    ...(deviations.length === 0
      ? []
      : [
          `the training departs from the published protocol: ${deviations.map(({ text }) => text).join('; ')}`,
        ]),
    ...(open.length === 0 ? [] : [`protocol not stated: ${open.join('; ')}`]),
  ];
  return parts.length === 0 ? null : `${parts.join('. ')}.`;
}

function recipeDeviations(
  recipe: Recipe,
  protocol: PublishedProtocol,
  dataset: string,
): readonly Deviation[] {
  const { recipe: stated, open, beyond } = protocol;
  const { name: _name, ...parts } = recipe;
  const normalisation = lookUp(ownNormalisation, dataset) ?? null;
  const ours = present([['normalisation', normalisation], ...settings(parts)]);
  const published = present([
    ['normalisation', normalisation],
    ...[...stated].map(([field, { value }]) => [field, value] as const),
  ]);
  const left = unstated(protocol).flat();
  const counted = ours.has('iterations') || published.has('iterations');
  return (
    [...new Set([...ours.keys(), ...published.keys()])]
      .filter((field) => !within([...open.keys(), ...beyond.keys()], field))
      .filter((field) => !otherKind(field, ours, published))
      .filter((field) => published.has(field) || !seldomStated.includes(field))
      .filter((field) => !left.some((part) => within([part], field)))
      // Where a recipe counts steps, `epochs` only says how often the network is tested.
      .filter((field) => field !== 'epochs' || !counted)
      .flatMap((field) =>
        difference(
          field,
          ours.get(field) ?? null,
          published.get(field) ?? null,
          lookUp(absent, field) ?? String(lookUp(defaults, field) ?? 'none'),
        ),
      )
  );
}

function hyperDeviations(
  hyper: Hyper,
  own: Hyper,
  { hyper: stated, open }: PublishedProtocol,
  spelled: NonNullable<ResolvedTraining['spelled']>,
) {
  return [...new Set([...Object.keys(hyper), ...stated.keys()])]
    .filter((field) => !open.has(field))
    .flatMap((field) =>
      difference(
        field,
        hyper[field] ?? null,
        spelled(field, stated.get(field)?.value ?? own[field] ?? null),
      ),
    );
}

/** The settings of a protocol, without those that equal the default meaning. */
function present(all: readonly (readonly [string, Json])[]): ReadonlyMap<string, Json> {
  return new Map(
    all.filter(([field, value]) => value !== null && value !== lookUp(defaults, field)),
  );
}

/** For an optimizer or input of another kind only the kind is named as a difference. */
function otherKind(
  field: string,
  ours: ReadonlyMap<string, Json>,
  published: ReadonlyMap<string, Json>,
): boolean {
  const parents = field.split('.').map((_, index, names) => names.slice(0, index).join('.'));
  return parents
    .map((parent) => `${parent}.kind`)
    .some((kind) => field !== kind && ours.get(kind) !== published.get(kind));
}

const within = (parts: readonly string[], field: string) =>
  parts.some((part) => field === part || field.startsWith(`${part}.`));

/** The parts that a protocol should speak of and does not. */
function unstated(protocol: PublishedProtocol): readonly (readonly string[])[] {
  return needed.filter((fields) => !fields.some((field) => states(protocol, field)));
}

function states({ recipe }: PublishedProtocol, field: string): boolean {
  return [...recipe.keys()].some((known) => within([field], known));
}

function difference(
  field: string,
  ours: Json,
  published: Json,
  nothing = 'none',
): readonly Deviation[] {
  if (canonicalJson(ours) === canonicalJson(published)) return [];
  const text = (value: Json) => {
    if (value === null) return nothing;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return [{ field, text: `${field} ${text(ours)}, published ${text(published)}` }];
}
