// @ts-check
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import { npm, npmFailure } from './node.mjs';

/**
 * Whether node_modules holds what package-lock.json asks. npm leaves a lock file of what it
 * installed in node_modules when it is done; packages that it left out must be optional ones (other
 * platforms').
 *
 * @param {string} root
 */
export function packagesAreCurrent(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = present[path];
    if (found === undefined) return optional === true;
    return (
      found.version === version &&
      found.integrity === integrity &&
      existsSync(join(root, path, 'package.json'))
    );
  });
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage
 */

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Installs the packages of package-lock.json, without their install scripts.
 *
 * @param {string} root
 * @param {AbortSignal} [signal]
 * @throws {import('./failure.mjs').SetupFailure}
 */
export async function installPackages(root, signal) {
  // First of all, so that an interrupted removal of the old packages never looks complete.
  rmSync(join(root, 'node_modules/.package-lock.json'), { force: true });
  const { ok, output } = await npm(['ci'], { cwd: root, signal });
  if (!ok) throw npmFailure('the packages of package-lock.json', output);
}

/**
 * Sees that a package's own dependencies are where Node would look for them.
 *
 * @param {string} folder inside the package
 * @throws {SetupFailure} naming those that are not
 */
export function checkInstalled(folder) {
  const manifest = join(folder, '../package.json');
  /** @type {{ dependencies?: Record<string, string> }} */
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
  const missing = Object.keys(dependencies).filter(
    (name) => installedFolder(dirname(manifest), name) === undefined,
  );
  if (missing.length === 0) return;
  throw new SetupFailure(
    `The npm packages ${missing.join(', ')} are not installed: run "npm install --ignore-scripts" in the project that uses Redistill, then set up again.`,
  );
}

/**
 * Node's search for a package: the node_modules of the folder, then of those above it.
 *
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined} its folder
 */
export function installedFolder(from, name) {
  const folder = join(from, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(from);
  return above === from ? undefined : installedFolder(above, name);
}
