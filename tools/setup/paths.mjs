// @ts-check
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

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
