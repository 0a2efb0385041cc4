/**
 * What the writers for machines and continuous integration write: findings in groups, which know
 * nothing of where they go. The cells of tables become one (`cell-digest.ts`), and so may the
 * findings of any check.
 */
export interface Digest {
  readonly title: string;
  /** A sentence or two on the whole; empty where the title says it all. */
  readonly lead: string;
  readonly groups: readonly DigestGroup[];
}

/** Formats of a report that are made from a digest: those that carry findings. */
export const digestFormats: readonly string[] = ['junit', 'annotations'];

export interface DigestGroup {
  readonly name: string;
  /** What holds for every entry, such as why none of them is comparable. */
  readonly note: string | null;
  readonly entries: readonly DigestEntry[];
}

export interface DigestEntry {
  /** What the finding is about, unique within its group. */
  readonly name: string;
  readonly level: Level;
  /** The finding in a word or two: a verdict. */
  readonly word: string;
  /** One sentence: what the word rests on. */
  readonly message: string;
  /** The file that the finding belongs to, relative to the repository; null where there is none. */
  readonly place?: { readonly file: string; readonly line: number | null } | null;
}

/**
 * What a finding means to whoever is alarmed by it: `passed` and `notice` are fine, a `warning` is
 * undecided, `failed` is a number that does not hold, `error` is one that could not be had, and
 * `skipped` says that nothing was judged.
 */
export type Level = 'passed' | 'notice' | 'warning' | 'failed' | 'error' | 'skipped';

/** Every level, the ones to look at first in front. */
export const levels: readonly Level[] = [
  'error',
  'failed',
  'warning',
  'notice',
  'passed',
  'skipped',
];

/** How many entries of a digest have which level; levels without an entry are left out. */
export function countLevels(
  digest: Digest,
): readonly { readonly level: Level; readonly count: number }[] {
  const entries = digest.groups.flatMap((group) => group.entries);
  return levels
    .map((level) => ({ level, count: entries.filter((entry) => entry.level === level).length }))
    .filter(({ count }) => count > 0);
}
