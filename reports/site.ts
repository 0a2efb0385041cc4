import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plans } from '../results/queries.ts';
import { openStore, type Store } from '../results/store.ts';
import { schemaVersion } from '../runners/trial/spec.ts';
import { plural } from './format.ts';
import { type PlanData, readPlanData } from './model/plan-data.ts';
import { type TableModel, tableModel } from './model/table-model.ts';
import { fileNames } from './pages.ts';
import { type Render, templates } from './render.ts';
import { markerFile, type SiteFiles, writeSite } from './site-writer.ts';
import { verdictStyles } from './verdict-words.ts';
import { cellPage } from './views/cell-view.ts';
import { conditionsOf } from './views/conditions.ts';
import { tableView } from './views/table-view.ts';
import { scaleWords, tally } from './views/words.ts';

export interface SiteSummary {
  /** HTML pages written. */
  readonly pages: number;
  /** Path of the page to open first. */
  readonly index: string;
}

/**
 * Renders everything a database holds as a static site that works from disk. Equal databases give equal bytes: there is no
 * time in it but the stored ones.
 *
 * @param database path of `results.duckdb`, opened for reading only.
 * @param options.out the folder of the site; an older report in it is replaced when the new one is complete.
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`, `FILE_WRITE`; UsageError `REPORT_OUT`.
 */
export async function renderSite(
  database: string,
  options: { readonly out: string },
): Promise<SiteSummary> {
  const store = await openStore(database, 'read');
  let files: SiteFiles;
  try {
    files = await siteFiles(store);
  } finally {
    store.close();
  }
  writeSite(options.out, files);
  const pages = [...files.keys()].filter((path) => path.endsWith('.html')).length;
  return { pages, index: join(options.out, 'index.html') };
}

/** The site as files, without touching the disk. */
export async function siteFiles(store: Store): Promise<SiteFiles> {
  const render = templates();
  const files = new Map<string, string>();
  const rows = await plans(store);
  const folders = fileNames(rows.map(({ suite, scale }) => `${suite}@${scale}`));
  const entries: IndexEntry[] = [];
  for (const plan of rows) {
    const data = await readPlanData(store, plan);
    const table = tableModel(data);
    const folder = folders.get(`${plan.suite}@${plan.scale}`) as string;
    for (const [path, content] of tableFiles(render, data, table)) {
      files.set(`${folder}/${path}`, content);
    }
    entries.push(indexEntry(data, table, `${folder}/index.html`));
  }
  files.set('index.html', indexPage(render, entries));
  files.set('glossary.html', glossaryPage(render));
  for (const asset of ['site.css', 'site.js']) {
    files.set(
      `assets/${asset}`,
      readFileSync(new URL(`./assets/${asset}`, import.meta.url), 'utf8'),
    );
  }
  files.set(
    markerFile,
    `${JSON.stringify({ schemaVersion, pages: [...files.keys()].sort() }, null, 2)}\n`,
  );
  return files;
}

/** The page of a table and those of its cells, by their path within the table's folder. */
function tableFiles(render: Render, data: PlanData, table: TableModel): SiteFiles {
  const names = fileNames(table.cells.map(({ row }) => row.cell));
  const hrefs = new Map([...names].map(([cell, name]) => [cell, `cell-${name}.html`]));
  const { title, suite, scale } = table.plan;
  const overview = { text: 'Redistill', href: '../index.html' };
  const files = new Map<string, string>();
  files.set(
    'index.html',
    render(
      'table.njk',
      {
        title: `${title} (${scale})`,
        root: '../',
        crumbs: [overview, { text: `${suite}, ${scale}` }],
      },
      { view: tableView(table, data.environments, hrefs) },
    ),
  );
  for (const cell of table.cells) {
    const page = cellPage(data, table, cell);
    const crumbs = [
      overview,
      { text: `${suite}, ${scale}`, href: 'index.html' },
      { text: page.title },
    ];
    files.set(
      hrefs.get(cell.row.cell) as string,
      render(
        'cell.njk',
        { title: `${page.title}: ${title} (${scale})`, root: '../', crumbs },
        { page },
      ),
    );
  }
  return files;
}

type IndexEntry = ReturnType<typeof indexEntry>;

function indexEntry(data: PlanData, table: TableModel, href: string) {
  const { suite, scale, title } = table.plan;
  return {
    href,
    suite,
    scale,
    title,
    notComparable: table.notComparable,
    cells: plural(table.cells.length, 'cell'),
    tally: tally(table.cells.map(({ verdict }) => verdict.word)),
    conditions: conditionsOf(table, data.environments),
  };
}

function indexPage(render: Render, suites: readonly IndexEntry[]): string {
  return render(
    'index.njk',
    {
      title: 'Redistill: do the published numbers hold?',
      root: '',
      crumbs: [{ text: 'Redistill' }],
    },
    { suites },
  );
}

function glossaryPage(render: Render): string {
  const crumbs = [{ text: 'Redistill', href: 'index.html' }, { text: 'What the words mean' }];
  const scales = Object.entries(scaleWords).map(([name, meaning]) => ({ name, meaning }));
  return render(
    'glossary.njk',
    { title: 'What the words mean', root: '', crumbs },
    { styles: verdictStyles, scales },
  );
}
