import { hashJson } from '../../../common/canonical.ts';
import type { OwnClosure, ReachedFile } from './closure.ts';
import type { LockedPackage } from './packages.ts';

/**
 * What a fingerprint was computed from, part by part. It is kept beside the runs that have the
 * fingerprint (`record-store.ts`), so that a later one can say which part has changed.
 */
export interface NumericsRecord {
  readonly schemaVersion: 1;
  /** 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** In words, such as `threads: 1`. */
  readonly conditions: Readonly<Record<string, string>>;
  /**
   * By path in the checkout at that time, or as `own:<path>` in the user's repository: the
   * beginnings of a hash of its own content and of one of what it names.
   */
  readonly files: Readonly<Record<string, readonly [content: string, names: string]>>;
  /** By folder, `node_modules/yaml`: its version, and the end of the hash of its archive. */
  readonly packages: Readonly<Record<string, readonly [version: string, archive: string]>>;
}

export function recordOf(
  fingerprint: string,
  conditions: Readonly<Record<string, string>>,
  files: readonly ReachedFile[],
  packages: Readonly<Record<string, LockedPackage>>,
  own: readonly OwnClosure[] = [],
): NumericsRecord {
  const byPath = [
    ...byPathOf(files, ''),
    ...own.flatMap((closure) => byPathOf(closure.files, 'own:')),
  ];
  const pinned = Object.assign({}, packages, ...own.map((closure) => closure.packages));
  return {
    schemaVersion: 1,
    fingerprint,
    conditions,
    files: Object.fromEntries(byPath.sort(([a], [b]) => (a < b ? -1 : 1))),
    packages: Object.fromEntries(
      Object.entries(pinned as typeof packages).map(([folder, { version, integrity }]) => [
        folder,
        [version, integrity.slice(-8)],
      ]),
    ),
  };
}

/** The files of one closure, as a record has them. */
function byPathOf(files: readonly ReachedFile[], prefix: string) {
  const contents = files.map(({ digest }) => digest);
  return files.map(({ path, digest, names }) => {
    const named = hashJson(names.map((place) => contents[place] as string));
    return [`${prefix}${path}`, [digest.slice(0, 16), named.slice(0, 8)] as const] as const;
  });
}

/**
 * The differences of two fingerprints in words, conditions first: `threads 1 -> 2`, `yaml 2.9.0 ->
 * 2.9.1`, `runners/distillers/kd.ts`, `runners/distillers/new.ts (new)`. A file that only moved is
 * no difference. Empty for equal ones.
 */
export function numericsChanges(before: NumericsRecord, now: NumericsRecord): readonly string[] {
  if (before.fingerprint === now.fingerprint) return [];
  const files = fileChanges(before.files, now.files);
  const all = [
    ...valueChanges(before.conditions, now.conditions),
    ...files,
    ...packageChanges(before.packages, now.packages),
  ];
  if (all.length > 0) return all;
  const rewired = rewiredFiles(before.files, now.files);
  return rewired.length > 0 ? rewired : ['how the fingerprint is computed'];
}

type Files = NumericsRecord['files'];
type Packages = NumericsRecord['packages'];

function valueChanges(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  return namesOf(before, now)
    .filter((name) => before[name] !== now[name])
    .map((name) => {
      const [was, is] = [before[name] ?? 'unknown', now[name] ?? 'unknown'];
      // A hash tells a reader nothing.
      const opaque = /^[0-9a-f]{16,}$/.test(was) || /^[0-9a-f]{16,}$/.test(is);
      return opaque ? name : `${name} ${was} -> ${is}`;
    });
}

function fileChanges(before: Files, now: Files): string[] {
  const paths = namesOf(before, now);
  const content = (files: Files, path: string) => files[path]?.[0];
  const changed = paths.filter((path) => content(before, path) !== content(now, path));
  // A file that went and one that came with the same content are a move.
  const went = new Set(changed.map((path) => content(before, path)));
  const came = new Set(changed.map((path) => content(now, path)));
  const moved = (path: string) => {
    const [was, is] = [content(before, path), content(now, path)];
    return (was === undefined || came.has(was)) && (is === undefined || went.has(is));
  };
  return changed
    .filter((path) => !moved(path))
    .map((path) => {
      if (content(before, path) === undefined) return `${path} (new)`;
      return content(now, path) === undefined ? `${path} (gone)` : path;
    });
}

/** Files of equal content that name other files than before. */
function rewiredFiles(before: Files, now: Files): string[] {
  return Object.keys(now).filter((path) => {
    const [content, names] = now[path] as Files[string];
    return !Object.values(before).some((file) => file[0] === content && file[1] === names);
  });
}

function packageChanges(before: Packages, now: Packages): string[] {
  return namesOf(before, now)
    .filter((folder) => String(before[folder]) !== String(now[folder]))
    .map((folder) => {
      const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const [was, is] = [before[folder], now[folder]];
      if (was === undefined) return `${name} ${is?.[0]} (new)`;
      if (is === undefined) return `${name} ${was[0]} (gone)`;
      return was[0] === is[0]
        ? `${name} ${is[0]}, another archive`
        : `${name} ${was[0]} -> ${is[0]}`;
    });
}

const namesOf = (before: object, now: object) =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
