import { medianOf } from '../../reference/history/noise.ts';
import type { Series, SeriesPoint } from './series.ts';

/** Points of one machine that lie between points of the other, before the two are joined. */
const leastBetween = 6;

/**
 * Series of one cell that two machines have measured in turn, as one series each: a loss that both
 * show is then seen in half the nights. The numbers of the second machine are moved by what lies
 * between the two on average, which is the median over its points of their distance from the
 * nearest points of the first on either side. A machine that has followed another is not joined
 * with it: nothing says what lies between them.
 */
export function joinedSeries(series: readonly Series[]): readonly Series[] {
  const cells = Map.groupBy(series, ({ key: { machine: _, ...key } }) => JSON.stringify(key));
  return [...cells.values()].flatMap((of) => {
    if (of.length < 2) return [];
    const [first, ...rest] = of.toSorted((one, other) => other.points.length - one.points.length);
    const reference = first as Series;
    const moved = rest.flatMap((other) => {
      const offset = offsetBetween(reference.points, other.points);
      if (offset === null) return [];
      const points = other.points.map((point) => ({ ...point, value: point.value - offset }));
      return [{ machine: other.key.machine, points }];
    });
    if (moved.length === 0) return [];
    const points = [...reference.points, ...moved.flatMap(({ points: own }) => own)].toSorted(
      (one, other) => (one.time < other.time ? -1 : Number(one.time > other.time)),
    );
    const machine = [reference.key.machine, ...moved.map((one) => one.machine)].join(' and ');
    return [{ ...reference, key: { ...reference.key, machine: `${machine}, in turn` }, points }];
  });
}

function offsetBetween(
  reference: readonly SeriesPoint[],
  other: readonly SeriesPoint[],
): number | null {
  const distances = other.flatMap(({ time, value }) => {
    const before = reference.findLast((point) => point.time <= time);
    const after = reference.find((point) => point.time > time);
    if (before === undefined || after === undefined) return [];
    return [value - (before.value + after.value) / 2];
  });
  return distances.length < leastBetween ? null : medianOf(distances);
}
