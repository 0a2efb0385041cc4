import { outcomeStyles } from '../claim-words.ts';
import { plural } from '../format.ts';
import { type Score, scorecard } from '../model/systems.ts';
import { conditionsOf } from '../views/conditions.ts';
import { tally } from '../views/words.ts';
import type { SiteData, SitePage, SiteTable } from './types.ts';

/**
 * The first page: the seven systems, and every suite at every scale with its verdicts and
 * conditions.
 */
export const overview: SitePage = {
  path: 'index.html',
  title: 'Redistill: do the published numbers hold?',
  navigation: 'Overview',
  template: 'index.njk',
  async content(data) {
    const scores = scorecard(
      data.tables.map(({ table }) => table),
      data.claims,
      data.parity,
    );
    return {
      scores: scores.map(scoreView),
      parityStored: data.parity.length > 0,
      suites: data.tables.map((entry) => card(entry, data)),
    };
  },
};

function scoreView({ system, parity, claims, paper, proxy }: Score) {
  const whole = parity !== null && parity.passed === parity.cases;
  return {
    name: system.name,
    paper: system.paper,
    parity:
      parity === null
        ? null
        : {
            ...(whole
              ? { word: 'agrees', symbol: '\u2713', style: 'reproduced' }
              : { word: 'differs', symbol: '\u2715', style: 'failed' }),
            count: `${parity.passed} of ${plural(parity.cases, 'case')}`,
            share: parity.passed / parity.cases,
          },
    claims: outcomeStyles
      .map((style) => ({ ...style, style: 'neutral', claims: claims.get(style.word) ?? [] }))
      .filter((one) => one.claims.length > 0)
      .map(({ word, symbol, style, claims: own }) => ({ word, symbol, style, count: own.length })),
    cells: tally(paper),
    cellCount: paper.length,
    proxy:
      proxy.cells === 0 ? 'none planned' : `${proxy.measured} of ${plural(proxy.cells, 'cell')}`,
  };
}

function card({ table, href }: SiteTable, { environments }: SiteData) {
  const { suite, scale, title } = table.plan;
  return {
    href,
    suite,
    scale,
    title,
    notComparable: table.notComparable,
    cells: plural(table.cells.length, 'cell'),
    tally: tally(table.cells.map(({ verdict }) => verdict.word)),
    conditions: conditionsOf(table, environments),
  };
}
