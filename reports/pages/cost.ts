import { runCosts } from '../../results/queries.ts';
import { fixed, plural } from '../format.ts';
import { type CostRow, type CostSection, costSections } from '../model/costs.ts';
import { benchViews } from '../views/bench-view.ts';
import { hardwareWords } from '../views/conditions.ts';
import type { SiteData, SitePage } from './types.ts';

/**
 * What each method costs: time of a training step and memory, beside KD; and what Redistill costs,
 * beside PyTorch.
 */
export const cost: SitePage = {
  path: 'cost.html',
  title: 'What the methods cost',
  navigation: 'Cost',
  template: 'cost.njk',
  async content(data) {
    const costs = await runCosts(data.store);
    const sections = costSections(
      data.tables.map(({ table }) => table),
      costs.filter(({ students }) => students === 1),
    ).filter(({ rows }) => rows.length > 0);
    const benches = benchViews(data.benches);
    if (costs.length === 0 && benches.length === 0) return null;
    const together = costs.filter(({ students }) => students > 1).length;
    return {
      benches,
      measured: costs.length > 0,
      together: together === 0 ? null : plural(together, 'run'),
      sections: sections.map((section, index) =>
        sectionView(
          section,
          index,
          data,
          sections.filter(({ table }) => table === section.table).length > 1,
        ),
      ),
    };
  },
};

function sectionView(section: CostSection, index: number, data: SiteData, twice: boolean) {
  const { plan } = section.table;
  const environment = data.environments.find((row) => row.environment === section.environment);
  const place =
    environment === undefined
      ? 'environment not recorded'
      : `${hardwareWords(environment)}, ${environment.device.toUpperCase()}, ${plural(environment.threadsIntra, 'thread')}, TensorFlow ${environment.tensorflow}`;
  const longest = Math.max(1, ...section.rows.map(({ relativeTime }) => relativeTime ?? 0));
  return {
    id: `cost-${index + 1}`,
    title: `${plan.title}${twice ? `, ${place}` : ''}`,
    suite: plan.suite,
    scale: plan.scale,
    href: data.tables.find(({ table }) => table === section.table)?.href as string,
    baseline: section.baseline,
    conditions: place,
    rows: section.rows.map((row) => rowView(row, longest)),
  };
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
