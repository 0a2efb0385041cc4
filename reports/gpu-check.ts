import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GpuCheckPartRecord, GpuCheckRecord } from '../contract/gpu-check.ts';
import { schemaVersion } from '../contract/spec.ts';
import { compact, duration, fixed } from './format.ts';
import { templates } from './render.ts';
import { markerFile, type SiteFile, writeSite } from './site-writer.ts';
import { benchFacts } from './views/bench-facts.ts';

const pageName = 'index.html';
const jsonName = 'gpu-check.json';
const title = 'GPU check';

/**
 * Writes what `gpu-check` found as one page, which opens from disk as the report does, and as JSON
 * beside it. An older check in `out` is replaced.
 *
 * @throws UsageError `REPORT_OUT` where `out` holds something else
 * @throws InfrastructureError `FILE_WRITE`
 */
export async function writeGpuCheck(
  out: string,
  record: GpuCheckRecord,
): Promise<{ readonly page: string; readonly json: string }> {
  await writeSite(out, gpuCheckFiles(record));
  return { page: join(out, pageName), json: join(out, jsonName) };
}

/** The files of the page, with the assets of the report. */
export function* gpuCheckFiles(record: GpuCheckRecord): Generator<SiteFile> {
  const entry = { path: pageName, navigation: title };
  const render = templates([entry]);
  const frame = { title, root: '', path: pageName, crumbs: [] };
  yield [pageName, render('gpu-check.njk', frame, gpuCheckView(record))];
  yield [jsonName, `${JSON.stringify(record, null, 2)}\n`];
  for (const asset of ['site.css', 'site.js']) {
    yield [`assets/${asset}`, readFileSync(new URL(`./assets/${asset}`, import.meta.url), 'utf8')];
  }
  yield [markerFile, `${JSON.stringify({ schemaVersion, pages: [pageName] }, null, 2)}\n`];
}

const verdicts = {
  passed: { word: 'passed', symbol: '\u2713', style: 'reproduced' },
  failed: { word: 'failed', symbol: '\u2715', style: 'failed' },
  'not-shown': { word: 'not shown', symbol: '\u25cb', style: 'neutral' },
} as const satisfies Readonly<Record<GpuCheckPartRecord['result'], object>>;

function gpuCheckView(record: GpuCheckRecord) {
  const { parts, environment, startedAt, seconds } = record;
  const counts = Object.entries(verdicts).map(([result, verdict]) => ({
    ...verdict,
    count: parts.filter((part) => part.result === result).length,
  }));
  return {
    lead: leadOf(record),
    counts: counts.filter(({ count }) => count > 0),
    conditions: benchFacts({ ...environment, startedAt, seconds }),
    parts: parts.map(partView),
  };
}

function leadOf({ device, gpuSeen }: GpuCheckRecord): string {
  if (device === 'cpu') {
    return 'These parts were run on the CPU. That says that the check works, and nothing of a GPU.';
  }
  return gpuSeen
    ? 'What only a machine with a GPU can show, as it came out on this one.'
    : 'TensorFlow saw no GPU on this machine, so nothing is shown of one.';
}

function partView(part: GpuCheckPartRecord) {
  const { id, title: name, about, sentence, seconds, limit, figures, result } = part;
  return {
    ...{ id, about, sentence },
    title: name,
    verdict: verdicts[result],
    seconds: result === 'not-shown' ? '' : duration(seconds),
    limit: duration(limit),
    sort: String(seconds),
    besidePeer: figures.some(({ peer }) => peer !== null),
    figures: figures.map(({ name: what, value, unit, peer }) => ({
      name: what,
      value: compact(value),
      unit: unit === '1' ? '' : unit,
      peer: peer === null ? '' : compact(peer),
      ratio: peer === null ? '' : fixed(peer / value, 2),
    })),
  };
}
