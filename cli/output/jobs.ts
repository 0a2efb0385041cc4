import type { JobsResult, SuiteJob } from '../../app/jobs.ts';
import { renderTable } from './table.ts';

/** The jobs of a workspace for people: a table, or that there are none. */
export function jobLines({ workspace, jobs, cancelled }: JobsResult): readonly string[] {
  if (jobs.length === 0) return [`No job waits or runs for the suites of ${workspace}.`];
  const columns = ['executor', 'job', 'state', 'starts', 'trials', 'log'].map((title) => ({
    title,
  }));
  const rows = jobs.map((job) => [
    job.executor,
    job.task,
    stateOf(job),
    String(job.starts),
    trialsOf(job),
    job.log,
  ]);
  return [
    ...renderTable(columns, rows),
    ...(cancelled ? ['', 'Their end was asked for: they write a checkpoint first.'] : []),
  ];
}

/** In our word, with the cluster's where it says more. */
const stateOf = ({ stage, word }: SuiteJob): string =>
  word === '' || word.toLowerCase() === stage ? stage : `${stage} (${word})`;

const trialsOf = ({ names: [first = '', ...more] }: SuiteJob): string =>
  more.length === 0 ? first : `${first} and ${more.length} more`;
