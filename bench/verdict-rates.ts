import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type PublishedError,
  type Situation,
  setting,
  tableRates,
  wordRates,
} from './verdict-simulation.ts';

/** Cells per row and tables per row of docs/verdicts.md: a rate of 5 % is known to 1.4 points (two standard errors). */
export const runs = 1000;
export const tables = 300;

const percent = (rate: number) => `${(100 * rate).toFixed(1)} %`;

/** The tables of rates as Markdown. A pure function of the code: its random streams are named. */
export function ratesMarkdown(): string {
  return [...cellTable(), '', ...togetherTable()].join('\n');
}

function cellTable(): readonly string[] {
  const { margin } = setting;
  const lines = [
    '| seeds | spread | published error | false `reproduced` on the edge | false `below` on the edge | `reproduced` where equal | false `below` or `above` where equal | `below` two margins down |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const seeds of [1, 3, 5]) {
    for (const spread of ['own', 'pooled'] as const) {
      // One seed has no spread of its own, and from five on the pooled one is not used.
      if ((seeds === 1 && spread === 'own') || (seeds === 5 && spread === 'pooled')) continue;
      for (const publishedError of ['none', 'stated', 'not stated'] satisfies PublishedError[]) {
        const of = (truth: number) =>
          wordRates({ seeds, spread, publishedError, truth } satisfies Situation, runs);
        const [edge, equal, far] = [of(-margin), of(0), of(-2 * margin)];
        const cells = [
          edge.reproduced,
          edge.below,
          equal.reproduced,
          equal.below + equal.above,
          far.below,
        ];
        lines.push(
          `| ${seeds} | ${spread} | ${publishedError} | ${cells.map(percent).join(' | ')} |`,
        );
      }
    }
  }
  return lines;
}

function togetherTable(): readonly string[] {
  const lines = [
    '| cells truly below, of 20 | seeds | tables with a false `below`: each cell alone | together | wrong among those called `below`: alone | together | truly below and called so: alone | together |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const shared of [false, true]) {
    for (const beyond of [0, 5]) {
      const { anyFalseBelow, falseShare, found } = tableRates(beyond, shared, tables);
      const cells = [anyFalseBelow, falseShare].flatMap(({ alone, together }) => [alone, together]);
      const power = beyond === 0 ? ['', ''] : [percent(found.alone), percent(found.together)];
      lines.push(
        `| ${beyond} | ${shared ? 'shared' : 'independent'} | ${[...cells.map(percent), ...power].join(' | ')} |`,
      );
    }
  }
  return lines;
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
