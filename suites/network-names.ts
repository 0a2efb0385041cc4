import { lookUp } from '../common/look-up.ts';
import { denseNamePrintedAs, denseWordsOf } from '../runners/catalogue/dense-networks.ts';
import { anySetNetworks } from '../runners/catalogue/shared-networks.ts';

/**
 * Data sets whose tables call other networks `resnet18` than tables of CIFAR do; Redistill's names
 * of those have this prefix.
 */
const prefixes: Readonly<Record<string, string>> = { imagenet: 'imagenet-', cub200: 'cub200-' };

/**
 * Redistill's name of what a table of this data set calls `name`. Dense networks say themselves
 * what tables print.
 */
export function ownName(name: string, dataset: string): string {
  const prefix = anySetNetworks.includes(name) ? undefined : lookUp(prefixes, dataset);
  if (prefix !== undefined && !name.startsWith(prefix)) return `${prefix}${name}`;
  return denseNamePrintedAs(name) ?? name;
}

/** Every name that a network called `name` may have by the time that it is looked for. */
export function possibleNames(name: string): readonly string[] {
  return [name, ...Object.values(prefixes).map((prefix) => `${prefix}${name}`)];
}

/** The name that published tables use for Redistill's network `name`. */
export function publishedName(name: string): string {
  const prefix = Object.values(prefixes).find((each) => name.startsWith(each));
  if (prefix !== undefined) return name.slice(prefix.length);
  return denseWordsOf(name)?.printed ?? name;
}
