import { medianOf } from '../../reference/history/noise.ts';
import type { Series, SeriesKey } from './series.ts';

/** A cell whose series has begun anew, because something that keeps series apart has changed. */
export interface Restart {
  readonly key: SeriesKey;
  /** What has changed, in words: `hardware: Old CPU, 2 cores to New CPU, 2 cores`. */
  readonly causes: readonly string[];
  readonly time: string;
  readonly before: { readonly level: number; readonly n: number };
  readonly after: { readonly level: number; readonly n: number };
}

/** So many points of the new series are news; then it has a history of its own. */
const newsPoints = 10;
/** Points of the old series that say what its level was. */
const levelPoints = 10;
const mostFields = 3;

/** The newest series of every cell that has taken the place of an older one. */
export function restarts(series: readonly Series[]): readonly Restart[] {
  const cells = Map.groupBy(series, ({ key: { suite, scale, cell, metric } }) =>
    JSON.stringify([suite, scale, cell, metric]),
  );
  return [...cells.values()].flatMap((of) => {
    const ordered = of.toSorted((one, other) => (start(one) < start(other) ? -1 : 1));
    const newest = ordered.at(-1) as Series;
    // A series that goes on beside the newest has not been replaced by it.
    const ended = ordered
      .slice(0, -1)
      .filter((each) => end(each) <= start(newest))
      .toSorted((one, other) => (end(one) < end(other) ? -1 : 1))
      .at(-1);
    if (ended === undefined || newest.points.length > newsPoints) return [];
    return [
      {
        key: newest.key,
        causes: causesOf(ended.key, newest.key),
        time: start(newest),
        before: levelOf(ended, -levelPoints),
        after: levelOf(newest, 0),
      },
    ];
  });
}

const start = ({ points }: Series) => points[0]?.time ?? '';
const end = ({ points }: Series) => points.at(-1)?.time ?? '';

function levelOf({ points }: Series, from: number) {
  const values = points.slice(from).map(({ value }) => value);
  return { level: medianOf(values), n: values.length };
}

function causesOf(before: SeriesKey, after: SeriesKey): readonly string[] {
  const causes: string[] = [];
  if (before.machine !== after.machine) {
    causes.push(`hardware: ${before.machine} to ${after.machine}`);
  }
  if (before.dataHash !== after.dataHash) {
    causes.push(`data: ${before.dataHash.slice(0, 12)} to ${after.dataHash.slice(0, 12)}`);
  }
  if (before.implementation !== after.implementation) {
    causes.push(`implementation: ${before.implementation} to ${after.implementation}`);
  }
  if (before.configuration !== after.configuration) {
    causes.push(`configuration: ${changedFields(before.configuration, after.configuration)}`);
  }
  return causes;
}

/** `recipe.optimizer.lr 0.05 to 0.1`, of the first few fields. */
function changedFields(before: string, after: string): string {
  const [one, other] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...one.keys(), ...other.keys()])].filter(
    (name) => one.get(name) !== other.get(name),
  );
  const shown = names
    .slice(0, mostFields)
    .map((name) => `${name} ${one.get(name) ?? 'not set'} to ${other.get(name) ?? 'not set'}`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function fieldsOf(configuration: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) fields.set(path, String(value));
    else {
      for (const [name, each] of Object.entries(value)) {
        walk(each, path === '' ? name : `${path}.${name}`);
      }
    }
  };
  walk(configuration.startsWith('{') ? JSON.parse(configuration) : configuration, '');
  return fields;
}
