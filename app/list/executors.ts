import type { Executor } from '../../runners/executors/executor.ts';
import { executors as kinds } from '../../runners/executors/kinds.ts';
import { optionWords } from '../../runners/executors/options.ts';
import type { ListedKind } from './types.ts';
import { unknownName } from './unknown.ts';

/** Options of `redistill run` that every executor has. */
const shared = [
  ['--device cpu|gpu', 'which kind of processor trains'],
  ['--threads N', 'threads of each training; part of what makes bits equal'],
  ['--cohort N', 'at most so many trials share a process and its teacher'],
  ['--max-memory GIB', 'memory of all processes of this machine, or of one task of a cluster'],
] as const;

/** Where trials are trained. */
export const executors: ListedKind = {
  columns: ['where'],
  list: async () =>
    (await kinds.load()).map(({ id, title, where }) => ({ name: id, title, columns: [where] })),
  describe: async (name) => {
    const [found] = await kinds.load([name]);
    if (found === undefined) throw unknownName('executor', name, kinds.ids);
    return described(found);
  },
};

function described({ id, title, guide, options }: Executor) {
  const own = Object.entries(options).map(([name, field]) => [
    optionWords(name, field),
    field.kind === 'choice' ? `${field.about} (default: ${field.default})` : field.about,
  ]);
  return {
    name: id,
    title,
    facts: [
      ['use it', `redistill run SUITE --executor ${id}`],
      ['guide', guide],
    ] as const,
    tables: [{ title: 'Options', columns: ['option', 'what'], rows: [...own, ...shared] }],
  };
}
