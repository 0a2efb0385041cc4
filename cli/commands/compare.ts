import { resolve } from 'node:path';
import { exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { comparisonLines } from '../output/compare.ts';

export const command = defineCommand({
  name: 'compare',
  summary: 'set two commits, engines, machines or days against each other',
  description:
    'Differences are B minus A with 90 % intervals, paired over the seeds that both sides have, cell by cell and over all ' +
    'cells. A and B are: latest or previous (executions), a day or DAY..DAY (UTC), an execution, the beginning of a commit or ' +
    "of a numerics fingerprint, what git calls a commit, or a part of a machine's name; where that is ambiguous, write " +
    'commit:, engine:, machine:, date: or execution: before it.',
  arguments: [
    { name: 'a', required: true, summary: 'the side that is compared with' },
    { name: 'b', required: true, summary: 'the side that is judged' },
  ],
  options: {
    suite: {
      kind: 'text',
      value: 'SUITE',
      summary: 'only this suite, or SUITE@SCALE (default: all)',
    },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill compare previous latest', meaning: 'the last two executions' },
    { command: 'redistill compare main HEAD', meaning: 'two commits that were measured' },
    {
      command: 'redistill compare 2026-01-01..2026-01-07 2026-01-08..2026-01-14 --json',
      meaning: 'two weeks, for a program',
    },
  ],
  async run(context, [a, b], { suite, workspace, json }) {
    const [
      { openStore },
      { databaseFile },
      { history },
      { selectSide },
      { compareSides },
      { resolveCommit },
    ] = await Promise.all([
      import('../../results/store.ts'),
      import('../../results/workspace.ts'),
      import('../../results/history-queries.ts'),
      import('../../reports/history/selector.ts'),
      import('../../reports/history/compare.ts'),
      import('../../app/history/resolve-commit.ts'),
    ]);
    const store = await openStore(databaseFile(resolve(context.cwd, workspace ?? '.')), 'read');
    try {
      const rows = (await history(store)).filter(
        (row) =>
          suite === undefined || suite === row.suite || suite === `${row.suite}@${row.scale}`,
      );
      const comparison = compareSides(
        selectSide(rows, a as string, resolveCommit),
        selectSide(rows, b as string, resolveCommit),
      );
      if (comparison.cells.length === 0) {
        throw new UsageError(
          'COMPARE_NOTHING',
          `"${a}" (${comparison.a.meaning}) and "${b}" (${comparison.b.meaning}) have no cell in common.`,
          { hint: comparison.notes.slice(0, 3).join(' ') },
        );
      }
      if (json) context.json({ schemaVersion, ...comparison });
      else for (const line of comparisonLines(comparison)) context.stdout(line);
      return exitCodes.fine;
    } finally {
      store.close();
    }
  },
});
