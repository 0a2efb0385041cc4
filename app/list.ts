import { resolve } from 'node:path';
import { didYouMean } from '../common/did-you-mean.ts';
import { UsageError } from '../common/errors.ts';
import { completeEffects, type Effects } from './effects.ts';
import { type ListedKindName, listedKindNames, listedKinds } from './list/index.ts';
import type { Description, ListContext, Listed, ListedKind } from './list/types.ts';
import { type OwnOptions, useOwn } from './own/use.ts';

export interface ListOptions extends OwnOptions {
  /** What to list: `methods`, `networks`, `suites` ... */
  readonly kind: string;
  /** Where data sets lie; default: $REDISTILL_DATA. */
  readonly data?: string | undefined;
}

export interface DescribeOptions extends ListOptions {
  /** One of the kind: `kd+lskd`, `resnet8x4`, the path of an own suite. */
  readonly name: string;
}

export interface ListResult {
  readonly kind: ListedKindName;
  /** Titles of what `items` have in `columns`. */
  readonly columns: readonly string[];
  readonly items: readonly Listed[];
}

/** What can be listed, and what each list has. */
export function listKinds(): readonly { readonly name: ListedKindName; readonly about: string }[] {
  return listedKindNames.map((name) => ({ name, about: listedKinds[name].about }));
}

/**
 * Lists suites, methods, networks, data sets, recipes or executors.
 *
 * @example
 * ```ts
 * import { list } from 'redistill';
 *
 * const { items } = await list({ kind: 'methods' });
 * console.log(items.map(({ name }) => name));
 * ```
 * @throws UsageError `LIST_KIND` with the nearest kind
 */
export async function list(
  options: ListOptions,
  effects: Partial<Effects> = {},
): Promise<ListResult> {
  const { kind, listed } = await kindNamed(options, effects);
  const items = await listed.list(contextOf(options, effects));
  return { kind, columns: listed.columns, items };
}

/**
 * Describes one of them in full: the hyper-parameters of a method with defaults, ranges and
 * sources, what fits what, the fields of a recipe.
 *
 * @throws UsageError `LIST_KIND`, and of the kind's own code with the nearest name
 */
export async function describe(
  options: DescribeOptions,
  effects: Partial<Effects> = {},
): Promise<Description> {
  const { listed } = await kindNamed(options, effects);
  return listed.describe(options.name, contextOf(options, effects));
}

function contextOf({ data }: ListOptions, effects: Partial<Effects>): ListContext {
  const { cwd, environment } = completeEffects(effects);
  return { data: data === undefined ? null : resolve(cwd, data), environment };
}

/** The list that is asked for, with what the caller's own repository adds to it. */
async function kindNamed(
  options: ListOptions,
  effects: Partial<Effects>,
): Promise<{ readonly kind: ListedKindName; readonly listed: ListedKind }> {
  const kind = listedKindNames.find((each) => each === options.kind);
  if (kind === undefined) throw unknownKind(options.kind);
  await useOwn(options, completeEffects(effects));
  return { kind, listed: await listedKinds[kind].load() };
}

/** Whoever asks for `list mgd` or `list lskd-table2` means a thing, not a kind. */
function unknownKind(kind: string): UsageError {
  return new UsageError(
    'LIST_KIND',
    `There is no list called "${kind}".${didYouMean(kind, listedKindNames)}`,
    { hint: `Kinds: ${listedKindNames.join(', ')}. One of a kind: redistill list methods kd.` },
  );
}
