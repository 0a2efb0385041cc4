import { RedistillError } from '../../../common/errors.ts';

/** A package as package-lock.json pins it. */
export interface LockedPackage {
  readonly version: string;
  /** Hash of its archive, as npm writes it; empty where the lock file has none. */
  readonly integrity: string;
}

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages that some packages need, themselves included, by their folder (`node_modules/yaml`),
 * sorted. Optional ones (native builds for each platform, such as libvips for sharp) count for
 * every platform: the lock file moves them together.
 *
 * @param text package-lock.json, or undefined where there is none
 * @param names what is imported, with a file that imports it
 * @throws RedistillError `FINGERPRINT_PACKAGE` for an imported package that the lock file does not
 *   have
 */
export function lockedPackages(
  text: string | undefined,
  names: ReadonlyMap<string, string>,
): Readonly<Record<string, LockedPackage>> {
  const entries = new Map(Object.entries(entriesOf(text)));
  const found = new Set<string>();
  const follow = (folder: string) => {
    if (found.has(folder)) return;
    found.add(folder);
    const entry = entries.get(folder) as LockEntry;
    for (const group of [entry.dependencies, entry.optionalDependencies, entry.peerDependencies]) {
      for (const name of Object.keys(group ?? {})) {
        const nearest = resolve(entries, folder, name);
        // npm leaves out optional peers; a lock file that lacks more than that cannot be installed.
        if (nearest !== undefined) follow(nearest);
      }
    }
  };
  for (const [name, file] of names) {
    const folder = resolve(entries, '', name);
    if (folder === undefined) throw unlocked(name, file);
    follow(folder);
  }
  return Object.fromEntries(
    [...found].sort().map((folder) => {
      const { version = '', integrity = '' } = entries.get(folder) as LockEntry;
      return [folder, { version, integrity }];
    }),
  );
}

function entriesOf(text: string | undefined): Readonly<Record<string, LockEntry>> {
  try {
    return (JSON.parse(text ?? '') as { packages?: Record<string, LockEntry> }).packages ?? {};
  } catch {
    return {};
  }
}

/** Node's search: the folder's own node_modules first, then those of the folders above. */
function resolve(
  entries: ReadonlyMap<string, LockEntry>,
  folder: string,
  name: string,
): string | undefined {
  for (
    let from = folder;
    ;
    from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1))
  ) {
    const candidate = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
    if (entries.has(candidate)) return candidate;
    if (from === '') return undefined;
  }
}

function unlocked(name: string, file: string): RedistillError {
  return new RedistillError(
    'FINGERPRINT_PACKAGE',
    `${file} imports the package ${name}, which package-lock.json does not pin, so that the numerics fingerprint lacks it.`,
    { hint: 'Restore package-lock.json, or run: npm install.' },
  );
}
