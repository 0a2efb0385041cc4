/*
 * How soon `check` hears of a change, and how often of none. `PYTHON=... node bench/history.ts`
 * writes the tables of docs/history.md between their marks. Everything is seeded: the same figures
 * on every machine. The page is left alone, and the tables are printed, where a peer from PyPI is
 * not installed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '../common/random.ts';
import { flatSeries, type NoiseKind, seriesWithDrop } from '../reference/history/simulate.ts';
import {
  allRules,
  before,
  inputOf,
  now,
  type Rule,
  ruleNames,
  type Unit,
} from './history-rules.ts';
import { benchmarkStretch, firstNights, machinesInTurn, stretch } from './history-series.ts';

/** Made-up series a rate; a rate of 50 % has a standard error of 5.6 points. */
export const seeds = 80;
export const stretches = 200;
export const workspaces = 10;

type Values = readonly number[];

/** A row of the page: what is looked for, and what a rule says of it; null where it cannot. */
export interface Row {
  readonly name: string;
  readonly measure: (rule: Rule) => readonly boolean[] | null;
}

const make = <T>(count: number, one: (seed: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, seed) => one(seed));
const cut = (all: readonly Values[], length: number) => all.map((each) => each.slice(0, length));

/** Which of some things are found at one length at least: what is found is not asked for again. */
function foundWithin(
  count: number,
  lengths: readonly number[],
  ask: (open: readonly number[], length: number) => readonly boolean[],
): boolean[] {
  const hits = Array.from({ length: count }, () => false);
  for (const length of lengths) {
    const open = [...hits.keys()].filter((index) => !hits[index]);
    for (const [place, hit] of ask(open, length).entries()) hits[open[place] as number] = hit;
  }
  return hits;
}

function within(rule: Rule, all: readonly Values[], lengths: readonly number[], unit: Unit) {
  return foundWithin(all.length, lengths, (open, length) =>
    rule.alone(
      open.map((index) => (all[index] as Values).slice(0, length)),
      unit,
    ),
  );
}

function stepRows(noise: NoiseKind, sd: number): readonly Row[] {
  const name = `${noise}, sd ${sd}`;
  return [
    {
      name: `-0.8 after 40 nights found in 5, ${name}`,
      measure: (rule) => {
        const truth = { nights: 40, sd, drop: 0.8, after: 5, noise };
        const all = make(seeds, (seed) => seriesWithDrop(seed, truth));
        return within(rule, all, [42, 43, 44, 45], 'points');
      },
    },
    {
      name: `false alarms per look, ${name}`,
      measure: (rule) => {
        const all = make(seeds, (seed) => flatSeries(seed, { nights: 60, sd, noise }));
        return [12, 20, 28, 36, 44, 52, 60].flatMap((n) => rule.alone(cut(all, n), 'points'));
      },
    },
  ];
}

const turn = { nights: 45, sd: 0.3, offset: 0.6, dropAt: 40 };

const turnRows: readonly Row[] = [
  {
    name: 'two machines in turn, sd 0.3: -0.8 after 40 nights found in 5',
    measure: (rule) => {
      const cells = make(seeds, (seed) => machinesInTurn(seed, { ...turn, drop: 0.8 }));
      return foundWithin(seeds, [42, 43, 44, 45], (open, length) =>
        rule.machines(open.map((index) => firstNights(cells[index] ?? [], length))),
      );
    },
  },
  {
    name: 'two machines in turn, sd 0.3: false alarms per look',
    measure: (rule) => {
      const cells = make(seeds, (seed) => machinesInTurn(seed, { ...turn, drop: 0 }));
      return [20, 28, 36, 45].flatMap((n) =>
        rule.machines(cells.map((cell) => firstNights(cell, n))),
      );
    },
  },
];

/** -0.8 for the ten nights before number 50, then as before. */
const recovered = (seed: number): Values => {
  const stream = RandomStream.named(seed, 'history/recovery');
  return make(55, (night) => 70 + 0.25 * stream.normal() - (night >= 40 && night < 50 ? 0.8 : 0));
};

const slowRows: readonly Row[] = [
  {
    name: 'drift of -0.6 over 90 nights found, normal, sd 0.3',
    measure: (rule) => {
      const all = make(seeds, (seed) =>
        flatSeries(seed, { nights: 90, sd: 0.3 }).map((value, night) => value - (0.6 * night) / 89),
      );
      return within(rule, all, [70, 75, 80, 85, 90], 'points');
    },
  },
  ...[2, 5].map((nights) => ({
    name: `alarm still up ${nights} nights after a recovery from -0.8, normal, sd 0.25`,
    measure: (rule: Rule) => rule.alone(cut(make(seeds, recovered), 50 + nights), 'points'),
  })),
];

/** A stretch that raises an alarm before its loss is not found. */
function lossesFound(ask: (all: readonly Values[], length: number) => readonly boolean[]) {
  const all = make(stretches, (seed) => benchmarkStretch(seed, stretch.factor));
  const early = ask(all, stretch.runs);
  const lengths = [2, 4, 6, 8, 10].map((runs) => stretch.runs + runs);
  const late = lengths.map((length) => ask(all, length));
  return early.map((raised, index) => !raised && late.some((hits) => hits[index]));
}

function falseOnes(ask: (all: readonly Values[], length: number) => readonly boolean[]) {
  const all = make(stretches, (seed) => benchmarkStretch(seed, 1));
  return [30, 50, 70].flatMap((length) => ask(all, length));
}

