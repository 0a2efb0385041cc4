import type { ListedKind } from './types.ts';
import { unknownName } from './unknown.ts';

interface Executor {
  readonly name: string;
  readonly title: string;
  readonly where: string;
  readonly options: readonly (readonly [option: string, what: string])[];
  readonly guide: string;
}

/** What `redistill run --executor` takes. */
const known: readonly Executor[] = [
  {
    name: 'local',
    title: 'worker processes of this machine, one per core or per GPU',
    where: 'this machine',
    options: [
      ['--device cpu|gpu', 'which kind of processor trains'],
      ['--workers N', 'how many workers at a time'],
      ['--threads N', 'threads of each worker; part of what makes bits equal'],
      ['--cohort N', 'at most so many trials share a worker and its teacher'],
    ],
    guide: 'README.md',
  },
  {
    name: 'slurm',
    title: 'jobs of a Slurm cluster; the command may be ended and called again',
    where: 'a cluster',
    options: [
      ['--slurm-config FILE', 'what the jobs ask of the cluster'],
      ['--cohort N', 'at most so many trials share a task of a job'],
    ],
    guide: 'docs/slurm.md',
  },
];

/** Where trials are trained. */
export const executors: ListedKind = {
  columns: ['where'],
  list: async () => known.map(({ name, title, where }) => ({ name, title, columns: [where] })),
  describe: async (name) => {
    const found = known.find((executor) => executor.name === name);
    if (found === undefined)
      throw unknownName(
        'executor',
        name,
        known.map((executor) => executor.name),
      );
    return {
      name,
      title: found.title,
      facts: [
        ['use it', `redistill run SUITE --executor ${name}`],
        ['guide', found.guide],
      ],
      tables: [{ title: 'Options', columns: ['option', 'what'], rows: found.options }],
    };
  },
};
