/** Something in a COCO file that was left aside because the task does not use it, and how often. */
export interface Ignored {
  /** Singular and plural, with why: `segmentation that boxes do not use`. */
  readonly what: IgnoredKind;
  readonly count: number;
  /**
   * The first of them and what is wrong with it: `annotations[3].segmentation has 4 numbers in
   * polygon 0, ...`.
   */
  readonly first: string;
}

export type IgnoredKind = keyof typeof words;

const words = {
  segmentation: ['segmentation', 'segmentations', 'that boxes do not use'],
  box: ['box', 'boxes', 'that masks do not use'],
  size: ['size of a picture', 'sizes of pictures', 'that boxes do not use'],
  fileName: ['file name', 'file names', 'that the evaluation does not use'],
  categoryName: ['name of a category', 'names of categories', 'that the evaluation does not use'],
  picture: ['annotation', 'annotations', 'of pictures that images lacks'],
  category: ['annotation', 'annotations', 'of categories that categories lacks'],
} as const;

/** Counts what is left aside while a file is read. */
export class IgnoredParts {
  private readonly found = new Map<IgnoredKind, { count: number; first: string }>();

  add(what: IgnoredKind, problem: string): void {
    const earlier = this.found.get(what);
    if (earlier === undefined) this.found.set(what, { count: 1, first: problem });
    else earlier.count += 1;
  }

  list(): readonly Ignored[] {
    return [...this.found].map(([what, { count, first }]) => ({ what, count, first }));
  }
}

/**
 * `ignored 2 segmentations that boxes do not use; the first: annotations[0].segmentation has ...`.
 */
export function ignoredSentence({ what, count, first }: Ignored): string {
  const [one, many, why] = words[what];
  return `ignored ${count} ${count === 1 ? one : many} ${why}${count === 1 ? '' : '; the first'}: ${first}`;
}
