import type { DatasetKind } from '../dataset.ts';
import { cityscapesClasses, readCityscapes } from '../dense/cityscapes.ts';
import { sceneFiles } from './scene-files.ts';

export const cityscapes: DatasetKind = {
  holds: 'scenes',
  named: (id) =>
    sceneFiles(id, {
      title: 'Cityscapes, fine annotations',
      classes: cityscapesClasses.length,
      objects: [],
      labels: cityscapesClasses,
      train: 2975,
      test: 500,
      names: ['cityscapes'],
      layout: 'leftImg8bit/ and gtFine/ of https://www.cityscapes-dataset.com/ (registration)',
      reader: 'cityscapes',
      read: async (tree) => ({
        ...(await readCityscapes(tree)),
        classes: [],
        categoryIds: [],
        labelClasses: cityscapesClasses,
        annotations: null,
      }),
    }),
};
