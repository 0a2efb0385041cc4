import { changesText } from '../../app/run/changes-text.ts';
import { setupCommand } from '../../common/installation.mjs';
import { plural } from '../../reports/format.ts';
import type { MeasuredPart } from '../../suites/measured.ts';
import type { StaleCells } from '../../suites/stale.ts';

/**
 * The measurements of a workspace that no longer count, with the change that made them stale; empty
 * where there are none.
 */
export function staleLines(stale: readonly StaleCells[]): string[] {
  return stale.flatMap(({ changes, cells }) => [
    `Stale since the last plan of this workspace (${changes.join('; ')}):`,
    ...cells.map((cell) => `  ${cell}`),
  ]);
}

/**
 * How much of a plan is measured already, and what a change of the numerics made stale. Null is
 * unknown.
 */
export function measuredLines(part: MeasuredPart | null): string[] {
  if (part === null) {
    return [`Without TensorFlow it is not known what is measured already. Run: ${setupCommand}.`];
  }
  if (part.trials === 0) return [];
  const stale = part.stale.reduce((sum, { trials }) => sum + trials.length, 0);
  const counts = [
    `${part.measured.length} measured with the present numerics`,
    ...(part.ended.length > 0 ? [`${part.ended.length} failed, diverged or timed out`] : []),
    ...(part.interrupted.length > 0 ? [`${part.interrupted.length} begun`] : []),
    ...(stale > 0 ? [`${stale} measured before but stale`] : []),
    `${part.unmeasured.length} not measured`,
  ];
  return [
    `${plural(part.trials, 'trial')}: ${counts.join(', ')}.`,
    ...part.stale.map(
      ({ changes, trials }) =>
        `Stale since measured (${changesText(changes)}): ${plural(trials.length, 'trial')}`,
    ),
  ];
}
