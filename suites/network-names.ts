import { lookUp } from '../common/look-up.ts';
import { denseNamePrintedAs, denseWordsOf } from '../runners/catalogue/dense-networks.ts';
import { anySetNetworks } from '../runners/catalogue/shared-networks.ts';

/** What a data set's tables call otherwise than tables of CIFAR do. */
interface OwnNetworks {
  /** Of Redistill's names of them. */
  readonly prefix: string;
  /** Their names in tables; absent: all. */
  readonly names?: readonly string[];
}

/** Data sets whose tables call other networks `mobilenetv2` than tables of CIFAR do. */
const ownNetworks: Readonly<Record<string, OwnNetworks>> = {
  imagenet: { prefix: 'imagenet-' },
  cub200: { prefix: 'cub200-' },
  'tiny-imagenet': { prefix: 'tiny-imagenet-', names: ['mobilenetv2'] },
};
const prefixes = Object.values(ownNetworks).map(({ prefix }) => prefix);

/**
 * Redistill's name of what a table of this data set calls `name`. Dense networks say themselves
 * what tables print.
 */
export function ownName(name: string, dataset: string): string {
  const own = anySetNetworks.includes(name) ? undefined : lookUp(ownNetworks, dataset);
  if (own !== undefined && !name.startsWith(own.prefix) && (own.names?.includes(name) ?? true)) {
    return `${own.prefix}${name}`;
  }
  return denseNamePrintedAs(name) ?? name;
}

/** Every name that a network called `name` may have by the time that it is looked for. */
export function possibleNames(name: string): readonly string[] {
  return [name, ...prefixes.map((prefix) => `${prefix}${name}`)];
}

/** The name that published tables use for Redistill's network `name`. */
export function publishedName(name: string): string {
  const prefix = prefixes.find((each) => name.startsWith(each));
  if (prefix !== undefined) return name.slice(prefix.length);
  return denseWordsOf(name)?.printed ?? name;
}