type Ask = (all: readonly Values[], length: number) => readonly boolean[];
const askAlone =
  (rule: Rule): Ask =>
  (all, length) =>
    rule.alone(cut(all, length), 'times');

/** Twenty stretches a workspace. */
function askTogether({ together }: Rule): Ask | null {
  if (together === null) return null;
  return (all, length) =>
    make(all.length / 20, (workspace) =>
      together(
        all
          .slice(20 * workspace, 20 * workspace + 20)
          .map((values) => inputOf(values.slice(0, length), 'times')),
      ),
    ).flat();
}

const stretchRows: readonly Row[] = [
  {
    name: 'made-up benchmarks: +25 % after 60 runs found in 10',
    measure: (rule) => lossesFound(askAlone(rule)),
  },
  {
    name: 'made-up benchmarks: false alarms per look',
    measure: (rule) => falseOnes(askAlone(rule)),
  },
  {
    name: 'the same, 20 judged together: found',
    measure: (rule) => {
      const ask = askTogether(rule);
      return ask === null ? null : lossesFound(ask);
    },
  },
  {
    name: 'the same, 20 judged together: false alarms per look',
    measure: (rule) => {
      const ask = askTogether(rule);
      return ask === null ? null : falseOnes(ask);
    },
  },
];

export const rows: readonly Row[] = [
  ...stepRows('normal', 0.3),
  ...stepRows('normal', 0.5),
  ...stepRows('t3', 0.3),
  ...stepRows('AR(0.5)', 0.3),
  ...turnRows,
  ...slowRows,
  ...stretchRows,
];

/** 20 cells, 90 nights, asked every third night: false alarms at all. */
export const workspaceRows: readonly Row[] = (['normal', 't3', 'AR(0.5)'] as const).map(
  (noise) => ({
    name: noise,
    measure: ({ together }) =>
      together &&
      make(workspaces, (workspace) => {
        const cells = make(20, (cell) =>
          flatSeries(1000 * workspace + cell, { nights: 90, sd: 0.3, noise }),
        );
        for (let night = 6; night <= 90; night += 3) {
          if (together(cut(cells, night).map((each) => inputOf(each, 'points'))).some(Boolean)) {
            return true;
          }
        }
        return false;
      }),
  }),
);

/** A rate with its Monte Carlo standard error. */
export function rate(hits: readonly boolean[]): string {
  const n = hits.length;
  const share = hits.filter(Boolean).length / n;
  const error = Math.sqrt(Math.max(share * (1 - share), 1 / n) / n);
  return `${(100 * share).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;
}

/** What the tables hold, for the page and for its test. */
export function conditions(): string {
  const [low, high] = stretch.scales.map((scale) => 100 * scale);
  return [
    `Series a rate: ${seeds} (seeds 0 to ${seeds - 1}); stretches of made-up benchmarks: ${stretches}; workspaces: ${workspaces}.`,
    `Two machines in turn: ${turn.nights} nights, every other one on the second machine, which measures ${turn.offset} more.`,
    `Made-up benchmarks: ${stretch.runs} runs, then ${stretch.after} that take ${stretch.factor} times as long; a change below ${stretch.least} times is none. ` +
      `The logarithm of a time is a level plus noise of scale ${low} to ${high} % (every other stretch Student's t with 3 degrees of freedom, the others skewed as a lognormal), ` +
      `plus a random walk with steps of ${stretch.walk} scales; ${100 * stretch.spikes} % of the runs are slowed by up to ${stretch.spike} times. ` +
      'The range of scales is chosen so that the rules before find about as many losses as they did on 200 stretches of real benchmarks, .60.',
  ].join('\n');
}

/** The heads of both tables. */
export const heads = [
  `| situation | ${ruleNames.join(' | ')} |`,
  '| 20 cells, 90 nights, sd 0.3, no change: workspaces with any false alarm | before | now |',
] as const;

function table(head: string, of: readonly Row[], rules: readonly (Rule | null)[]): string {
  const line = '|---'.repeat(rules.length + 1);
  return [
    head,
    `${line}|`,
    ...of.map(({ name, measure }) => {
      const cells = rules.map((rule) => {
        const hits = rule && measure(rule);
        return hits === null ? '' : rate(hits);
      });
      return `| ${[name, ...cells].join(' | ')} |`;
    }),
  ].join('\n');
}

function ratesMarkdown(rules: readonly (Rule | null)[]): string {
  return [
    conditions(),
    table(heads[0], rows, rules),
    table(heads[1], workspaceRows, [before, now]),
  ].join('\n\n');
}

export const ratesFile = fileURLToPath(new URL('../docs/history.md', import.meta.url));
const marks = ['<!-- rates -->', '<!-- end of rates -->'] as const;

/** The text between the marks of docs/history.md. */
export function writtenRates(text: string = readFileSync(ratesFile, 'utf8')): string {
  return text.slice(text.indexOf(marks[0]) + marks[0].length, text.indexOf(marks[1])).trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rules = allRules();
  const rates = ratesMarkdown(rules);
  if (rules.includes(null)) {
    process.stdout.write(`${rates}\n`);
    process.stderr.write('docs/history.md is left alone: it needs all peers.\n');
    process.exitCode = 1;
  } else {
    const text = readFileSync(ratesFile, 'utf8');
    const [head] = text.split(marks[0]);
    const [, tail] = text.split(marks[1]);
    writeFileSync(ratesFile, `${head}${marks[0]}\n${rates}\n${marks[1]}${tail}`);
  }
}
