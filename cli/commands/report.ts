import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../runners/trial/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';

export const command = defineCommand({
  name: 'report',
  summary: 'render the report from results.duckdb',
  description:
    'Writes a static site that works from disk without a network. It only reads the database: run "redistill ingest" ' +
    'first where runs were made since. The same database gives the same bytes.',
  arguments: [],
  options: {
    out: {
      kind: 'text',
      value: 'DIR',
      summary: 'folder of the site (default: reports/out in the workspace)',
    },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill report --out /tmp/report', meaning: 'write the site somewhere else' },
  ],
  async run(context, _arguments, { out, workspace, json }) {
    const [{ renderSite }, { databaseFile }] = await Promise.all([
      import('../../reports/site.ts'),
      import('../../results/workspace.ts'),
    ]);
    const folder = resolve(context.cwd, workspace ?? '.');
    const target = out === undefined ? join(folder, 'reports', 'out') : resolve(context.cwd, out);
    const { pages, index } = await renderSite(databaseFile(folder), { out: target });
    if (json) context.json({ schemaVersion, pages, index });
    else {
      context.stdout(`Wrote ${pages} pages. Open ${index}`);
      context.stderr(pathToFileURL(index).href);
    }
    return exitCodes.fine;
  },
});
