import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../../../common/canonical.ts';
import { InfrastructureError } from '../../../common/errors.ts';
import { codeRoot } from '../../../common/installation.mjs';
import { packed } from '../../../common/packed.mjs';
import type { Checkout } from './closure.ts';
import { asInstalled } from './installed-packages.ts';

/** Beside the sources in a package: the SHA-256 of what each became, by its path. */
export const emittedName = 'emitted.json';
/** Folder of a package with the sources that its numerics fingerprint is computed from. */
export const sourcesFolder = 'sources';
const lockFile = 'package-lock.json';

/**
 * The sources of the code that runs. A package has them beside what they were compiled to, so that
 * its fingerprints are those of the checkout that it was made from.
 */
export function ownCheckout(): Checkout {
  return packed === undefined ? checkoutAt(codeRoot) : packageAt(codeRoot);
}

/** The files of a checkout on disk. */
export function checkoutAt(root: string): Checkout {
  return { read: (path) => contentOf(join(root, path)) };
}

/**
 * The sources in a package. A file that is read must have become what runs: the compiled code may
 * have been edited since.
 *
 * @param root folder of the compiled code
 */
export function packageAt(root: string): Checkout {
  const sources = join(root, sourcesFolder);
  const emitted = JSON.parse(readFileSync(join(sources, emittedName), 'utf8')) as Readonly<
    Record<string, string>
  >;
  return {
    read(path) {
      const source = contentOf(join(sources, path));
      if (source === undefined) return undefined;
      // The lock file holds for what npm installed beside the package, which need not be that.
      if (path === lockFile) return asInstalled(source, dirname(root));
      const runs = path.replace(/\.ts$/, '.js');
      const content = contentOf(join(root, runs));
      if (content === undefined || sha256(content) !== emitted[path])
        throw edited(join(root, runs));
      return source;
    },
  };
}

function contentOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function edited(file: string): InfrastructureError {
  return new InfrastructureError(
    'PACKAGE_EDITED',
    `${file} ${existsSync(file) ? 'is not as it was packed' : 'is missing'}, so that runs would carry the fingerprint of other code.`,
    { hint: 'Install the package again, or change a checkout and use that.' },
  );
}
