import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Checkout } from '../../../../runners/training/fingerprint/closure.ts';

export const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** A checkout in memory. */
export function checkoutOf(files: Readonly<Record<string, string>>): Checkout {
  return overlay({ read: () => undefined }, files);
}

/** A checkout with some files changed or added. */
export function overlay(under: Checkout, files: Readonly<Record<string, string>>): Checkout {
  return {
    read(path) {
      const text = files[path];
      return text === undefined ? under.read(path) : Buffer.from(text);
    },
  };
}

const contents = new Map<string, Buffer | undefined>();

/** The files of this checkout, each read once. */
export const thisCheckout: Checkout = {
  read(path) {
    if (!contents.has(path)) contents.set(path, contentOf(path));
    return contents.get(path);
  },
};

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(join(root, path));
  } catch {
    return undefined;
  }
}
