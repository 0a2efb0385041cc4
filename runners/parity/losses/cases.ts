import type { GoldenFile, ParityCase } from '../../../contract/parity.ts';
import { GoldenNode } from '../golden.ts';
import { skippedCase } from '../tolerance.ts';

/**
 * Checks every case of a file of losses. Where the official code has no finite loss in double
 * precision either, there is no number to agree with: the case is skipped, and says so.
 */
export function lossCases(
  file: GoldenFile,
  check: (node: GoldenNode) => ParityCase,
): readonly ParityCase[] {
  return GoldenNode.of(file)
    .get('cases')
    .list()
    .map((node) => {
      const outputs = node.get('outputs');
      if (Number.isFinite(outputs.get('loss_f64').number())) return check(node);
      node.leave();
      return skippedCase(
        file.path,
        node.get('name').text(),
        'the official loss is not finite in float64 either: there is nothing to compare with',
      );
    });
}
