import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, ShrinkWrap } from './manifest.ts';

/** Holds the checkout's manifest while `npm pack` reads that of the package. */
const kept = 'package.json.checkout';
/** What a package has beside its manifest, and a checkout does not. */
const made = ['npm-shrinkwrap.json', 'dist'];

/**
 * Puts the manifest of the package where npm reads it. The exports of a checkout are sources, those
 * of a package what they were compiled to, and npm knows one manifest for both.
 */
export function takeManifest(
  root: string,
  { manifest, shrinkwrap }: { readonly manifest: Manifest; readonly shrinkwrap: ShrinkWrap },
): void {
  const write = (name: string, content: object) =>
    writeFileSync(join(root, name), `${JSON.stringify(content, null, 2)}\n`);
  write('npm-shrinkwrap.json', shrinkwrap);
  renameSync(join(root, 'package.json'), join(root, kept));
  write('package.json', manifest);
}

/** Makes the folder a checkout again. Does nothing to one that is. */
export function restoreCheckout(root: string): void {
  if (existsSync(join(root, kept))) renameSync(join(root, kept), join(root, 'package.json'));
  for (const name of made) rmSync(join(root, name), { recursive: true, force: true });
}
