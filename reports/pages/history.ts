import { moment, plural } from '../format.ts';
import { findings } from '../history/findings.ts';
import { historyFigure, seriesState, stateStyle } from '../views/history-view.ts';
import { metricName } from '../views/words.ts';
import { cellKey, type SiteData, type SitePage } from './types.ts';

/**
 * Figures that the page itself shows: those of changes come first, and the page of every cell has
 * its own.
 */
const mostFigures = 24;

/** What the nights and runs of every cell came to, one after the other. */
export const page: SitePage = {
  path: 'history.html',
  title: 'History',
  navigation: 'History',
  template: 'history.njk',
  async content(data) {
    const { check } = data;
    const repeated = check.metrics.filter(({ points }) => points.length > 1);
    if (check.executions.length === 0 && repeated.length === 0) return null;
    const found = findings(check);
    const changed = [
      ...check.metrics
        .filter(({ changes }) => changes.length > 0)
        .map((series) => ({ series, signal: 'metric' as const })),
      ...check.steps
        .filter(({ changes }) => changes.length > 0)
        .map((series) => ({ series, signal: 'step time' as const })),
    ];
    return {
      summary: `${plural(check.executions.length, 'execution')} of suites, ${check.metrics.length} series of cells with ${plural(
        check.metrics.reduce((sum, { points }) => sum + points.length, 0),
        'point',
      )}. ${standing(found.filter(({ state }) => state === 'regression').length)}`,
      empty: check.empty.map(
        ({ suite, scale, executedAt }) => `${suite}@${scale}, ${moment(executedAt)}`,
      ),
      findings: found.map((finding) => ({
        ...stateStyle(finding.state),
        signal: finding.signal,
        cell: finding.cell,
        place: `${finding.suite}, ${finding.scale}`,
        href: hrefOf(data, finding),
        sentence: finding.sentence,
        since: finding.time?.slice(0, 10) ?? '',
      })),
      figures: changed.slice(0, mostFigures).map(({ series, signal }) => ({
        cell: series.key.cell,
        place: `${series.key.suite}, ${series.key.scale}`,
        href: hrefOf(data, series.key),
        ...historyFigure(series, signal, unitOf(data, series.key)),
      })),
      more: Math.max(0, changed.length - mostFigures),
      series: repeated.map((series) => ({
        cell: series.key.cell,
        metric: metricName(series.key.metric),
        place: `${series.key.suite}, ${series.key.scale}`,
        href: hrefOf(data, series.key),
        machine: series.key.machine,
        points: series.points.length,
        first: series.points[0]?.value.toFixed(2) as string,
        last: series.points.at(-1)?.value.toFixed(2) as string,
        since: series.points[0]?.time.slice(0, 10) as string,
        until: series.points.at(-1)?.time.slice(0, 10) as string,
        state: seriesState(series),
      })),
      executions: check.executions
        .toReversed()
        .slice(0, 100)
        .map(({ suite, scale, kind, executedAt, measured }) => ({
          suite,
          scale,
          kind,
          time: moment(executedAt),
          measured,
        })),
      acceptances: check.acceptances.map((row) => ({ ...row, time: moment(row.time) })),
    };
  },
};

function standing(count: number): string {
  return count === 0
    ? 'No regression stands.'
    : `${plural(count, 'regression')} ${count === 1 ? 'stands' : 'stand'}.`;
}

/** The page of a cell; empty where the present plan has no such cell. */
function hrefOf(
  data: SiteData,
  cell: { readonly suite: string; readonly scale: string; readonly cell: string },
): string {
  return data.cells.get(cellKey(cell))?.href ?? '';
}

function unitOf(
  data: SiteData,
  cell: { readonly suite: string; readonly scale: string; readonly cell: string },
): string {
  return data.cells.get(cellKey(cell))?.unit ?? '%';
}
