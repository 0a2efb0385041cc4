// @ts-check
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
