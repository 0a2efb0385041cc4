import type { SiteTable } from './pages/types.ts';
import { claimAnchor } from './views/claim-view.ts';
import { measurementText, metricName, pairName } from './views/words.ts';

/** What can be found. The words are shown beside a result; their order is that of the results. */
export const kindsFound = ['page', 'table', 'method', 'pair', 'claim', 'cell'] as const;

/**
 * One thing that can be found: which of `kindsFound`, its name, what else its words are, its
 * address from the site's folder, and for a cell the first digits of its trials.
 */
export type SearchEntry = readonly [
  kind: number,
  title: string,
  detail: string,
  href: string,
  trials?: string,
];

/** A page that lies at the top of the site or below such a page. */
export interface FoundPage {
  readonly path: string;
  readonly title: string;
}

/** Digits of a trial's id that tell it apart, and that a cell's page shows. */
const digits = 12;

/** Everything that the search of the site finds. Pure. */
export function searchIndex(
  pages: readonly FoundPage[],
  claims: readonly { readonly id: string; readonly title: string; readonly paper: string }[],
  tables: readonly SiteTable[],
): readonly SearchEntry[] {
  return [
    ...pages.map(({ path, title }) => entry('page', title, '', path)),
    ...claims.map(({ id, title, paper }) =>
      entry('claim', title, paper, `claims.html#${claimAnchor(id)}`),
    ),
    ...tables.flatMap(entriesOfTable),
  ];
}

function entriesOfTable({ table, href, cellHrefs }: SiteTable): readonly SearchEntry[] {
  const { suite, scale, title } = table.plan;
  const place = `${suite}, ${scale}`;
  const [first] = table.sections;
  return [
    entry('table', title, place, href),
    ...(first?.rows ?? []).map(({ name, method }) =>
      entry('method', name, `${method === 'none' ? '' : `${method}, `}${place}`, found(href, name)),
    ),
    ...(first?.columns ?? []).map(({ column }) =>
      entry('pair', pairName(column), place, found(href, pairName(column))),
    ),
    ...table.cells.map((cell): SearchEntry => {
      const { row, column, last, decimals, verdict, trials } = cell;
      const measured = measurementText(last, decimals);
      return [
        ...entry(
          'cell',
          `${row.row}, ${pairName(column)}, ${metricName(row.metric)}`,
          `${place}: ${measured === null ? '' : `${measured}, `}${verdict.word}`,
          cellHrefs.get(row.cell) as string,
        ),
        trials.map(({ trial }) => trial.slice(0, digits)).join(' '),
      ] as SearchEntry;
    }),
  ];
}

function entry(
  kind: (typeof kindsFound)[number],
  title: string,
  detail: string,
  href: string,
): readonly [number, string, string, string] {
  return [kindsFound.indexOf(kind), title, detail, href];
}

/** A place in a page that site.js looks for by its text and shows. */
function found(href: string, text: string): string {
  return `${href}#find=${encodeURIComponent(text)}`;
}

/**
 * The index as a script: pages opened from disk may load scripts that lie beside them, and may not
 * read other files. An entry a line, so that two reports can be compared.
 */
export function searchScript(entries: readonly SearchEntry[]): string {
  const lines = entries.map((one) => JSON.stringify(one)).join(',\n');
  return `globalThis.redistillSearch = {"kinds":${JSON.stringify(kindsFound)},"entries":[\n${lines}\n]};\n`;
}
