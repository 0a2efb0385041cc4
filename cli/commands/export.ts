import { resolve } from 'node:path';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { renderTable } from '../output/table.ts';

export const command = defineCommand({
  name: 'export',
  summary: 'write the tables of results.duckdb as Parquet or CSV',
  description:
    'One file per table of the database, and verdicts.* with every cell: what was published, what was measured, the ' +
    'verdict and its reason. For pandas, R, Polars or a spreadsheet. Times are UTC. The same database gives the same rows ' +
    'in the same order.',
  arguments: [],
  options: {
    format: {
      kind: 'text',
      choices: ['parquet', 'csv'],
      default: 'parquet',
      summary: 'format of the files',
    },
    out: { kind: 'text', value: 'DIR', required: true, summary: 'folder of the files' },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill export --out tables', meaning: 'tables/verdicts.parquet and the others' },
    { command: 'redistill export --format csv --out tables', meaning: 'for a spreadsheet' },
  ],
  async run(context, _arguments, { format, out, workspace, json }) {
    const [{ exportTables }, { databaseFile }] = await Promise.all([
      import('../../reports/writers/export.ts'),
      import('../../results/workspace.ts'),
    ]);
    const folder = resolve(context.cwd, out);
    const files = await exportTables(databaseFile(resolve(context.cwd, workspace ?? '.')), {
      format: format as 'parquet' | 'csv',
      out: folder,
    });
    if (json) context.json({ schemaVersion, format, folder, files });
    else {
      const columns = [{ title: 'file' }, { title: 'rows', align: 'right' }] as const;
      const rows = files.map(({ file, rows }) => [file, String(rows)]);
      for (const line of renderTable(columns, rows)) context.stdout(line);
      context.stdout(`Wrote ${files.length} files into ${folder}`);
    }
    return exitCodes.fine;
  },
});
