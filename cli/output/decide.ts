import type { Decisions, SeedDecision, Stuck } from '../../reports/model/decide.ts';
import { formatDuration } from './duration.ts';
import { renderTable } from './table.ts';

/**
 * The ways to settle open cells, for people: cheapest first, then cells that seeds do not settle,
 * by their reasons.
 */
export function decisionLines({ decisions, stuck }: Decisions): readonly string[] {
  if (decisions.length === 0 && stuck.length === 0) return ['Nothing is open.'];
  return [
    ...(decisions.length === 0
      ? ['Nothing that is open can be settled by more seeds of the stored plans.']
      : [
          'Settled by more seeds, if mean and scatter stay as they are; training time on this machine, one trial after the other:',
          ...renderTable(columns, decisions.map(decisionRow)),
        ]),
    ...(stuck.length === 0 ? [] : ['', 'Not settled by seeds alone:', ...stuckLines(stuck)]),
  ];
}

const columns = [
  { title: 'what' },
  { title: 'scale' },
  { title: 'now' },
  { title: 'seeds', align: 'right' },
  { title: 'trials', align: 'right' },
  { title: 'steps', align: 'right' },
  { title: 'time', align: 'right' },
] as const;

function decisionRow({ kind, subject, scale, now, seeds, trials, steps, hours }: SeedDecision) {
  return [
    `${kind} ${subject}`,
    scale,
    now,
    String(seeds),
    String(trials),
    steps.toLocaleString('en-US'),
    hours === null ? 'not measured' : formatDuration(hours * 3600),
  ];
}

/** Grouped by reason: a missing data set would otherwise be told once per cell. */
function stuckLines(stuck: readonly Stuck[]): readonly string[] {
  const groups = Map.groupBy(stuck, ({ why, kind, scale }) => JSON.stringify([kind, scale, why]));
  return [...groups.values()].map((group) => {
    const [{ kind, scale, why }] = group as [Stuck];
    const names = group.map(({ subject }) => subject);
    const shown =
      names.length <= 3
        ? names.join('; ')
        : `${names.slice(0, 3).join('; ')} and ${names.length - 3} more`;
    return `  ${kind} ${kind === 'claim' ? `(${scale}) ` : ''}${shown}: ${why}`;
  });
}
