import { plural } from '../format.ts';
import { conditionsOf } from '../views/conditions.ts';
import { tally } from '../views/words.ts';
import type { SiteData, SitePage, SiteTable } from './types.ts';

/** The first page: every suite at every scale with its verdicts and conditions. */
export const overview: SitePage = {
  path: 'index.html',
  title: 'Redistill: do the published numbers hold?',
  navigation: 'Overview',
  template: 'index.njk',
  async content(data) {
    return { suites: data.tables.map((entry) => card(entry, data)) };
  },
};

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
