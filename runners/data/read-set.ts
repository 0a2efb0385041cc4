import { isCifarMember, largestCifarMember, readCifar } from './cifar.ts';
import { decodeTree, isPicture, readFiles } from './folder.ts';
import { type IdentifiedSplits, identify } from './identity.ts';
import { limits } from './limits.ts';
import type { CountedRemark } from './pictures/remarks.ts';
import type { NamedSplits } from './types.ts';

/**
 * In which form a set's files are: an official version of CIFAR, or pictures by folder (`lossy`
 * where any is a JPEG).
 */
export const dataForms = ['binary', 'python', 'pictures', 'lossy pictures'] as const;
export type DataForm = (typeof dataForms)[number];

/** A set as it was read, with what it was read from. */
export interface ReadSplits extends IdentifiedSplits {
  readonly form: DataForm;
  /** What was remarkable about its pictures. */
  readonly remarks: readonly CountedRemark[];
}

export interface ReadSetOptions {
  /** Progress of the decoding of pictures. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** Looks at what was read before it is sorted, and throws where it cannot be what is wanted. */
  readonly check?: (set: NamedSplits) => void;
}

/**
 * Reads a folder or an archive in any of the known forms, told by what is in it, and puts it into
 * its canonical order: equal pictures and labels give the same set from every form.
 *
 * @throws DataError for anything that is truncated, damaged, or in no known form
 */
export async function readSet(
  path: string,
  { progress, check = () => {} }: ReadSetOptions = {},
): Promise<ReadSplits> {
  const files = await readFiles(path, {
    wanted: (name) => isPicture(name) || isCifarMember(name),
    maximum: (name) => (isCifarMember(name) ? largestCifarMember : limits.pictureFile),
  });
  const members = files.filter((file) => isCifarMember(file.path));
  if (members.length > 0) {
    const { form, ...set } = readCifar(path, members);
    check(set);
    return { ...identify(path, set, false), form, remarks: [] };
  }
  const lossy = files.some(({ bytes }) => bytes[0] === 0xff);
  const set = await decodeTree(path, files, progress);
  check(set);
  const form = lossy ? 'lossy pictures' : 'pictures';
  return { ...identify(path, set, lossy), form, remarks: set.remarks };
}
