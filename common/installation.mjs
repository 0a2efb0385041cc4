// @ts-check
// Where this code lies, and what it is: a checkout that runs its TypeScript, or a package that npm
// unpacked, with JavaScript in the same folders. Plain JavaScript, because the launcher and the
// set-up ask it under a Node that cannot run TypeScript.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packed } from './packed.mjs';

// Not followed by the fingerprint: it is only a place, and what is read there counts by itself.
/** The folder above this one: a checkout's root, or the package's folder of compiled code. */
export const codeRoot = fileURLToPath(new URL('..', import.meta.url));

/** The command that brings TensorFlow and builds its binding, as a user here would type it. */
export const setupCommand =
  packed === undefined ? 'make setup' : 'npx --no-install redistill setup';

/**
 * The address of a source as it can be loaded here: in a package the compiled file that stands in
 * its place. For what starts by its address, a process or a thread; the compiler rewrites what is
 * imported. Write `codeUrl(new URL('./x.ts', import.meta.url))`, so that the numerics
 * fingerprint sees which file is meant.
 *
 * @param {URL} source
 * @returns {URL}
 */
export function codeUrl(source) {
  return packed === undefined ? source : new URL(source.href.replace(/\.ts$/, '.js'));
}

/**
 * The same as a path.
 *
 * @param {URL} source
 */
export const codePath = (source) => fileURLToPath(codeUrl(source));

/**
 * Where the set-up keeps what is large and the same for every checkout and every project: Node,
 * TensorFlow, compiled bindings.
 *
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 */
export function cacheFolder(environment = process.env) {
  const { REDISTILL_CACHE, XDG_CACHE_HOME } = environment;
  if (REDISTILL_CACHE) return resolve(REDISTILL_CACHE);
  return resolve(XDG_CACHE_HOME || join(homedir(), '.cache'), 'redistill');
}
