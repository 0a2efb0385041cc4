import type { ParamSpec } from '../networks/types.ts';
import type { FormulaChange } from './formula.ts';
import type { GoldenNode } from './golden.ts';
import type { Comparison } from './tolerance.ts';

/** A tensor of a golden file's `state_dict`: `[name, shape, kind, scale, offset]`. */
export interface StateEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: string;
  /** How its values differ from the formula. */
  readonly change: FormulaChange;
}

/** The tensors of a golden file's network, in their order. */
export function stateEntries(root: GoldenNode, key = 'state_dict'): readonly StateEntry[] {
  return root
    .get(key)
    .list()
    .map((entry) => {
      const [name, shape, kind, scale, offset] = entry.list();
      if (name === undefined || shape === undefined || kind === undefined) {
        throw entry.malformed('must be [name, shape, kind, ...]');
      }
      const change = { scale: scale?.number() ?? 1, offset: offset?.number() ?? 0 };
      return { name: name.text(), shape: shape.shape(), kind: kind.text(), change };
    });
}

/** How tensors of the file's network differ from the formula. */
export function formulaChanges(root: GoldenNode): readonly FormulaChange[] {
  return stateEntries(root).map(({ change }) => change);
}

/** Names, shapes, kinds and order of a network's state against a golden file. */
export function compareState(
  comparison: Comparison,
  params: readonly ParamSpec[],
  entries: readonly StateEntry[],
): void {
  const own = params.map(({ name, torchShape, kind }) => [name, torchShape, kind]);
  comparison.equal('the length of state_dict', own.length, entries.length);
  entries.forEach(({ name, shape, kind }, index) => {
    comparison.equal(`state_dict[${index}]`, own[index], [name, shape, kind]);
  });
}
