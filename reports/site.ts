import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaVersion } from '../contract/spec.ts';
import { loadClaims } from '../reference/claims/loader.ts';
import { loadPublished } from '../reference/published/loader.ts';
import { latestBenches } from '../results/benches.ts';
import { evaluatedRuns, evaluations } from '../results/evaluations.ts';
import { latestParity } from '../results/parity.ts';
import {
  environments as allEnvironments,
  type EnvironmentRow,
  plans,
  publishedTables,
  stepTimes,
} from '../results/queries.ts';
import { openStore } from '../results/store.ts';
import type { Store } from '../results/store-types.ts';
import type { Coverage } from '../suites/coverage.ts';
import { fileNames } from './file-names.ts';
import { checkHistory, type JudgedSeries } from './history/check.ts';
import { pairOf } from './history/series.ts';
import { claimModels } from './model/claim-evidence.ts';
import { type EvaluationGroup, evaluationGroups } from './model/evaluations.ts';
import { measuredNumbers } from './model/measured-numbers.ts';
import { onlyTables } from './model/only-tables.ts';
import { readPlanData, readRunData } from './model/plan-data.ts';
import { type CellModel, type TableModel, tableModel } from './model/table-model.ts';
import { sitePages } from './pages/kinds.ts';
import { cellKey, type SiteData, type SitePage, type SiteTable } from './pages/types.ts';
import { type Crumb, type Render, templates } from './render.ts';
import { type FoundPage, searchIndex, searchScript } from './search-index.ts';
import { markerFile, type SiteFile, writeSite } from './site-writer.ts';
import { cellPage } from './views/cell-view.ts';
import { evaluationPage } from './views/evaluation-view.ts';
import { tableView } from './views/table-view.ts';
import { metricName, pairName } from './views/words.ts';

export interface SiteSummary {
  /** HTML pages written. */
  readonly pages: number;
  /** Path of the page to open first. */
  readonly index: string;
}

/**
 * Renders everything a database holds as a static site that works from disk. Equal databases give
 * equal bytes: there is no time in it but the stored ones.
 *
 * @param database path of `results.duckdb`, opened for reading only.
 * @param options.out the folder of the site; an older report in it is replaced when the new one is
 *   complete.
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`, `FILE_WRITE`;
 *   UsageError `REPORT_OUT`.
 */
export async function renderSite(
  database: string,
  options: { readonly out: string; readonly coverage?: CoverageMaker | undefined },
): Promise<SiteSummary> {
  const store = await openStore(database, 'read');
  let pages = 0;
  try {
    await writeSite(options.out, counted(siteFiles(store, options.coverage)));
  } finally {
    store.close();
  }
  return { pages, index: join(options.out, 'index.html') };

  async function* counted(files: AsyncIterable<SiteFile>): AsyncIterable<SiteFile> {
    for await (const file of files) {
      if (file[0].endsWith('.html')) pages += 1;
      yield file;
    }
  }
}

/**
 * The files of the site, one after the other, without touching the disk: all of them together may
 * not fit into memory. The marker file, which says that the site is whole, comes last.
 */
export async function* siteFiles(store: Store, coverage?: CoverageMaker): AsyncGenerator<SiteFile> {
  const paths: string[] = [];
  for await (const file of contentFiles(store, coverage)) {
    paths.push(file[0]);
    yield file;
  }
  const marker = JSON.stringify({ schemaVersion, pages: paths.sort() }, null, 2);
  yield [markerFile, `${marker}\n`];
}

async function* contentFiles(
  store: Store,
  coverage: CoverageMaker | undefined,
): AsyncGenerator<SiteFile> {
  const data = await readSiteData(store, coverage);
  const contents = new Map<SitePage, object>();
  // The navigation lists what there is, so the pages at the top are made before anything is
  // rendered.
  const pages = await sitePages.load();
  for (const page of pages) {
    const content = await page.content(data);
    if (content !== null) contents.set(page, content);
  }
  const render = templates([...contents.keys()]);
  const series = seriesByCell(data);
  const evaluated = await evaluatedRuns(store);
  for (const entry of data.tables) {
    const groups = evaluationGroups(entry.table, evaluated);
    const names = evaluationNames(groups);
    yield tablePage(render, entry, data.environments, groups, names);
    yield* cellPages(render, entry, data, series, groups, names);
    yield* evaluationPages(render, entry, store, groups, names);
  }
  const found: FoundPage[] = [];
  for (const [page, content] of contents) {
    found.push({ path: page.path, title: page.title });
    const frame = { title: page.title, root: '', path: page.path, crumbs: crumbsOf(page) };
    yield [page.path, render(page.template, frame, content)];
    for (const { path, title, name, ...part } of (await page.below?.(data)) ?? []) {
      const crumbs = [...crumbsOf(page).slice(0, -1), { text: page.navigation, href: page.path }];
      const below = { title, root: '', path, crumbs: [...crumbs, { text: name }] };
      yield [path, render(part.template, below, part.content)];
      found.push({ path, title });
    }
  }
  const claims = data.claims.map(({ claim }) => claim);
  yield ['assets/search-index.js', searchScript(searchIndex(found, claims, data.tables))];
  for (const asset of ['site.css', 'site.js', 'search.js']) {
    yield [`assets/${asset}`, readFileSync(new URL(`./assets/${asset}`, import.meta.url), 'utf8')];
  }
}

