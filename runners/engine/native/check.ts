import { setupCommand } from '../../../common/installation.mjs';
import { type BindingBuild, bindingBuild } from '../environment.ts';
import { EngineError } from '../errors.ts';
import { kernelsKey } from './sources.mjs';

let checked = false;

/**
 * Looks once in a process whether the binding has the kernels of these sources.
 *
 * @throws EngineError `ENGINE_BINDING` where it was built without them, or from others
 */
export function checkBindingHasKernels(): void {
  if (checked) return;
  compareKernels(bindingBuild());
  checked = true;
}

/**
 * @param build what the set-up says of the binding
 * @throws EngineError `ENGINE_BINDING`
 */
export function compareKernels(build: BindingBuild | undefined): void {
  if (build?.kernels === kernelsKey()) return;
  const state = build?.kernels === undefined ? 'lacks the' : 'was built with other';
  throw new EngineError(
    'ENGINE_BINDING',
    `The TensorFlow binding ${state} kernels of its own that this version computes with (convolutions, GELU, layer norm, attention, focal loss, SGD).`,
    { hint: `Run ${setupCommand}: it builds the binding anew (20 s).` },
  );
}
