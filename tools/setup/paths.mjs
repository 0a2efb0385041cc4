// @ts-check
import { mkdirSync, mkdtempSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Where the set-up keeps what is large and the same for every checkout: Node, TensorFlow, compiled
 * bindings.
 *
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 */
export function cacheFolder(environment = process.env) {
  const { REDISTILL_CACHE, XDG_CACHE_HOME } = environment;
  if (REDISTILL_CACHE) return resolve(REDISTILL_CACHE);
  return resolve(XDG_CACHE_HOME || join(homedir(), '.cache'), 'redistill');
}

/**
 * Where unfinished things lie: on the same file system as the cache, so that a finished one is
 * renamed into place.
 *
 * @param {string} cache
 */
export const unfinishedFolder = (cache) => join(cache, 'unfinished');

/**
 * A new folder there, whose name no other process knows: what an interrupted set-up left running
 * writes elsewhere.
 *
 * @param {string} cache
 * @param {string} what
 */
export function workFolder(cache, what) {
  mkdirSync(unfinishedFolder(cache), { recursive: true });
  return mkdtempSync(join(unfinishedFolder(cache), `${what}-`));
}
