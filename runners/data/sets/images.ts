import type { DatasetKind } from '../dataset.ts';
import { ownNames } from '../own-folders.ts';
import { pictureFiles } from './picture-files.ts';

/** `images:NAME`: any folder or archive of labelled pictures under the data folder. */
export const images: DatasetKind = {
  holds: 'labels',
  named(id) {
    const name = id.slice('images:'.length);
    const title = `picture folder or archive ${name}`;
    const counts = { classes: 0, train: 0, test: 0 };
    return pictureFiles(id, { title, ...counts, official: false, names: ownNames(name) });
  },
};
