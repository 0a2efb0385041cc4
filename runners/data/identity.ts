import { createHash } from 'node:crypto';
import { hashJson } from '../../common/canonical.ts';
import { DataError } from '../../common/errors.ts';
import { pictureVersion } from './decode.ts';
import { allocatePictures } from './picture-set.ts';
import type { NamedSplits, PictureSet } from './types.ts';

/** Version of the hash below and of the order that follows from it. */
const identityVersion = 1;

/** A set in its canonical order, with the hash that identifies it. */
export interface IdentifiedSplits extends NamedSplits {
  readonly hash: string;
}

/**
 * Puts a set into an order that follows from its content, and hashes it. Classes are in the order
 * of the bytes of their names (which is the official order of CIFAR-10 and CIFAR-100), pictures of
 * a split in the order of the SHA-256 of (class name, pixels). So equal pictures with equal labels
 * are one set and are trained on in one order, whatever archive or folder they came in. Equal
 * pictures of one class stay as often as they are there; which of them comes first makes no
 * difference.
 *
 * The hash covers the class names, the size and number of pictures of each split and all their
 * digests. Where pictures were decoded from a lossy format, the version of that is in it too.
 *
 * @param lossy whether any picture came from JPEG
 * @throws DataError `DATA_CLASSES` where two classes have one name
 */
export function identify(path: string, set: NamedSplits, lossy: boolean): IdentifiedSplits {
  const order = set.classes.map((name, index) => ({ name, index }));
  order.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const classes = order.map(({ name }) => name);
  const twice = classes.find((name, index) => name === classes[index + 1]);
  if (twice !== undefined) {
    throw new DataError('DATA_CLASSES', `${path} has two classes with the name ${twice}.`, {
      hint: 'Give every class a name of its own.',
    });
  }
  const moved = new Int32Array(order.length);
  order.forEach(({ index }, position) => {
    moved[index] = position;
  });
  const train = sortSplit(set.train, classes, moved);
  const test = sortSplit(set.test, classes, moved);
  const hash = hashJson({
    identityVersion,
    preprocessingVersion: lossy ? pictureVersion : null,
    classes,
    train: describe(train),
    test: describe(test),
  });
  return { classes, train: train.set, test: test.set, hash };
}

interface SortedSplit {
  readonly set: PictureSet;
  /** SHA-256 over the sorted digests. */
  readonly digest: string;
}

const describe = ({ set, digest }: SortedSplit) => ({
  count: set.count,
  height: set.height,
  width: set.width,
  pictures: digest,
});

function sortSplit(set: PictureSet, classes: readonly string[], moved: Int32Array): SortedSplit {
  const bytes = set.height * set.width * 3;
  const keyed = Array.from(set.labels, (label, index) => {
    const position = moved[label] as number;
    const digest = createHash('sha256')
      .update(`${classes[position]}\0`)
      .update(set.pixels.subarray(index * bytes, (index + 1) * bytes))
      .digest();
    return { index, position, digest };
  });
  keyed.sort((a, b) => Buffer.compare(a.digest, b.digest));
  const sorted = allocatePictures(set.count, set.height, set.width);
  const whole = createHash('sha256');
  keyed.forEach(({ index, position, digest }, place) => {
    whole.update(digest);
    sorted.labels[place] = position;
    sorted.pixels.set(set.pixels.subarray(index * bytes, (index + 1) * bytes), place * bytes);
  });
  return { set: sorted, digest: whole.digest('hex') };
}
