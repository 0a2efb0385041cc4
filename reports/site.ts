import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environments as allEnvironments, plans } from '../results/queries.ts';
import { openStore, type Store } from '../results/store.ts';
import { schemaVersion } from '../runners/trial/spec.ts';
import { fileNames } from './file-names.ts';
import { type PlanData, readPlanData } from './model/plan-data.ts';
import { type TableModel, tableModel } from './model/table-model.ts';
import { sitePages } from './pages/index.ts';
import type { SitePage, SiteTable } from './pages/types.ts';
import { type Crumb, type Render, templates } from './render.ts';
import { markerFile, type SiteFiles, writeSite } from './site-writer.ts';
import { cellPage } from './views/cell-view.ts';
import { tableView } from './views/table-view.ts';

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
  const files = new Map<string, string>();
  const rows = await plans(store);
  const folders = fileNames(rows.map(({ suite, scale }) => `${suite}@${scale}`));
  const tables: SiteTable[] = [];
  const contents = new Map<SitePage, object>();
  const environments = await allEnvironments(store);
  // The navigation lists what there is, so the pages at the top are made before anything is rendered; the tables'
  // learning curves are read again then, one table at a time, because all of them together may not fit.
  for (const plan of rows) {
    const table = tableModel(await readPlanData(store, plan));
    const folder = folders.get(`${plan.suite}@${plan.scale}`) as string;
    tables.push({ table, href: `${folder}/index.html`, cellHrefs: cellHrefs(table, folder) });
  }
  for (const page of sitePages) {
    const content = await page.content({ store, tables, environments });
    if (content !== null) contents.set(page, content);
  }
  const render = templates([...contents.keys()]);
  for (const entry of tables) {
    const data = await readPlanData(store, entry.table.plan);
    for (const [path, content] of tableFiles(render, data, entry)) files.set(path, content);
  }
  for (const [page, content] of contents) {
    const frame = { title: page.title, root: '', path: page.path, crumbs: crumbsOf(page) };
    files.set(page.path, render(page.template, frame, content));
  }
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

function crumbsOf(page: SitePage): readonly Crumb[] {
  const home = { text: 'Redistill', href: 'index.html' };
  return page === sitePages[0] ? [{ text: home.text }] : [home, { text: page.navigation }];
}

/** Where the page of each cell of a table lies in the site. */
function cellHrefs(table: TableModel, folder: string): ReadonlyMap<string, string> {
  const names = fileNames(table.cells.map(({ row }) => row.cell));
  return new Map([...names].map(([cell, name]) => [cell, `${folder}/cell-${name}.html`]));
}

/** The page of a table and those of its cells. */
function tableFiles(render: Render, data: PlanData, entry: SiteTable): SiteFiles {
  const { table, href } = entry;
  const { title, suite, scale } = table.plan;
  const overview = { text: 'Redistill', href: '../index.html' };
  const files = new Map<string, string>();
  // Pages of one table are neighbours: they know each other by file name.
  const neighbours = new Map(
    [...entry.cellHrefs].map(([cell, path]) => [cell, path.slice(path.indexOf('/') + 1)]),
  );
  files.set(
    href,
    render(
      'table.njk',
      {
        title: `${title} (${scale})`,
        root: '../',
        path: href,
        crumbs: [overview, { text: `${suite}, ${scale}` }],
      },
      { view: tableView(table, data.environments, neighbours) },
    ),
  );
  for (const cell of table.cells) {
    const page = cellPage(data, table, cell);
    const path = entry.cellHrefs.get(cell.row.cell) as string;
    const crumbs = [
      overview,
      { text: `${suite}, ${scale}`, href: 'index.html' },
      { text: page.title },
    ];
    files.set(
      path,
      render(
        'cell.njk',
        { title: `${page.title}: ${title} (${scale})`, root: '../', path, crumbs },
        { page },
      ),
    );
  }
  return files;
}
