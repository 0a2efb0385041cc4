import { plural } from '../../reports/format.ts';
import type { Check } from '../../reports/history/check.ts';
import type { HistoryComparison } from '../../reports/history/compare.ts';
import type { HistoryFinding } from '../../reports/history/findings.ts';

const words: Readonly<Record<HistoryFinding['state'], string>> = {
  regression: 'REGRESSION',
  unconfirmed: 'UNCONFIRMED',
  informed: 'NOTE',
  accepted: 'accepted',
  recovered: 'recovered',
  improvement: 'improvement',
};

/** What a check looked at, in numbers; `measuredNothing` names executions. */
export function countsOf({ metrics, steps, executions, empty }: Check) {
  return {
    series: metrics.length,
    points: metrics.reduce((sum, { points }) => sum + points.length, 0),
    stepSeries: steps.length,
    executions: executions.length,
    measuredNothing: empty.map(({ execution }) => execution),
  };
}

/** What a check found, for people: a line of findings each, then what was looked at. */
export function checkLines(
  check: Check,
  found: readonly HistoryFinding[],
  against: { readonly comparison: HistoryComparison; readonly unjudged: number } | null,
): readonly string[] {
  const lines = found.map(
    ({ state, suite, scale, cell, signal, sentence }) =>
      `${words[state].padEnd(11)}  ${suite}@${scale}  ${cell}  ${signal}: ${sentence}`,
  );
  for (const { execution } of check.empty) {
    lines.push(`NO NUMBERS   ${execution} measured nothing.`);
  }
  const standing = found.filter(({ state }) => state === 'regression').length;
  const verdict = standing === 0 ? 'No regression' : plural(standing, 'regression');
  if (lines.length > 0) lines.push('');
  lines.push(`${verdict} in ${against === null ? scope(check) : baselineScope(against)}.`);
  if (against === null && longest(check) < minimumPoints) {
    lines.push(
      `The longest series has ${plural(longest(check), 'point')}: a change needs ${minimumPoints}, two before and two after.`,
    );
  }
  if (against !== null) lines.push(...baselineNotes(against.comparison.notes));
  return lines;
}

const shownNotes = 5;

/** What a pass does not speak of: cells that were left out, runs that are their own baseline. */
function baselineNotes(notes: readonly string[]): readonly string[] {
  if (notes.length === 0) return [];
  const more = notes.length - shownNotes;
  return [
    'A is the baseline, B the latest execution:',
    ...notes.slice(0, shownNotes).map((note) => `  ${note}`),
    ...(more > 0 ? [`  and ${more} more; redistill compare REF latest has all.`] : []),
  ];
}

const minimumPoints = 4;

function scope({ metrics, executions }: Check): string {
  const machines = new Set(metrics.map(({ key }) => key.machine)).size;
  return `${plural(metrics.length, 'series', 'series')} on ${plural(machines, 'machine')}, ${plural(executions.length, 'recorded execution')}`;
}

function baselineScope({
  comparison,
  unjudged,
}: {
  readonly comparison: HistoryComparison;
  readonly unjudged: number;
}): string {
  const rest =
    unjudged === 0 ? '' : `, ${unjudged} of them without an interval and so without a verdict`;
  return `${plural(comparison.cells.length, 'cell')} of ${comparison.b.meaning} against ${comparison.a.meaning}${rest}`;
}

function longest({ metrics }: Check): number {
  return Math.max(0, ...metrics.map(({ points }) => points.length));
}
