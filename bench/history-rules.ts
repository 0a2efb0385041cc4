import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SeriesInput } from '../reference/history/judging.ts';
import { alarms, asInput } from '../reference/history/simulate.ts';
import { joinedSeries } from '../reports/history/joined.ts';
import type { Series } from '../reports/history/series.ts';
import { judgeBefore } from './history-before.ts';
import { stretch } from './history-series.ts';

/** What the values of a series are: points of accuracy, or times of which more is worse. */
export type Unit = 'points' | 'times';

/** Who looks at histories. */
export interface Rule {
  readonly name: string;
  /** Whether each of these series, judged alone, raises an alarm. */
  readonly alone: (all: readonly (readonly number[])[], unit: Unit) => readonly boolean[];
  /** Whether each of some series raises one, judged together; null for who judges each alone. */
  readonly together: ((inputs: readonly SeriesInput[]) => readonly boolean[]) | null;
  /** Whether what machines measured of a cell raises one. */
  readonly machines: (cells: readonly (readonly Series[])[]) => readonly boolean[];
}

/** One series as `check` gives it to its statistics, with nothing accepted. */
export function inputOf(values: readonly number[], unit: Unit): SeriesInput {
  return unit === 'points'
    ? asInput(values)
    : {
        values: values.map(Math.log),
        lowerIsBetter: true,
        leastChange: Math.log(stretch.least),
        acceptedBefore: 0,
      };
}

const valuesOf = ({ points }: Series) => points.map(({ value }) => value);

/** A rule of our own; with `joins`, machines that take turns are also judged as one series. */
function ownRule(name: string, judge: NonNullable<Rule['together']>, joins: boolean): Rule {
  const judgeAll = (series: readonly Series[]) =>
    judge(series.map((each) => inputOf(valuesOf(each), 'points'))).some(Boolean);
  return {
    name,
    alone: (all, unit) => all.map((values) => judge([inputOf(values, unit)])[0] === true),
    together: judge,
    machines: (cells) =>
      cells.map((cell) => judgeAll(cell) || (joins && judgeAll(joinedSeries(cell)))),
  };
}

const python = process.env['PYTHON'] ?? 'python3';
const peerScript = fileURLToPath(new URL('./history-peers.py', import.meta.url));

/** A peer asked for many series at once; null where it is not installed. */
function peerRule(name: string, id: string): Rule | null {
  const ask = (all: readonly (readonly number[])[], unit: Unit) => {
    const { status, stdout, stderr } = spawnSync(python, [peerScript, id, unit], {
      input: JSON.stringify(all),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status === 0) return JSON.parse(stdout) as boolean[];
    if (status !== 3) throw new Error(stderr);
    process.stderr.write(stderr);
    return null;
  };
  if (ask([], 'points') === null) return null;
  const alone: Rule['alone'] = (all, unit) => ask(all, unit) ?? [];
  return {
    name,
    alone,
    together: null,
    // A peer knows no machines: it is given each one's series.
    machines: (cells) => {
      const found = alone(cells.flat().map(valuesOf), 'points');
      let at = 0;
      return cells.map((cell) => {
        const own = found.slice(at, at + cell.length);
        at += cell.length;
        return own.some(Boolean);
      });
    },
  };
}

export const before = ownRule(
  'before',
  (inputs) =>
    judgeBefore(inputs).map((changes) => changes.some(({ state }) => state === 'regression')),
  false,
);
export const now = ownRule('now', alarms, true);

const peers = [
  ['Apache Otava 0.8, p 0.001', 'otava'],
  ['Apache Otava 0.8, p 0.0001', 'otava-strict'],
  ['asv 0.6', 'asv'],
] as const;

/** Columns of the page. */
export const ruleNames = [before.name, now.name, ...peers.map(([name]) => name)];

/** All rules; null in the place of a peer that is not installed. */
export const allRules = (): readonly (Rule | null)[] => [
  before,
  now,
  ...peers.map(([name, id]) => peerRule(name, id)),
];
