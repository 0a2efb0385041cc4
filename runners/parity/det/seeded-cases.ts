import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { formulaSettings } from '../formula.ts';
import { GoldenNode } from '../golden.ts';
import type { Mode } from '../networks.ts';

/** One of the cases of a golden file that holds its parts by the file's formula. */
export interface SeededCase {
  readonly node: GoldenNode;
  readonly path: string;
  /** Of the formula. */
  readonly seed: number;
  readonly mode: Mode;
}

/** The check of a file whose `cases` share the seed of its formula. */
export const seededCases =
  (casesOf: (one: SeededCase) => ParityCase | readonly ParityCase[]) =>
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const { seed } = formulaSettings(root);
    const nodes = root.get('cases').list();
    return nodes.flatMap((node) => casesOf({ node, path: file.path, seed, mode }));
  };
