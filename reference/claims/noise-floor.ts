import type { Published } from '../published/loader.ts';
import type { PublishedCell } from '../published/types.ts';

/**
 * A smaller printed difference does not separate two methods. It is the mean gain of the best test
 * epoch over the last one in the authors' posted logs for this data set. Null where the record has
 * no log of the metric.
 */
export function noiseFloor(published: Published, dataset: string, metric: string): number | null {
  const logged = published.cells.filter(
    (cell) =>
      cell.dataset === dataset &&
      cell.metric === metric &&
      published.table(cell.table).source.kind === 'log',
  );
  const trainings = Map.groupBy(logged, ({ table, column, method }) =>
    JSON.stringify([table, column, method]),
  );
  const gaps = [...trainings.values()].flatMap(gapOf);
  return gaps.length === 0 ? null : gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}

/**
 * Best minus last of one training; nothing where its log lacks one of them. A trainer that wrote no
 * closing line has the best of its curve.
 */
function gapOf(cells: readonly PublishedCell[]): readonly number[] {
  const of = (part: string) => cells.find((cell) => cell.part === part)?.value;
  const [best, last] = [of('best') ?? of('max_of_curve'), of('last')];
  return best === undefined || last === undefined ? [] : [best - last];
}
