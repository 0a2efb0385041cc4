import { adjustedPValues } from './false-discovery.ts';
import type { PairedDifference } from './paired.ts';
import { falseDiscoveryRate } from './table-control.ts';

/** How a paired difference fares among all of its table. */
export interface PairedControl {
  /** Differences of the table whose sign-flip test can decide. */
  readonly comparisons: number;
  /** Sign-flip p-value after Benjamini-Hochberg over them. */
  readonly adjustedP: number;
  /** Whether one method may be called the better one. */
  readonly stands: boolean;
}

/** Shared seeds from which on a sign-flip test can reach the stated level at all: 2 / 2^6 = 3 %. */
export const seedsForSigns = Math.ceil(1 - Math.log2(falseDiscoveryRate));

/**
 * Looks at the paired differences of one table together, in the order given. Null for a difference
 * that was not made, and for one of too few seeds to decide: with five the smallest possible
 * p-value is 6 %, whatever the difference.
 *
 * Benjamini-Hochberg: differences of one table share baselines, which moves most of them the same
 * way; docs/verdicts.md has how many are wrong under a shared baseline.
 */
export function pairedControl(
  differences: readonly (PairedDifference | null)[],
): readonly (PairedControl | null)[] {
  const able = differences
    .map((difference, index) => ({ difference, index }))
    .filter(
      (entry): entry is { difference: PairedDifference; index: number } =>
        entry.difference !== null && entry.difference.smallestP <= falseDiscoveryRate,
    );
  const adjusted = adjustedPValues(
    able.map(({ difference }) => difference.p),
    'positive',
  );
  const controls = new Array<PairedControl | null>(differences.length).fill(null);
  able.forEach(({ index }, position) => {
    const adjustedP = adjusted[position] as number;
    controls[index] = {
      comparisons: able.length,
      adjustedP,
      stands: adjustedP <= falseDiscoveryRate,
    };
  });
  return controls;
}
