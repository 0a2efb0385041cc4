import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Names and shapes of a network's tensors in its authors' own code (layouts/make.py), without
 * counters of batches.
 */
export interface TeacherLayout {
  /** Repository, commit and file. */
  readonly source: string;
  readonly classes: number;
  /** In the order of the state dictionary; shapes as PyTorch has them. */
  readonly tensors: readonly (readonly [name: string, shape: readonly number[]])[];
}

/** @param name of a file in `layouts`, as `releases.yaml` gives it */
export function readLayout(name: string): TeacherLayout {
  const packed = readFileSync(join(import.meta.dirname, 'layouts', `${name}.json.gz`));
  const { source, num_classes, state_dict } = JSON.parse(gunzipSync(packed).toString('utf8')) as {
    readonly source: string;
    readonly num_classes: number;
    readonly state_dict: TeacherLayout['tensors'];
  };
  return { source, classes: num_classes, tensors: state_dict };
}
