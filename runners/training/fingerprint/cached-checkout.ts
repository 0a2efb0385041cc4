import type { Checkout } from './closure.ts';

/** A checkout whose files are read once, when they are first asked for. */
export function cached(checkout: Checkout): Checkout {
  const files = new Map<string, Uint8Array | undefined>();
  return {
    read(path) {
      if (!files.has(path)) files.set(path, checkout.read(path));
      return files.get(path);
    },
  };
}
