// @ts-check
// Plain JavaScript, because the set-up compiles what the engine uses.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The engine's own kernels: what is compiled, then what it includes. */
export const kernelSources = [
  new URL('./kernels.cc', import.meta.url),
  new URL('./call.h', import.meta.url),
  new URL('./focal.h', import.meta.url),
  new URL('./gelu.h', import.meta.url),
  new URL('./kernel-api.h', import.meta.url),
  new URL('./lanes.h', import.meta.url),
  new URL('./layer-norm.h', import.meta.url),
  new URL('./sgd.h', import.meta.url),
  new URL('./softmax.h', import.meta.url),
  new URL('./threads.h', import.meta.url),
  new URL('./winograd.h', import.meta.url),
  new URL('./winograd-calls.h', import.meta.url),
  new URL('./winograd-map.h', import.meta.url),
  new URL('./winograd-weight.h', import.meta.url),
].map((address) => fileURLToPath(address));

/**
 * Hash of the sources. The set-up writes it beside the binding that it compiled them into, and the
 * engine compares.
 */
export function kernelsKey() {
  const hash = createHash('sha256');
  for (const path of kernelSources) hash.update(readFileSync(path)).update('\0');
  return hash.digest('hex').slice(0, 32);
}
