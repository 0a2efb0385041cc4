import { basename, dirname, extname, join } from 'node:path/posix';
import { sha256 } from '../../../common/canonical.ts';
import { RedistillError } from '../../../common/errors.ts';
import { dataDigest } from './data-content.ts';
import { kindTableName } from './kind-table.ts';
import type { LockedPackage } from './packages.ts';
import { readKindTable, readSource, type Source } from './references.ts';

/** The files of a checkout, by path from its root with `/`. */
export interface Checkout {
  /** Undefined where there is no such file; a folder is none. */
  read(path: string): Uint8Array | undefined;
}

/** A file that is reached. */
export interface ReachedFile {
  readonly path: string;
  /**
   * SHA-256 of its content. For code that is its tokens, without its own path and the paths that it
   * names.
   */
  readonly digest: string;
  /** Places of the files that it names in `Closure.files`, in an order that no path decides. */
  readonly names: readonly number[];
}

/** Everything that the entries can load or read. */
export interface Closure {
  /**
   * In the order in which a walk from the entries meets them. So a file that moves keeps its place,
   * a circle of imports is nothing special, and two files of equal content stay two.
   */
  readonly files: readonly ReachedFile[];
  /** Names of the npm packages that they import, with a file that does. */
  readonly packages: ReadonlyMap<string, string>;
  /** The same as imports write them: `redistill/kinds`. */
  readonly specifiers: ReadonlyMap<string, string>;
}

/**
 * What a user's file brings into a trial: the part of its numerics that is not in this checkout.
 */
export interface OwnClosure {
  /** Absolute, links resolved. */
  readonly path: string;
  /** Folder of the user's repository, absolute. */
  readonly root: string;
  /** The file and everything that it imports by path; paths are from `root`. */
  readonly files: readonly ReachedFile[];
  /** The packages that they import, as the user's lock file pins them. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
  /** Files of this checkout that they take names from, as package.json exports them. */
  readonly api: readonly string[];
  /** SHA-256 over contents and packages; no path is in it. */
  readonly sha256: string;
}

const codeExtensions: ReadonlySet<string> = new Set([
  ...['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'],
]);

/**
 * The import closure of `entries` (paths in the checkout): code by `readSource`, and what it names
 * that is not code as data.
 *
 * @param kinds keys of the entries to follow in tables of kinds (files called `kinds.ts`); absent:
 *   all of them
 * @param shown a path as messages name it
 * @throws RedistillError `FINGERPRINT_REFERENCE` for a reference that cannot be followed: what it
 *   reaches would change numbers without a new fingerprint
 */
export function importClosure(
  entries: readonly string[],
  checkout: Checkout,
  kinds?: readonly string[],
  shown: (path: string) => string = (path) => path,
): Closure {
  const used = kinds === undefined ? null : new Set(kinds);
  const places = new Map<string, number>();
  const files: { path: string; digest: string; names: number[] }[] = [];
  const packages = new Map<string, string>();
  const specifiers = new Map<string, string>();

  function visit(path: string, bytes: Uint8Array): number {
    const known = places.get(path);
    if (known !== undefined) return known;
    const place = files.length;
    places.set(path, place);
    const source = codeExtensions.has(extname(path)) ? sourceOf(path, bytes, used) : null;
    const digest = source?.digest ?? dataDigest(path, bytes);
    const file = { path, digest, names: [] as number[] };
    files.push(file);
    if (source === null) return place;
    const [hidden] = source.hidden;
    if (hidden !== undefined) throw hiddenReference(shown(path), hidden);
    for (const name of source.packages) if (!packages.has(name)) packages.set(name, shown(path));
    for (const name of source.specifiers)
      if (!specifiers.has(name)) specifiers.set(name, shown(path));
    for (const { specifier, reason } of source.references) {
      if (reason !== null) continue;
      const target = join(dirname(path), specifier);
      const content = target.startsWith('../') ? undefined : checkout.read(target);
      if (content === undefined) throw missingReference(shown(path), specifier);
      file.names.push(visit(target, content));
    }
    return place;
  }

  for (const entry of entries) {
    const content = checkout.read(entry);
    if (content === undefined) throw missingReference('the fingerprint', entry);
    visit(entry, content);
  }
  return { files, packages, specifiers };
}

/** Sources by the hash of their bytes: reading one takes a hundred times what hashing it takes. */
const sources = new Map<string, Source>();

function sourceOf(path: string, bytes: Uint8Array, used: ReadonlySet<string> | null): Source {
  if (used !== null && basename(path) === kindTableName) {
    return readKindTable(new TextDecoder().decode(bytes), used);
  }
  const key = sha256(bytes);
  const known = sources.get(key);
  if (known !== undefined) return known;
  const source = readSource(new TextDecoder().decode(bytes));
  sources.set(key, source);
  return source;
}

function hiddenReference(path: string, code: string): RedistillError {
  return new RedistillError(
    'FINGERPRINT_REFERENCE',
    `${path} reaches code or a file by "${code}", which the numerics fingerprint cannot follow.`,
    {
      hint:
        "Write import('./x.ts') or new URL('./x.yaml', import.meta.url) with a literal, or say in a comment of the " +
        'statement why it need not be followed: "Not followed by the fingerprint: <reason>".',
    },
  );
}

function missingReference(path: string, specifier: string): RedistillError {
  return new RedistillError(
    'FINGERPRINT_REFERENCE',
    `${path} names ${specifier}, which is no file, so that the numerics fingerprint cannot follow it.`,
    { hint: 'Restore the file, or mend the path.' },
  );
}