/**
 * Makes the coverage of the published numbers, given those that are measured: it takes plans of all
 * suites.
 */
export type CoverageMaker = (measured: ReadonlySet<string>) => Coverage;

async function readSiteData(store: Store, coverage: CoverageMaker | undefined): Promise<SiteData> {
  const tables = await siteTables(store);
  const published = loadPublished();
  const record = onlyTables(published, new Set(await publishedTables(store)));
  return {
    store,
    tables,
    cells: new Map(
      tables.flatMap(({ table: { plan, cells }, cellHrefs: hrefs }) =>
        cells.map(({ row, unit }) => [
          cellKey({ ...plan, cell: row.cell }),
          { href: hrefs.get(row.cell) as string, unit },
        ]),
      ),
    ),
    environments: await allEnvironments(store),
    claims: claimModels(
      loadClaims(published),
      published,
      tables.map(({ table }) => table),
      await stepTimes(store),
    ),
    record: record.tables.size === 0 ? null : record,
    parity: await latestParity(store),
    benches: await latestBenches(store),
    check: await checkHistory(store),
    coverage: coverage?.(measuredNumbers(tables.map(({ table }) => table))) ?? null,
  };
}

/**
 * A cell's series of its metric and of its time per step; the metrics of one row and pair share the
 * latter.
 */
interface CellSeries {
  readonly metrics: ReadonlyMap<string, readonly JudgedSeries[]>;
  readonly steps: ReadonlyMap<string, readonly JudgedSeries[]>;
}

function seriesByCell({ check }: SiteData): CellSeries {
  const repeated = (series: readonly JudgedSeries[]) =>
    series.filter(({ points }) => points.length > 1);
  return {
    metrics: Map.groupBy(repeated(check.metrics), ({ key }) => cellKey(key)),
    steps: Map.groupBy(repeated(check.steps), ({ key }) =>
      cellKey({ ...key, cell: pairOf(key.cell) }),
    ),
  };
}

async function siteTables(store: Store): Promise<readonly SiteTable[]> {
  const rows = await plans(store);
  const folders = fileNames(rows.map(({ suite, scale }) => `${suite}@${scale}`));
  const tables: SiteTable[] = [];
  for (const plan of rows) {
    const table = tableModel(await readPlanData(store, plan));
    const folder = folders.get(`${plan.suite}@${plan.scale}`) as string;
    tables.push({ table, href: `${folder}/index.html`, cellHrefs: cellHrefs(table, folder) });
  }
  return tables;
}

function crumbsOf(page: SitePage): readonly Crumb[] {
  const home = { text: 'Redistill', href: 'index.html' };
  return page.path === home.href ? [{ text: home.text }] : [home, { text: page.navigation }];
}

/** Where the page of each cell of a table lies in the site. */
function cellHrefs(table: TableModel, folder: string): ReadonlyMap<string, string> {
  const names = fileNames(table.cells.map(({ row }) => row.cell));
  return new Map([...names].map(([cell, name]) => [cell, `${folder}/cell-${name}.html`]));
}

/** The page of each group, beside the pages of its cells. */
function evaluationNames(groups: readonly EvaluationGroup[]): ReadonlyMap<EvaluationGroup, string> {
  const texts = groups.map(({ name, column }) => `${name}/${column.id}`);
  const names = fileNames(texts);
  return new Map(
    groups.map((group, index) => [group, `learned-${names.get(texts[index] as string)}.html`]),
  );
}

/**
 * What detectors and segmenters have learned: pictures, categories, curves; one group's artefacts
 * in memory at a time.
 */
