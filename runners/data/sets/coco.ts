import type { DatasetKind } from '../dataset.ts';
import { readCocoSet } from '../dense/coco-set.ts';
import { ownNames } from '../own-folders.ts';
import { archiveNamed } from '../sources.ts';
import { packed } from './place.ts';
import { type SceneFiles, sceneFiles } from './scene-files.ts';

type CocoFiles = Omit<SceneFiles, 'layout' | 'reader' | 'read'>;

/** A set in COCO's layout. */
function inCocoLayout(id: string, files: CocoFiles) {
  return sceneFiles(id, {
    ...files,
    labels: [],
    layout: 'annotations/instances_<split>.json and pictures in <split>/',
    reader: 'coco',
    async read(tree, path, options) {
      const { oneSplit, notes, ...set } = await readCocoSet(tree);
      for (const note of notes) options.notice?.(note);
      if (oneSplit) {
        options.notice?.(`${path} has one split; it is used for training and for testing.`);
      }
      return { ...set, labelClasses: [] };
    },
  });
}

const kind = (files: CocoFiles): DatasetKind => ({
  holds: 'scenes',
  named: (id) => inCocoLayout(id, files),
});

export const coco2017 = kind({
  title: 'COCO 2017, boxes and masks',
  classes: 80,
  train: 118_287,
  test: 5000,
  names: ['coco2017', 'coco'],
  archives: () => ['coco2017-annotations', 'coco2017-val', 'coco2017-train'].map(archiveNamed),
});

export const coco128 = kind({
  title: '128 pictures of COCO train2017, both splits',
  classes: 80,
  train: 128,
  test: 128,
  names: packed('coco128'),
});

/** `coco:NAME`: any folder or archive in COCO's layout under the data folder. */
export const coco: DatasetKind = {
  holds: 'scenes',
  named(id) {
    const name = id.slice('coco:'.length);
    const title = `folder or archive ${name} in COCO's layout`;
    return inCocoLayout(id, { title, classes: 0, train: 0, test: 0, names: ownNames(name) });
  },
};
