import type { DatasetKind } from '../dataset.ts';
import { cifar100Normalisation } from '../normalisation.ts';
import { archiveNamed } from '../sources.ts';
import { type PictureFiles, pictureFiles } from './picture-files.ts';
import { packed } from './place.ts';

/**
 * Names under which the official versions of a CIFAR and its pictures are found: archives as they
 * are, or unpacked.
 */
const namesOf = (number: string, binary: string, python: string): readonly string[] => [
  ...packed(`cifar-${number}-binary`),
  binary,
  ...packed(`cifar-${number}-python`),
  python,
  ...packed(`cifar${number}`),
];

const kind = (files: Omit<PictureFiles, 'train' | 'test' | 'side'>): DatasetKind => ({
  holds: 'labels',
  named: (id) => pictureFiles(id, { ...files, train: 50_000, test: 10_000, side: 32 }),
});

export const cifar10 = kind({
  title: 'CIFAR-10',
  classes: 10,
  official: true,
  names: namesOf('10', 'cifar-10-batches-bin', 'cifar-10-batches-py'),
  archive: () => archiveNamed('cifar10'),
});

export const cifar100 = kind({
  title: 'CIFAR-100',
  classes: 100,
  official: true,
  names: namesOf('100', 'cifar-100-binary', 'cifar-100-python'),
  normalisation: cifar100Normalisation,
  archive: () => archiveNamed('cifar100'),
});

/** The pictures of CIFAR-10 as somebody compressed them: another set, whose pixels differ. */
export const cifar10Images = kind({
  title: 'CIFAR-10 as JPEG files',
  classes: 10,
  official: false,
  names: packed('cifar10'),
});
