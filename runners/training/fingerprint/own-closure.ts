import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashJson } from '../../../common/canonical.ts';
import { RedistillError, UsageError } from '../../../common/errors.ts';
import { codeRoot } from '../../../common/installation.mjs';
import { lookUp } from '../../../common/look-up.ts';
import { importClosure, type OwnClosure } from './closure.ts';
import { checkoutAt } from './own-sources.ts';
import { lockedPackages } from './packages.ts';

/** Packages that a user's file gets from this Redistill, wherever it lies. */
export const ourPackages: readonly string[] = ['redistill', '@tensorflow/tfjs-core'];

/**
 * The import closure of a user's file.
 *
 * @param path absolute
 * @param label the file as messages name it
 * @throws UsageError `PLUGIN_IMPORT` for an import that the numerics fingerprint cannot follow
 */
export function ownClosure(path: string, label: string): OwnClosure {
  const entry = realpathSync(path);
  const root = repositoryOf(entry);
  const shown = (file: string) => (resolve('/', file) === entry ? label : resolve('/', file));
  try {
    // From the root of the file system, so that a file may import whatever Node lets it import.
    const closure = importClosure([entry.slice(1)], checkoutAt('/'), undefined, shown);
    const files = closure.files.map((file) => ({ ...file, path: inRepository(file.path, root) }));
    const used = [...closure.specifiers].flatMap(([specifier, file]) =>
      specifier.split('/', 1)[0] === 'redistill' ? [exported(specifier, file)] : [],
    );
    const others = [...closure.packages].filter(([name]) => !ourPackages.includes(name));
    const packages =
      others.length === 0 ? {} : lockedPackages(lockFile(dirname(entry)), new Map(others));
    const sha256 = hashJson({
      files: files.map(({ digest, names }) => ({ digest, names })),
      packages: Object.entries(packages).map(([folder, { version, integrity }]) => [
        folder,
        version,
        integrity,
      ]),
    });
    return { path: entry, root, files, packages, api: [...new Set(used)].sort(), sha256 };
  } catch (error) {
    if (!(error instanceof RedistillError) || error instanceof UsageError) throw error;
    throw new UsageError('PLUGIN_IMPORT', error.message, { hint: error.hint, cause: error });
  }
}

/**
 * The folder that a user's file belongs to: the nearest above it with `.git`, else with
 * package.json or redistill.config.yaml, else the file's own.
 */
function repositoryOf(file: string): string {
  const above = foldersAbove(file);
  const withAny = (...names: readonly string[]) =>
    above.find((folder) => names.some((name) => existsSync(join(folder, name))));
  return withAny('.git') ?? withAny('package.json', 'redistill.config.yaml') ?? dirname(file);
}

function foldersAbove(file: string): readonly string[] {
  const folders = [dirname(file)];
  for (;;) {
    const last = folders.at(-1) as string;
    if (dirname(last) === last) return folders;
    folders.push(dirname(last));
  }
}

/** A file is named from the root of its repository: no path of a machine gets into a record. */
function inRepository(path: string, root: string): string {
  return relative(root, resolve('/', path)).replaceAll('\\', '/');
}

/** What user's files may import of Redistill, with the source that it is. */
const api: Readonly<Record<string, URL>> = {
  'redistill/kinds': new URL('../../api/index.ts', import.meta.url),
  'redistill/data': new URL('../../api/data.ts', import.meta.url),
  'redistill/detectors': new URL('../../api/detectors.ts', import.meta.url),
  'redistill/segmenters': new URL('../../api/segmenters.ts', import.meta.url),
};

const pathOf = (source: URL) => relative(codeRoot, fileURLToPath(source));

/** All sources that user's files may import, as paths in the checkout. */
export const apiSources: readonly string[] = Object.values(api).map(pathOf);

/** The source that an import of `redistill/...` means. */
function exported(specifier: string, file: string): string {
  const source = lookUp(api, specifier);
  if (source !== undefined) return pathOf(source);
  throw new UsageError(
    'PLUGIN_IMPORT',
    `${file} imports "${specifier}", but kinds are made with what ${Object.keys(api).join(', ')} export.`,
    { hint: 'Import from those; types may come from "redistill" too (`import type`).' },
  );
}

/** The nearest lock file above a folder, or what npm wrote beside the installed packages. */
function lockFile(folder: string): string | undefined {
  for (const each of foldersAbove(join(folder, 'file'))) {
    for (const name of ['package-lock.json', 'node_modules/.package-lock.json']) {
      const path = join(each, name);
      if (existsSync(path)) return readFileSync(path, 'utf8');
    }
  }
  return undefined;
}
