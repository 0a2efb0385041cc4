import { lookUp } from '../../../common/look-up.ts';
import type { GoldenNode } from '../golden.ts';

/*
 * What the drivers of feature methods read of a case. Weights that a file leaves out are 1.
 */

/** A number of the case's settings. */
export const number = (node: GoldenNode, name: string): number =>
  node.get('hyper').get(name).number();

/** Names of the tensors of a list of inputs. */
export const stages = (node: GoldenNode, name: string): readonly string[] =>
  node
    .get('inputs')
    .get(name)
    .list()
    .map((_, index) => `${name}[${index}]`);

/** mdistiller's losses leave out the stem, feature 0. */
export const withStem = (names: readonly string[]): readonly (string | null)[] => [null, ...names];

/** The label loss `ls` of some files is timm's smoothing of 0.1, `soft` that of mixed labels. */
const shortCriteria: Readonly<Record<string, string>> = {
  ls: 'LabelSmoothingCrossEntropy(0.1)',
  soft: 'SoftTargetCrossEntropy',
};

/** Smoothing of the label loss that a case names; mixed labels hold theirs. */
export function smoothingOf(node: GoldenNode): { readonly smoothing?: number } {
  const setting = node.get('hyper').get('criterion');
  const text = setting.text();
  const criterion = lookUp(shortCriteria, text) ?? text;
  const given = /^LabelSmoothingCrossEntropy\((\d*\.?\d+)\)$/.exec(criterion)?.[1];
  if (given !== undefined) return { smoothing: Number(given) };
  const mixed = node.get('inputs').get('target').tensor().shape.length === 2;
  const fitting = mixed ? 'SoftTargetCrossEntropy' : 'CrossEntropyLoss';
  if (criterion !== fitting) throw setting.malformed(`must be ${fitting} for such targets`);
  return {};
}
