/*
 * How soon `check` hears of a change, and how often of none: `node bench/history.ts [SEEDS]`.
 * Everything is seeded: the same figures on every machine. Peers from PyPI are measured beside it
 * where `bench/history-peers.py` finds them (docs/history.md says how).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '../common/random.ts';
import type { SeriesInput } from '../reference/history/judging.ts';
import {
  alarms,
  asInput,
  flatSeries,
  type NoiseKind,
  seriesWithDrop,
} from '../reference/history/simulate.ts';
import { judgeBefore } from './history-before.ts';

type Rule = (all: readonly (readonly number[])[]) => readonly boolean[];

const before: Rule = (all) =>
  all.map((values) =>
    (judgeBefore([asInput(values)])[0] ?? []).some(({ state }) => state === 'regression'),
  );
const now: Rule = (all) => all.map((values) => alarms([asInput(values)])[0] === true);

const python = process.env['PYTHON'] ?? 'python3';
const peerScript = fileURLToPath(new URL('./history-peers.py', import.meta.url));

/** A peer asked for many series at once; null where it is not installed. */
function peer(name: string): Rule | null {
  const ask = (all: readonly (readonly number[])[]) => {
    const { status, stdout, stderr } = spawnSync(python, [peerScript, name], {
      input: JSON.stringify(all),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status === 0) return JSON.parse(stdout) as boolean[];
    if (status !== 3) throw new Error(stderr);
    say(stderr.trim());
    return null;
  };
  if (ask([]) === null) return null;
  return (all) => ask(all) ?? [];
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** A rate with its Monte Carlo standard error. */
function rate(hits: readonly boolean[]): string {
  const n = hits.length;
  const share = hits.filter(Boolean).length / n;
  const error = Math.sqrt(Math.max(share * (1 - share), 1 / n) / n);
  return `${(100 * share).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;
}

const seeds = Number(process.argv[2] ?? 200);
const all = Array.from({ length: seeds }, (_, seed) => seed);

/** Whether a rule finds something in any of some lengths of each series. */
function within(rule: Rule, series: readonly (readonly number[])[], lengths: readonly number[]) {
  const hits = series.map(() => false);
  for (const length of lengths) {
    for (const [index, hit] of rule(series.map((values) => values.slice(0, length))).entries()) {
      hits[index] ||= hit;
    }
  }
  return hits;
}

/** One series of a name: all measures are columns of these. */
function measures(rule: Rule): readonly string[] {
  const cells: string[] = [];
  for (const [noise, sd] of [
    ['normal', 0.3],
    ['normal', 0.5],
    ['t3', 0.3],
    ['AR(0.5)', 0.3],
  ] as const) {
    const drops = all.map((seed) =>
      seriesWithDrop(seed, { nights: 40, sd, drop: 0.8, after: 5, noise: noise as NoiseKind }),
    );
    const flat = all.map((seed) => flatSeries(seed, { nights: 60, sd, noise: noise as NoiseKind }));
    const looks = [12, 20, 28, 36, 44, 52, 60].flatMap((n) => rule(flat.map((v) => v.slice(0, n))));
    cells.push(rate(within(rule, drops, [42, 43, 44, 45])), rate(looks));
  }
  const drift = all.map((seed) =>
    flatSeries(seed, { nights: 90, sd: 0.3 }).map((value, night) => value - (0.6 * night) / 89),
  );
  cells.push(rate(within(rule, drift, [70, 75, 80, 85, 90])));
  const recovered = all.map((seed) => {
    const stream = RandomStream.named(seed, 'history/recovery');
    return Array.from(
      { length: 55 },
      (_, night) => 70 + 0.25 * stream.normal() - (night >= 40 && night < 50 ? 0.8 : 0),
    );
  });
  cells.push(rate(rule(recovered.map((v) => v.slice(0, 52)))), rate(rule(recovered)));
  return cells;
}

const columns = [
  'who',
  ...['normal, sd 0.3', 'normal, sd 0.5', 't3, sd 0.3', 'AR(0.5), sd 0.3'].flatMap((name) => [
    `-0.8 found in 5 nights: ${name}`,
    'false alarms per look',
  ]),
  'drift -0.6 over 90 nights found',
  'alarm still up 2 nights after a recovery',
  '5 nights after',
];

/** 20 cells, 90 nights, asked every night that is a multiple of three: false alarms at all. */
function workspaces(
  count: number,
  noise: NoiseKind,
  judge: (all: readonly SeriesInput[]) => boolean,
) {
  return Array.from({ length: count }, (_, workspace) => {
    const cells = Array.from({ length: 20 }, (_, cell) =>
      flatSeries(1000 * workspace + cell, { nights: 90, sd: 0.3, noise }),
    );
    for (let night = 6; night <= 90; night += 3) {
      if (judge(cells.map((values) => asInput(values.slice(0, night))))) return true;
    }
    return false;
  });
}

say(`| ${columns.join(' | ')} |`);
say(`|${columns.map(() => '---').join('|')}|`);
for (const [name, rule] of [
  ['before', before],
  ['now', now],
  ['Apache Otava 0.8, p 0.001', peer('otava')],
  ['Apache Otava 0.8, p 0.0001', peer('otava-strict')],
  ['asv 0.6', peer('asv')],
] as const) {
  if (rule !== null) say(`| ${[name, ...measures(rule)].join(' | ')} |`);
}
say('');
say('| 20 cells, 90 nights, sd 0.3, no change: workspaces with any false alarm | before | now |');
say('|---|---|---|');
for (const noise of ['normal', 't3', 'AR(0.5)'] as const) {
  const count = Math.max(10, Math.round(seeds / 5));
  const old = workspaces(count, noise, (inputs) =>
    judgeBefore(inputs).some((changes) => changes.some(({ state }) => state === 'regression')),
  );
  const own = workspaces(count, noise, (inputs) => alarms(inputs).some(Boolean));
  say(`| ${noise} | ${rate(old)} | ${rate(own)} |`);
}
