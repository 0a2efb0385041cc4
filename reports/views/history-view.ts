import type { JudgedChange } from '../../reference/history/regressions.ts';
import { historyChart } from '../charts/history.ts';
import { fixed, plural, signed } from '../format.ts';
import type { JudgedSeries } from '../history/check.ts';
import type { HistoryFinding } from '../history/findings.ts';
import { metricName } from './words.ts';

/** How a change is shown: in a word and with a symbol, never by colour alone. */
export interface StateStyle {
  readonly word: string;
  readonly symbol: string;
  readonly style: string;
}

const states: Readonly<Record<HistoryFinding['state'] | 'steady' | 'few', StateStyle>> = {
  unconfirmed: { word: 'unconfirmed', symbol: '?', style: 'neutral' },
  informed: { word: 'for information', symbol: 'i', style: 'neutral' },
  regression: { word: 'regression', symbol: '\u25bc', style: 'below' },
  recovered: { word: 'recovered', symbol: '\u21bb', style: 'neutral' },
  accepted: { word: 'accepted', symbol: '\u2713', style: 'neutral' },
  improvement: { word: 'improvement', symbol: '\u25b2', style: 'above' },
  steady: { word: 'steady', symbol: '=', style: 'neutral' },
  few: { word: 'too few points', symbol: '\u2205', style: 'neutral' },
};

export function stateStyle(state: HistoryFinding['state']): StateStyle {
  return states[state];
}

/** Points that two levels of two nights need. */
const fewest = 4;

/** What a series has come to: its last change, or that there is none. */
export function seriesState({ points, changes, drift, spread, lone }: JudgedSeries): StateStyle {
  if (drift !== null || spread !== null) return states.regression;
  if (lone !== null) return states.unconfirmed;
  const last = changes.at(-1);
  if (last !== undefined) return states[last.state];
  return points.length < fewest ? states.few : states.steady;
}

/** One series as a figure. */
export interface HistoryFigure {
  readonly title: string;
  readonly state: StateStyle;
  /** Finished SVG. */
  readonly svg: string;
  readonly sentences: readonly string[];
  readonly machine: string;
}

/**
 * @param signal what the values are: a metric in its unit, or natural logarithms of milliseconds
 *   per step.
 */
export function historyFigure(
  series: JudgedSeries,
  signal: 'metric' | 'step time',
  unit: string,
): HistoryFigure {
  const shown = signal === 'metric' ? (value: number) => value : Math.exp;
  const title = signal === 'metric' ? metricName(series.key.metric) : 'Time of a training step';
  const label = signal === 'metric' ? `${title} (${unit})` : 'Milliseconds per step';
  const points = series.points.map(({ time, value, sd }) => ({
    day: time.slice(0, 10),
    value: shown(value),
    // The scatter of logarithms is not one of milliseconds.
    sd: signal === 'metric' ? sd : null,
  }));
  const levels = levelsOf(series).map(({ from, n, mean }) => ({ from, n, mean: shown(mean) }));
  const values = points.map(({ value }) => value);
  const [first, last] = [points[0], points.at(-1)];
  return {
    title,
    state: seriesState(series),
    svg: historyChart({
      points,
      levels,
      changes: series.changes.map(({ at, state }) => ({ at, symbol: states[state].symbol })),
      valueLabel: label,
      description: `${label} over ${plural(points.length, 'execution')}, from ${fixed(values[0] as number, 2)} on ${first?.day} to ${fixed(values.at(-1) as number, 2)} on ${last?.day}; ${plural(series.changes.length, 'change point')}.`,
    }),
    sentences: series.changes.map((change) => changeSentence(series, change, signal)),
    machine: series.key.machine,
  };
}

/** The levels between the change points; one for a series without any. */
function levelsOf({ points, changes }: JudgedSeries) {
  if (changes.length > 0) {
    const first = changes[0] as JudgedChange;
    return [first.before, ...changes.map(({ after }) => after)];
  }
  if (points.length < 2) return [];
  const sum = points.reduce((total, { value }) => total + value, 0);
  return [{ from: 0, n: points.length, mean: sum / points.length }];
}

function changeSentence(
  { points }: JudgedSeries,
  { at, before, after, change, state }: JudgedChange,
  signal: 'metric' | 'step time',
): string {
  const day = points[at]?.time.slice(0, 10) as string;
  const levels =
    signal === 'metric'
      ? `${fixed(before.mean, 2)} to ${fixed(after.mean, 2)} (${signed(change, 2)})`
      : `${fixed(Math.exp(before.mean), 1)} to ${fixed(Math.exp(after.mean), 1)} ms per step (${signed(100 * Math.expm1(change), 0)} %)`;
  return `${states[state].symbol} ${states[state].word} since ${day}: ${levels}.`;
}
