import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A lock file as it was obeyed: where npm, or another installer, put a package of another version
 * beside ours, it says that version, and no hash of an archive. Packages that are not there stay as
 * they are: those of other platforms, and the one that our package brings itself.
 *
 * @param lock package-lock.json
 * @param folder of our package, from which Node looks for others
 */
export function asInstalled(lock: Uint8Array, folder: string): Uint8Array {
  const content = JSON.parse(new TextDecoder().decode(lock)) as {
    packages: Record<string, { version?: string; integrity?: string }>;
  };
  for (const [place, entry] of Object.entries(content.packages)) {
    const version =
      place === '' ? undefined : installedVersion(folder, place.split('node_modules/').slice(1));
    if (version !== undefined && version !== entry.version) {
      content.packages[place] = { ...entry, version, integrity: '' };
    }
  }
  return new TextEncoder().encode(JSON.stringify(content));
}

/**
 * The version that Node finds when our package asks for the first name, that package for the
 * second, and so on.
 *
 * @param names such as `['a/', 'b']` for `node_modules/a/node_modules/b`
 */
function installedVersion(folder: string, names: readonly string[]): string | undefined {
  let from = folder;
  let version: string | undefined;
  for (const name of names) {
    const found = nearest(from, name.replace(/\/$/, ''));
    if (found === undefined) return undefined;
    ({ from, version } = found);
  }
  return version;
}

function nearest(folder: string, name: string): { from: string; version: string } | undefined {
  for (let above = folder; ; above = dirname(above)) {
    const from = join(above, 'node_modules', name);
    try {
      const { version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as {
        version: string;
      };
      return { from, version };
    } catch {
      if (above === dirname(above)) return undefined;
    }
  }
}
