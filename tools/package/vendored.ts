import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tfjsFolder } from '../../runners/engine/native-package.mjs';

/**
 * Puts tf.js's package around the native binding into our own: its code and the sources of its
 * binding, which the set-up compiles, and a manifest without its scripts. As a dependency its
 * install script would run wherever npm is not told to ignore scripts, and download libtensorflow
 * 2.9 and a binding for it, neither of which is used here.
 *
 * @param out folder of the compiled code
 */
export function vendor(out: string): void {
  const from = tfjsFolder() as string;
  const to = join(out, 'vendor/tfjs-node-gpu');
  for (const part of ['binding', 'dist', 'README.md']) {
    cpSync(join(from, part), join(to, part), {
      recursive: true,
      filter: (path) => !/_tests?\.(js|d\.ts)$/.test(path),
    });
  }
  const {
    scripts: _,
    devDependencies: __,
    gypfile: ___,
    ...manifest
  } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  // Its licence, Apache 2.0, wants to be handed on as a text, which the package itself lacks.
  cpSync(join(from, '../../typescript/LICENSE'), join(to, 'LICENSE'));
}
