import { registerHooks } from 'node:module';
import { ourPackages } from '../fingerprint/own-closure.ts';

let hooked = false;

/**
 * Lets files that lie anywhere import `redistill/kinds` and TensorFlow's core from this Redistill,
 * whether their folder has a `node_modules` or not, and never from another copy: kinds of two
 * copies would not work together.
 */
export function hookImports(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const ours = ourPackages.some(
        (name) => specifier === name || specifier.startsWith(`${name}/`),
      );
      return ours
        ? next(specifier, { ...context, parentURL: import.meta.url })
        : next(specifier, context);
    },
  });
}
