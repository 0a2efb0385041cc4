/** What is worth saying of a picture that is read all the same: the rest of "Pictures that". */
const remarkWords = {
  strayBytes: 'have stray bytes between their segments, which every decoder passes over',
  noEnd: 'lack only the mark of their end; all of their pixels are there',
  metadata: 'have damaged metadata (profile, EXIF or version), which their pixels do not depend on',
  scanHeader:
    'state a range of coefficients that a sequential JPEG has none of, which decoders ignore',
  checksum: 'have metadata whose checksum is wrong; that of the pixels is right',
  trailing: 'have bytes after their end, which are not read',
  accepted: 'are damaged and were accepted by the list beside the set',
  turned: 'were turned as their EXIF orientation says (as OpenCV does)',
  notTurned: 'have an EXIF orientation and were not turned (as torchvision does not turn them)',
} as const;

export type Remark = keyof typeof remarkWords;

/** A remark, on how many pictures it was made, and the names of the first few. */
export interface CountedRemark {
  readonly remark: Remark;
  readonly count: number;
  readonly first: readonly string[];
}

/** How many pictures a remark names. */
const namedPictures = 3;

/** Counts remarks over a set, whatever order its pictures are decoded in. */
export class RemarkCounter {
  readonly #pictures = new Map<Remark, string[]>();

  add(name: string, remarks: readonly Remark[]): void {
    for (const remark of new Set(remarks)) {
      const names = this.#pictures.get(remark) ?? [];
      names.push(name);
      this.#pictures.set(remark, names);
    }
  }

  /** In the order of `remarkWords`, the names in that of their characters. */
  counted(): CountedRemark[] {
    return (Object.keys(remarkWords) as Remark[]).flatMap((remark) => {
      const names = this.#pictures.get(remark);
      if (names === undefined) return [];
      return [{ remark, count: names.length, first: names.sort().slice(0, namedPictures) }];
    });
  }
}

/** A sentence per remark: `Pictures that lack only the mark of their end ...: 2 (a.jpg, b.jpg).` */
export function remarkSentences(remarks: readonly CountedRemark[]): string[] {
  return remarks.map(({ remark, count, first }) => {
    const more = count > first.length ? ', ...' : '';
    return `Pictures that ${remarkWords[remark]}: ${count} (${first.join(', ')}${more}).`;
  });
}

/** Whether a value from a file is a list of counted remarks. */
export function isRemarks(value: unknown): value is readonly CountedRemark[] {
  return (
    Array.isArray(value) &&
    value.length <= Object.keys(remarkWords).length &&
    value.every(
      (each: Partial<CountedRemark> | null) =>
        typeof each?.remark === 'string' &&
        Object.hasOwn(remarkWords, each.remark) &&
        Number.isInteger(each.count) &&
        Array.isArray(each.first) &&
        each.first.length <= namedPictures &&
        each.first.every((name) => typeof name === 'string'),
    )
  );
}
