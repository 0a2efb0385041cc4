import type { CommandDefinition } from '../command.ts';

/** A command as the list knows it: its file is loaded only when it runs or is asked for help. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  // biome-ignore lint/suspicious/noExplicitAny: each command has its own option table
  load(): Promise<{ readonly command: CommandDefinition<any> }>;
}

/** Every command, in the order of the help. One line each. */
// biome-ignore format: a table
export const commands: readonly CommandEntry[] = [
  { name: 'setup', summary: 'bring TensorFlow and build its binding for this installation', load: () => import('./setup.ts') },
  { name: 'doctor', summary: 'check the machine and say what to do about what is missing', load: () => import('./doctor.ts') },
  { name: 'data', summary: 'list, fetch and verify data sets and released weights', load: () => import('./data.ts') },
  { name: 'list', summary: 'list suites, methods, networks, data sets, recipes, executors; describe one', load: () => import('./list.ts') },
  { name: 'new', summary: 'begin a suite, a method, a network or a data set of your own', load: () => import('./new.ts') },
  { name: 'plan', summary: 'show what a suite would train and what it would cost', load: () => import('./plan.ts') },
  { name: 'run', summary: 'train what a suite needs, then store and report it', load: () => import('./run.ts') },
  { name: 'status', summary: 'show how far the trials of a suite are', load: () => import('./status.ts') },
  { name: 'prune', summary: 'remove from a workspace what nothing needs any more', load: () => import('./prune.ts') },
  { name: 'jobs', summary: 'show or end the jobs that a cluster holds for a suite', load: () => import('./jobs.ts') },
  { name: 'ingest', summary: 'read journals into results.duckdb', load: () => import('./ingest.ts') },
  { name: 'import', summary: 'take in logs and weights that others published', load: () => import('./import.ts') },
  { name: 'published', summary: 'check the published numbers against each other', load: () => import('./published.ts') },
  { name: 'report', summary: 'render the report from results.duckdb', load: () => import('./report.ts') },
  { name: 'query', summary: 'ask results.duckdb a question in SQL', load: () => import('./query.ts') },
  { name: 'export', summary: 'write the tables of results.duckdb as Parquet or CSV', load: () => import('./export.ts') },
  { name: 'check', summary: 'say whether the history in results.duckdb shows a regression', load: () => import('./check.ts') },
  { name: 'compare', summary: 'set two commits, engines, machines, days or suites against each other', load: () => import('./compare.ts') },
  { name: 'nightly', summary: 'measure a suite anew, store, check and report it; for cron or CI', load: () => import('./nightly.ts') },
  { name: 'replay', summary: 'train the first steps of a run again and compare the loss bits', load: () => import('./replay.ts') },
  { name: 'verify', summary: 'compare every method and model with the official numerics', load: () => import('./verify.ts') },
  { name: 'coco-eval', summary: 'compute COCO AP and AR of a file of detections', load: () => import('./coco-eval.ts') },
  { name: 'gpu-check', summary: 'show in under ten minutes that this machine’s GPU trains as it should', load: () => import('./gpu-check.ts') },
  { name: 'bench', summary: 'measure training steps, methods, ingest, report and a COCO evaluation', load: () => import('./bench.ts') },
];
