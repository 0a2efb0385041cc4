import { fixed, plural, signed } from '../format.ts';
import { officialHeads, officialTexts, rowsOfTable, summarizeOfficial } from '../official-table.ts';
import { verdictStyle, verdictStyles } from '../verdict-words.ts';
import { cellKey, type SitePage } from './types.ts';

/** Runs of the authors' own code, beside the published numbers. */
export const page: SitePage = {
  path: 'official.html',
  title: 'Official runs',
  navigation: 'Official runs',
  template: 'official.njk',
  async content({ tables, cells }) {
    const rows = tables.flatMap(({ table }) => rowsOfTable(table));
    if (rows.length === 0) return null;
    const summary = summarizeOfficial(rows);
    const difference = (value: number | null) => (value === null ? 'not known' : signed(value, 2));
    const heads = officialHeads.slice(0, -1);
    return {
      lead: `${plural(summary.runs, 'run')} of the authors’ own code, read from their logs. Each is one training, so none of them can be “reproduced”; they show where a published number lies between the last and the best epoch of a run.`,
      facts: [
        { name: 'Published minus best epoch', value: `${difference(summary.publishedMinusBest)}, mean` },
        { name: 'Published minus last epoch', value: `${difference(summary.publishedMinusLast)}, mean` },
        { name: 'Best minus last epoch', value: `${difference(summary.bestMinusLast)}, mean` },
        { name: 'Published lies', value: Object.entries(summary.positions).map(([place, count]) => `${count} ${place === 'between' ? 'between last and best' : place}`).join(', ') },
      ], // biome-ignore format: a table
      verdicts: verdictStyles
        .map((style) => ({ ...style, count: summary.verdicts[style.word] ?? 0 }))
        .filter(({ count }) => count > 0)
        .sort((one, other) => (one.word < other.word ? -1 : 1)),
      heads,
      rows: rows.map((row) => {
        const texts = officialTexts(row);
        return {
          href: cells.get(cellKey(row))?.href ?? '',
          texts: texts.slice(0, 7),
          sorts: [
            '', '', '',
            row.published === null ? '' : fixed(row.published, 4),
            row.best === null ? '' : fixed(row.best, 4),
            row.last === null ? '' : fixed(row.last, 4),
            '',
          ], // biome-ignore format: a row
          verdict: verdictStyle(row.verdict),
          note: texts.at(-1) ?? '',
        };
      }),
    };
  },
};
