import { denseNamePrintedAs, denseWordsOf } from '../runners/catalogue/dense-networks.ts';

/**
 * Tables of ImageNet call other networks `resnet18` than tables of CIFAR do; Redistill's names of
 * those have this prefix.
 */
const imagenetPrefix = 'imagenet-';

/**
 * Redistill's name of what a table of this data set calls `name`. Dense networks say themselves
 * what tables print.
 */
export function ownName(name: string, dataset: string): string {
  if (dataset === 'imagenet' && !name.startsWith(imagenetPrefix)) return `${imagenetPrefix}${name}`;
  return denseNamePrintedAs(name) ?? name;
}

/** The name that published tables use for Redistill's network `name`. */
export function publishedName(name: string): string {
  if (name.startsWith(imagenetPrefix)) return name.slice(imagenetPrefix.length);
  return denseWordsOf(name)?.printed ?? name;
}
