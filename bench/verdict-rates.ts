import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Situation, setting, type Word, wordRates } from './verdict-simulation.ts';
import { arrowRates, claimRates, powerRate, tableRates } from './verdict-tables.ts';

/** Simulated cells per situation and truth: a rate of 5 % has a standard error of half a point. */
export const runs = 2000;
/** Simulated tables of 20 cells, and of 231 comparisons. */
export const tables = 300;
export const arrowTables = 60;

/** What a situation is for a reader, and whether its rates are promised to be 5 % at most. */
interface Row extends Situation {
  /** Why the rate is not held down there; null where it is. */
  readonly named: string | null;
}

const usual = { publication: 'exact', sd: 0.25, otherSd: 0.25, table: true, named: null } as const;
const wild = { ...usual, sd: 0.5, otherSd: 0.15 } as const;

/**
 * The situations that users are in; the first of them is the one in which the rules before held.
 */
export const situations: readonly Row[] = [
  { ...usual, name: 'cells scatter alike, exact publication', seeds: 3 },
  { ...usual, name: 'the same', seeds: 5 },
  { ...usual, name: 'four published runs, their sd printed', publication: 'printed', seeds: 3 },
  { ...usual, name: 'four published runs, no sd printed', publication: 'stated', seeds: 3 },
  { ...usual, name: 'the same', publication: 'stated', seeds: 5 },
  { ...usual, name: 'one published run', publication: 'single', seeds: 3 },
  { ...usual, name: 'four published runs, not said to be four', publication: 'silent', seeds: 5 },
  { ...wild, name: 'cell sd 0.5, others 0.15', seeds: 1 },
  {
    ...wild,
    name: 'the same',
    seeds: 2,
    named: 'two seeds seldom show that their cell scatters more',
  },
  { ...wild, name: 'the same', seeds: 3, named: 'the F test misses some' },
  { ...wild, name: 'the same', seeds: 4 },
  {
    ...wild,
    name: 'cell sd 0.3, others 0.15',
    sd: 0.3,
    seeds: 3,
    named: 'the F test misses most of so small a difference',
  },
  { ...wild, name: 'cell sd 0.15, others 0.3', sd: 0.15, otherSd: 0.3, seeds: 3 },
  { ...usual, name: 'last-epoch number held against best epochs', seeds: 3, bestOverLast: 0.28 },
  {
    ...usual,
    name: 'one teacher of many, between-teacher sd 0.2',
    seeds: 3,
    teacherSd: 0.2,
    named: 'the verdict holds for its teacher',
  },
  {
    ...usual,
    name: 'the same',
    seeds: 10,
    teacherSd: 0.2,
    named: 'the verdict holds for its teacher',
  },
  { ...usual, name: 'three teachers in turn', seeds: 6, teacherSd: 0.2, teachers: 3 },
  { ...usual, name: 'five teachers, one student each', seeds: 5, teacherSd: 0.2, teachers: 5 },
  { ...usual, name: 'seeds added until a word appears, up to 10', seeds: 3, addedUpTo: 10 },
  { ...usual, name: 'the same, up to 20', seeds: 3, addedUpTo: 20 },
];

const percent = (rate: number) => `${(100 * rate).toFixed(1)} %`;

