import { type Prunable, prunable, prune } from '../../app/prune.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { plural } from '../../reports/format.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { formatBytes } from '../output/bytes.ts';
import { renderTable } from '../output/table.ts';

export const command = defineCommand({
  name: 'prune',
  summary: 'remove from a workspace what nothing needs any more',
  description:
    'checkpoints: of runs that have their result; what can be resumed keeps them. weights: of students’ runs that a later completed run of ' +
    'the same trial stands for; teachers keep theirs. numerics: records of fingerprints that no run has. leftovers: of writers that were killed. ' +
    'journals, only where named: the whole folders of those students’ runs, which leave the history with them when the database is made anew. ' +
    'No report, resume, replay or student needs the others. What a process works on is passed over.',
  arguments: [
    {
      name: 'kind',
      summary: 'what to prune (default: all but journals)',
      variadic: true,
      choices: prunable,
    },
  ],
  options: {
    dryRun: { kind: 'flag', summary: 'only say what would go, with sizes' },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill prune --dry-run', meaning: 'what would go, and how much room it takes' },
    { command: 'redistill prune checkpoints', meaning: 'checkpoints alone' },
  ],
  async run(context, kinds, { dryRun, workspace, json }) {
    const chosen = kinds.length === 0 ? undefined : (kinds as readonly Prunable[]);
    const result = prune({ kinds: chosen, dryRun, workspace }, effectsOf(context));
    if (json) {
      context.json({ schemaVersion, ...result });
      return exitCodes.fine;
    }
    const { pruned, busy, unreadable } = result;
    const rows = prunable.flatMap((kind) => {
      const own = pruned.filter((each) => each.kind === kind);
      return own.length === 0 ? [] : [[kind, String(own.length), formatBytes(bytesOf(own))]];
    });
    const table = renderTable(
      [{ title: 'what' }, { title: 'files', align: 'right' }, { title: 'size', align: 'right' }],
      rows,
    );
    if (dryRun)
      for (const { path, bytes } of pruned) context.stdout(`${path}  ${formatBytes(bytes)}`);
    if (rows.length > 0) for (const line of table) context.stdout(line);
    const size = formatBytes(bytesOf(pruned));
    context.stdout(
      pruned.length === 0
        ? `Nothing to prune in ${result.workspace}.`
        : dryRun
          ? `${size} would go. Without --dry-run they do.`
          : `${size} are free.`,
    );
    if (busy.length > 0) {
      context.stderr(`Passed over, since a process works on them: ${plural(busy.length, 'run')}.`);
    }
    for (const { trial, reason } of unreadable) context.stderr(`Passed over: ${trial}: ${reason}`);
    return exitCodes.fine;
  },
});

const bytesOf = (all: readonly { readonly bytes: number }[]) =>
  all.reduce((sum, { bytes }) => sum + bytes, 0);