async function* evaluationPages(
  render: Render,
  { table, href, cellHrefs: hrefs }: SiteTable,
  store: Store,
  groups: readonly EvaluationGroup[],
  names: ReadonlyMap<EvaluationGroup, string>,
): AsyncGenerator<SiteFile> {
  const { title, suite, scale } = table.plan;
  const folder = href.slice(0, href.indexOf('/') + 1);
  for (const group of groups) {
    const runs = group.students.map(({ run }) => run);
    const found = await evaluations(store, [
      ...runs,
      ...(group.teacher === null ? [] : [group.teacher]),
    ]);
    const page = evaluationPage(group, found);
    if (page === null) continue;
    const crumbs = [
      toOverview,
      { text: `${suite}, ${scale}`, href: 'index.html' },
      { text: page.title },
    ];
    const path = `${folder}${names.get(group)}`;
    const frame = { title: `${page.title}: ${title} (${scale})`, root: '../', path, crumbs };
    const cells = group.cells.map((cell) => ({
      name: metricName(cell.slice(cell.lastIndexOf('/') + 1)),
      href: (hrefs.get(cell) as string).slice(folder.length),
    }));
    yield [path, render('evaluation.njk', frame, { page, scale, cells })];
  }
}

function tablePage(
  render: Render,
  entry: SiteTable,
  environments: readonly EnvironmentRow[],
  groups: readonly EvaluationGroup[],
  names: ReadonlyMap<EvaluationGroup, string>,
): SiteFile {
  const { title, suite, scale } = entry.table.plan;
  // Pages of one table are neighbours: they know each other by file name.
  const neighbours = new Map(
    [...entry.cellHrefs].map(([cell, path]) => [cell, path.slice(path.indexOf('/') + 1)]),
  );
  const frame = {
    title: `${title} (${scale})`,
    root: '../',
    path: entry.href,
    crumbs: [toOverview, { text: `${suite}, ${scale}` }],
  };
  return [
    entry.href,
    render('table.njk', frame, {
      view: tableView(entry.table, environments, neighbours),
      learned: groups.map((group) => ({
        name: `${group.name}, ${pairName(group.column)}`,
        href: names.get(group) as string,
      })),
    }),
  ];
}

const toOverview: Crumb = { text: 'Redistill', href: '../index.html' };

/** Epochs whose curves are in memory at a time. */
const epochsAtATime = 200_000;

/** The page of every cell; their curves are read for some cells at a time. */
async function* cellPages(
  render: Render,
  { table, cellHrefs: hrefs }: SiteTable,
  { store, environments }: SiteData,
  series: CellSeries,
  groups: readonly EvaluationGroup[],
  names: ReadonlyMap<EvaluationGroup, string>,
): AsyncGenerator<SiteFile> {
  const learned = new Map(
    groups.flatMap((group) => group.cells.map((cell) => [cell, names.get(group) as string])),
  );
  const { title, suite, scale } = table.plan;
  for (const group of inGroups(table.cells)) {
    const runs = group.flatMap(({ trials, official }) => [
      ...trials.flatMap(({ run }) => run?.run ?? []),
      ...official.map(({ run }) => run.run),
    ]);
    const data = { ...(await readRunData(store, [...new Set(runs)])), environments };
    for (const cell of group) {
      const place = { suite, scale, cell: cell.row.cell };
      const page = cellPage(table, cell, data, {
        metric: series.metrics.get(cellKey(place)) ?? [],
        steps: series.steps.get(cellKey({ ...place, cell: pairOf(place.cell) })) ?? [],
      });
      const path = hrefs.get(cell.row.cell) as string;
      const crumbs = [
        toOverview,
        { text: `${suite}, ${scale}`, href: 'index.html' },
        { text: page.title },
      ];
      const frame = { title: `${page.title}: ${title} (${scale})`, root: '../', path, crumbs };
      yield [path, render('cell.njk', frame, { page, learned: learned.get(cell.row.cell) ?? '' })];
    }
  }
}

/** Neighbouring cells, as many as `epochsAtATime` allows and at least one. */
function* inGroups(cells: readonly CellModel[]): Generator<readonly CellModel[]> {
  let group: CellModel[] = [];
  let epochs = 0;
  for (const cell of cells) {
    group.push(cell);
    for (const { run } of [...cell.trials, ...cell.official]) epochs += run?.epochs ?? 0;
    if (epochs < epochsAtATime) continue;
    yield group;
    group = [];
    epochs = 0;
  }
  if (group.length > 0) yield group;
}
