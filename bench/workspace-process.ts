/*
 * One measurement of bench/workspace-bench.ts, in a process of its own so that its peak of memory is its own:
 * `node bench/workspace-process.ts store|report WORKSPACE`. Prints JSON.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { renderSite } from '../reports/site.ts';
import { ingest } from '../results/ingest.ts';
import { databaseFile } from '../results/workspace.ts';

const [what, workspace = '.'] = process.argv.slice(2);
const began = performance.now();
if (what === 'store') await ingest({ workspace });
else await renderSite(databaseFile(workspace), { out: join(workspace, 'out') });
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({
    milliseconds: performance.now() - began,
    cpuMilliseconds: (userCPUTime + systemCPUTime) / 1000,
    peakMiB: maxRSS / 1024,
  }),
);