/** A rate with its Monte Carlo standard error. */
function measured(rate: number, count: number): string {
  const error = Math.sqrt(Math.max(rate * (1 - rate), 1 / count) / count);
  return `${(100 * rate).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;
}

/** The tables of rates as Markdown. A pure function of the code: its random streams are named. */
export function ratesMarkdown(): string {
  return [cellTable(), togetherTable(), arrowTable(), claimTable(), powerTable()]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function cellTable(): readonly string[] {
  const { margin } = setting;
  const change = (
    { before, after }: ReturnType<typeof wordRates>,
    of: (words: Readonly<Record<Word, number>>) => number,
  ) => [measured(of(before), runs), measured(of(after), runs)];
  return [
    '| situation | seeds | false `reproduced` on the edge: before | now | false `below` on the edge: before | now | `reproduced` where equal: before | now | why more than 5 % |',
    '|---|---|---|---|---|---|---|---|---|',
    ...situations.map(({ named, ...situation }) => {
      const [edge, equal] = [wordRates(situation, -margin, runs), wordRates(situation, 0, runs)];
      const cells = [
        ...change(edge, ({ reproduced }) => reproduced),
        ...change(edge, ({ below }) => below),
        ...change(equal, ({ reproduced }) => reproduced),
      ];
      return `| ${situation.name} | ${situation.seeds} | ${cells.join(' | ')} | ${named ?? ''} |`;
    }),
  ];
}

function togetherTable(): readonly string[] {
  const lines = [
    '| cells truly below, of 20 | seeds | tables with a false `below`: each cell alone | together | wrong among those called `below`: alone | together | truly below and called so: alone | together |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const shared of [false, true]) {
    for (const beyond of [0, 5]) {
      const { anyFalseBelow, falseShare, found } = tableRates(beyond, shared, tables);
      const cells = [anyFalseBelow, falseShare].flatMap(({ alone, together }) => [
        measured(alone, tables),
        measured(together, tables),
      ]);
      const power = beyond === 0 ? ['', ''] : [percent(found.alone), percent(found.together)];
      lines.push(
        `| ${beyond} | ${shared ? 'shared' : 'independent'} | ${[...cells, ...power].join(' | ')} |`,
      );
    }
  }
  return lines;
}

function arrowTable(): readonly string[] {
  const lines = [
    '| truly better, of 231 | seeds | false arrows in a table: before | now | wrong among the arrows: before | now | better and marked: before | now |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const better of [0, 46]) {
    for (const seeds of [3, 6, 10]) {
      const { wrong, falseShare, found } = arrowRates(seeds, better, arrowTables);
      const shares = [falseShare.alone, falseShare.together].map((rate) =>
        better === 0 ? '' : measured(rate, arrowTables),
      );
      const power = [found.alone, found.together].map((rate) =>
        better === 0 ? '' : percent(rate),
      );
      const cells = [wrong.alone.toFixed(1), wrong.together.toFixed(1), ...shares, ...power];
      lines.push(`| ${better} | ${seeds} | ${cells.join(' | ')} |`);
    }
  }
  return lines;
}

function claimTable(): readonly string[] {
  const lines = [
    '| two equal methods, each printed as the mean of | epochs | printed difference taken for the claim: before | now |',
    '|---|---|---|---|',
  ];
  for (const averaged of [1, 4]) {
    for (const mixed of [false, true]) {
      const { before, now } = claimRates(averaged, mixed, runs);
      const epochs = mixed ? 'best beside last' : 'alike';
      const name = averaged === 1 ? 'one run' : `${averaged} runs`;
      lines.push(`| ${name} | ${epochs} | ${measured(before, runs)} | ${measured(now, runs)} |`);
    }
  }
  return lines;
}

function powerTable(): readonly string[] {
  return [
    '| true difference | seeds that are said to decide | decided |',
    '|---|---|---|',
    ...[0, 0.1, 0.2, 0.3, 0.7, 1].map((truth) => {
      const { seeds, rate } = powerRate(truth, runs);
      return `| ${truth} | ${seeds} | ${measured(rate, runs)} |`;
    }),
  ];
}

export const ratesFile = fileURLToPath(new URL('../docs/verdicts.md', import.meta.url));
const marks = ['<!-- rates -->', '<!-- end of rates -->'] as const;

/** The text between the marks of docs/verdicts.md. */
export function writtenRates(text: string = readFileSync(ratesFile, 'utf8')): string {
  return text.slice(text.indexOf(marks[0]) + marks[0].length, text.indexOf(marks[1])).trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(ratesFile, 'utf8');
  const [head] = text.split(marks[0]);
  const [, tail] = text.split(marks[1]);
  writeFileSync(ratesFile, `${head}${marks[0]}\n${ratesMarkdown()}\n${marks[1]}${tail}`);
}
