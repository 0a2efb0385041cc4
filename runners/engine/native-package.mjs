// @ts-check
// Where tf.js's package around the native binding lies, and where its binding. Plain JavaScript,
// because the set-up builds what the engine loads.
import { createHash } from 'node:crypto';
import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheFolder, codeRoot } from '../../common/installation.mjs';
import { packed } from '../../common/packed.mjs';

/**
 * Folder of `@tensorflow/tfjs-node-gpu`: where Node finds it, or inside our own package, which
 * brings it without the script that would download another libtensorflow. Undefined where the npm
 * packages are not installed.
 *
 * @returns {string | undefined}
 */
export function tfjsFolder() {
  if (packed !== undefined) return join(codeRoot, 'vendor/tfjs-node-gpu');
  try {
    // Not followed by the fingerprint: `loadTfjs` names the package, this only asks where it is.
    const here = createRequire(import.meta.url);
    return dirname(here.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  } catch {
    return undefined;
  }
}

/**
 * Folder of `tfjs_binding.node` and of what the set-up says of it, `build.json`. In a checkout it
 * is the one where tf.js's package looks. An installed package may lie where its user cannot write,
 * so that its binding lies in the user's cache, a folder for each installation.
 *
 * @returns {string | undefined} undefined where the npm packages are not installed
 */
export function bindingFolder() {
  if (packed !== undefined) {
    const name = createHash('sha256').update(codeRoot).digest('hex').slice(0, 16);
    return join(cacheFolder(), 'installed', name);
  }
  const folder = tfjsFolder();
  // The binding asks for version 8 of Node-API, and the folder is named after it.
  return folder === undefined ? undefined : join(folder, 'lib/napi-v8');
}

/**
 * Loads tf.js on the native binding.
 *
 * @returns {unknown} the exports of `@tensorflow/tfjs-node-gpu`
 */
export function loadTfjs() {
  if (packed === undefined) return createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu');
  const folder = /** @type {string} */ (tfjsFolder());
  const inside = createRequire(join(folder, 'package.json'));
  // It asks node-pre-gyp where its binding is, and would be told of a folder of its own.
  const asked = inside.resolve('@mapbox/node-pre-gyp');
  const answer = new Module(asked);
  const file = join(/** @type {string} */ (bindingFolder()), 'tfjs_binding.node');
  answer.exports = { find: () => file };
  inside.cache[asked] = answer;
  try {
    return inside('./dist/index.js');
  } finally {
    delete inside.cache[asked];
  }
}
