/*
 * One measurement of bench/workspace-bench.ts, in a process of its own so that its peak of memory
 * is its own: `node bench/workspace-process.ts store|report|journal WORKSPACE COUNT`. Prints JSON.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { JournalWriter } from '../contract/journal.ts';
import { renderSite } from '../reports/site.ts';
import { ingest } from '../results/ingest.ts';
import { databaseFile } from '../results/workspace.ts';
import { epochRecord } from './workspace.ts';

const [what, workspace = '.', count = '0'] = process.argv.slice(2);
const began = performance.now();
if (what === 'store') await ingest({ workspace });
else if (what === 'journal') writeLines(Number(count));
else await renderSite(databaseFile(workspace), { out: join(workspace, 'out') });
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({
    milliseconds: performance.now() - began,
    cpuMilliseconds: (userCPUTime + systemCPUTime) / 1000,
    peakMiB: maxRSS / 1024,
  }),
);

/** Lines of epochs, through the writer of trials. */
function writeLines(lines: number): void {
  const clock = () => new Date().toISOString();
  const { writer } = JournalWriter.open(join(workspace, 'journal.jsonl'), clock);
  for (let epoch = 1; epoch <= lines; epoch += 1) writer.append(epochRecord);
  writer.close();
}
