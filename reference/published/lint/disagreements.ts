import type { Published } from '../loader.ts';
import type { PublishedCell } from '../types.ts';
import {
  type FindingGroup,
  groupOf,
  identity,
  pairOf,
  printed,
  type RecordFinding,
} from './types.ts';

/** The sources that print one and the same number. */
interface Cluster {
  readonly value: number;
  readonly cells: readonly PublishedCell[];
}

/**
 * The same cell with different numbers. Grouped by who departs: of the numbers of a cell the one
 * that stands is that of the method's own paper, else the one that most papers print, else the
 * older one; those who print another are named.
 */
export function disagreements(
  published: Published,
  statements: readonly PublishedCell[],
): readonly FindingGroup[] {
  const paper = (cell: PublishedCell) => published.table(cell.table).paper;
  const cells = Map.groupBy(
    statements.filter(({ method }) => method !== null),
    identity,
  );
  const found = [...cells.values()].flatMap((group) => {
    const clusters = clustersOf(group);
    if (clusters.length < 2) return [];
    const [standing, ...departing] = rank(clusters, published);
    return departing.map((cluster) => ({
      apart: Math.abs(cluster.value - (standing as Cluster).value),
      who: papersOf(cluster, paper).join(' and '),
      finding: difference(standing as Cluster, cluster),
    }));
  });
  return [...Map.groupBy(found, ({ who }) => who)].flatMap(([who, list]) => {
    const findings = [...list]
      .sort((one, other) => other.apart - one.apart)
      .map(({ finding }) => finding);
    return groupOf('two-numbers', `${who} against others`, findings);
  });
}

function clustersOf(cells: readonly PublishedCell[]): readonly Cluster[] {
  return [...Map.groupBy(cells, ({ value }) => value)].map(([value, each]) => ({
    value,
    cells: each,
  }));
}

type PaperOf = (cell: PublishedCell) => { readonly key: string; readonly year: number };

function papersOf({ cells }: Cluster, paper: PaperOf): readonly string[] {
  return [...new Set(cells.map((cell) => paper(cell).key))];
}

/** The cluster that stands first. Numbers at second hand never stand where there is another. */
function rank(clusters: readonly Cluster[], published: Published): readonly Cluster[] {
  const paper: PaperOf = (cell) => published.table(cell.table).paper;
  const score = (cluster: Cluster) => {
    const method = (cluster.cells[0]?.method ?? '').toLowerCase();
    const papers = papersOf(cluster, paper);
    return [
      cluster.cells.some(({ trust }) => trust !== 'secondary') ? 1 : 0,
      papers.includes(method) ? 1 : 0,
      papers.length,
      -Math.min(...cluster.cells.map((cell) => paper(cell).year)),
    ];
  };
  return [...clusters].sort((one, other) => {
    const [a, b] = [score(one), score(other)];
    const place = a.findIndex((value, index) => value !== b[index]);
    return place < 0 ? 0 : (b[place] as number) - (a[place] as number);
  });
}

function difference(standing: Cluster, departing: Cluster): RecordFinding {
  const [first] = departing.cells as [PublishedCell];
  const apart = departing.value - standing.value;
  const second = (cluster: Cluster) => cluster.cells.every(({ trust }) => trust === 'secondary');
  const secondary = second(standing) || second(departing);
  return {
    severity: 'differs',
    subject: `${first.dataset}, ${pairOf(first)}, ${first.method}, ${first.metric}`,
    sentence: `${clusterWords(departing)}, but ${clusterWords(standing)} (${apart < 0 ? '−' : '+'}${Math.abs(apart).toFixed(first.decimals)}).`,
    evidence: [...departing.cells, ...standing.cells],
    secondary,
  };
}

function clusterWords({ cells }: Cluster): string {
  const tables = [...new Set(cells.map((cell) => `${cell.table}${ruleWord(cell)}`))];
  return `${printed(cells[0] as PublishedCell)} in ${tables.join(', ')}`;
}

/** Which epoch a source reports, where it says so: a part of a difference may be that. */
function ruleWord({ selection }: PublishedCell): string {
  return selection === 'unknown' ? '' : ` (${selection} epoch)`;
}

/**
 * Teachers and students that are printed with different accuracies: results on top of them are not
 * alike.
 */
export function networkScores(
  published: Published,
  statements: readonly PublishedCell[],
): readonly FindingGroup[] {
  const scores = statements
    .filter(({ method }) => method === null)
    .map((cell) => ({ cell, network: cell.row === 'Teacher' ? cell.teacher : cell.student }))
    .filter(({ network }) => network !== null);
  const byNetwork = Map.groupBy(scores, ({ cell, network }) =>
    [cell.dataset, network, cell.metric].join('\n'),
  );
  const found = [...byNetwork.values()].flatMap((group) => {
    const cells = group.map(({ cell }) => cell);
    const clusters = rank(clustersOf(cells), published);
    const [first] = group;
    if (clusters.length < 2 || first === undefined) return [];
    const values = clusters.map(clusterWords).join('; ');
    return [
      {
        dataset: first.cell.dataset,
        finding: {
          severity: 'caution' as const,
          subject: `${first.network}, ${first.cell.metric}`,
          sentence: `${values}.`,
          evidence: clusters.flatMap((cluster) => cluster.cells),
          secondary:
            clusters.filter(({ cells: each }) => each.some(({ trust }) => trust !== 'secondary'))
              .length < 2,
        },
      },
    ];
  });
  return [...Map.groupBy(found, ({ dataset }) => dataset)].flatMap(([dataset, list]) =>
    groupOf(
      'network-score',
      dataset,
      list.map(({ finding }) => finding),
    ),
  );
}
