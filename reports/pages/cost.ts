import { runCosts, runSeconds } from '../../results/queries.ts';
import { fixed, hours, plural } from '../format.ts';
import { type CostRow, type CostSection, costSections } from '../model/costs.ts';
import { type CohortRow, cohortRows, type TableHours, tableHours } from '../model/hours.ts';
import { benchViews } from '../views/bench-view.ts';
import { hardwareWords } from '../views/conditions.ts';
import { pairName } from '../views/words.ts';
import type { SiteData, SitePage, SiteTable } from './types.ts';

/**
 * What each table took, in hours of a machine; what each method costs: time of a training step and
 * memory, beside KD; and what Redistill costs, beside PyTorch.
 */
export const page: SitePage = {
  path: 'cost.html',
  title: 'What it costs',
  navigation: 'Cost',
  template: 'cost.njk',
  async content(data) {
    const costs = await runCosts(data.store);
    const models = data.tables.map(({ table }) => table);
    const took = tableHours(models, await runSeconds(data.store), data.environments);
    const sections = costSections(
      models,
      costs.filter(({ students }) => students === 1),
    ).filter(({ rows }) => rows.length > 0);
    const benches = benchViews(data.benches);
    if (took.length === 0 && costs.length === 0 && benches.length === 0) return null;
    return {
      benches,
      measured: sections.length > 0,
      hours: took.map((one, index) => hoursView(one, index, data.tables)),
      cohorts: cohortViews(cohortRows(models, costs), data),
      sections: sections.map((section, index) =>
        sectionView(
          section,
          index,
          data,
          sections
            .filter(({ table }) => table === section.table)
            .map(({ environment }) => environment),
        ),
      ),
    };
  },
};

/** @param places environments of all sections of its table */
function sectionView(
  section: CostSection,
  index: number,
  data: SiteData,
  places: readonly string[],
) {
  const { plan } = section.table;
  const longest = Math.max(1, ...section.rows.map(({ relativeTime }) => relativeTime ?? 0));
  return {
    id: `cost-${index + 1}`,
    title: titleAmong(plan.title, section.environment, places, data),
    suite: plan.suite,
    scale: plan.scale,
    href: hrefOf(section.table, data.tables),
    baseline: section.baseline,
    conditions: placeOf(section.environment, data).join(', '),
    rows: section.rows.map((row) => rowView(row, longest)),
  };
}

/** Hardware, device, threads and software, in words. */
function placeOf(hash: string, { environments }: SiteData): readonly string[] {
  const environment = environments.find((row) => row.environment === hash);
  if (environment === undefined) return ['environment not recorded'];
  const { device, threadsIntra, tensorflow } = environment;
  return [
    hardwareWords(environment),
    device.toUpperCase(),
    plural(threadsIntra, 'thread'),
    `TensorFlow ${tensorflow}`,
  ];
}

/** The title of a table that was measured in several places says in what this one differs. */
function titleAmong(title: string, own: string, places: readonly string[], data: SiteData): string {
  if (places.length < 2) return title;
  const words = places.map((place) => placeOf(place, data));
  const differing = placeOf(own, data).filter((word) =>
    words.some((others) => !others.includes(word)),
  );
  return [title, ...(differing.length > 0 ? differing : placeOf(own, data))].join(', ');
}

function hrefOf(table: TableHours['table'], tables: readonly SiteTable[]): string {
  return tables.find((entry) => entry.table === table)?.href as string;
}

function hoursView(took: TableHours, index: number, tables: readonly SiteTable[]) {
  const { table, device, hardware, students, teachers, others, runs, cells } = took;
  const entry = tables.find((one) => one.table === table) as SiteTable;
  const columns = table.sections[0]?.columns.map(({ column }) => column) ?? [];
  const amount = (value: number) => ({
    text: value === 0 ? '' : hours(value),
    sort: String(value),
  });
  return {
    id: `hours-${index + 1}`,
    title: table.plan.title,
    suite: table.plan.suite,
    scale: table.plan.scale,
    href: entry.href,
    device,
    hardware,
    runs: String(runs),
    students: amount(students),
    teachers: amount(teachers),
    others: amount(others),
    total: amount(students + teachers + others),
    columns: columns.map(pairName),
    rows: [...Map.groupBy(cells, ({ cell }) => cell.row.row)].map(([name, own]) => ({
      name,
      cells: columns.map(({ id }) => {
        const found = own.find(({ cell }) => cell.column.id === id);
        return found === undefined
          ? null
          : { ...amount(found.hours), href: entry.cellHrefs.get(found.cell.row.cell) as string };
      }),
    })),
  };
}

/** @param rows in the order of the tables */
function cohortViews(rows: readonly CohortRow[], data: SiteData) {
  const places = Map.groupBy(rows, ({ table, environment }) =>
    JSON.stringify([table.plan.suite, table.plan.scale, environment]),
  );
  return [...places.values()].map((own, index) => {
    const { table, environment } = own[0] as CohortRow;
    const ofTable = rows.filter((row) => row.table === table).map((row) => row.environment);
    const range = ([least, most]: readonly [number, number]) =>
      fixed(least, 1) === fixed(most, 1)
        ? fixed(least, 1)
        : `${fixed(least, 1)} to ${fixed(most, 1)}`;
    return {
      id: `cohorts-${index + 1}`,
      title: titleAmong(table.plan.title, environment, [...new Set(ofTable)], data),
      suite: table.plan.suite,
      scale: table.plan.scale,
      href: hrefOf(table, data.tables),
      conditions: placeOf(environment, data).join(', '),
      rows: own.map((row) => ({
        name: row.name,
        method: row.method === row.name.toLowerCase() ? '' : row.method,
        students: String(row.students),
        share: range(row.share),
        shareSort: String(row.share[0]),
        whole: range(row.whole),
        wholeSort: String(row.whole[0]),
        memory: fixed(row.memoryMiB, 0),
        behind: plural(row.runs, 'run'),
      })),
    };
  });
}

function rowView(row: CostRow, longest: number) {
  const [least, most] = row.msPerStep;
  const ratio = (value: number | null) => (value === null ? '' : `× ${fixed(value, 2)}`);
  return {
    name: row.name,
    method: row.method === row.name.toLowerCase() ? '' : row.method,
    time: least === most ? fixed(least, 1) : `${fixed(least, 1)} to ${fixed(most, 1)}`,
    timeSort: String(least),
    relativeTime: ratio(row.relativeTime),
    // Hundredths of the longest bar.
    bar: row.relativeTime === null ? 0 : Math.round((100 * row.relativeTime) / longest),
    relativeSort: row.relativeTime === null ? '' : String(row.relativeTime),
    memory: fixed(row.memoryMiB, 0),
    relativeMemory: ratio(row.relativeMemory),
    memorySort: String(row.memoryMiB),
    behind: `${plural(row.runs, 'run')}, ${plural(row.pairs, 'pair')}`,
  };
}
