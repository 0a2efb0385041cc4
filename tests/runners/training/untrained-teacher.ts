import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors } from '../../../runners/formats/safetensors.ts';
import { initialState } from '../../../runners/networks/init.ts';
import type { ParamSpec } from '../../../runners/networks/types.ts';
import { torchTensors } from '../../../runners/weights/network-state.ts';
import type { TinyTrial } from './workers.ts';

/** A teacher that has learned nothing: its weights, in `folder`, give maps to be pulled towards. */
export function untrainedTeacher(
  folder: string,
  model: string,
  { params }: { readonly params: readonly ParamSpec[] },
): NonNullable<TinyTrial['teacher']> {
  const weights = join(folder, `${model}.safetensors`);
  const tensors = torchTensors(params, initialState(params, 'teacher'));
  writeFileSync(weights, encodeSafetensors({ tensors, metadata: { model } }));
  return { model, weights, imported: true };
}
