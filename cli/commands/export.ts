import { exportTables } from '../../app/export.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
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
  async run(context, _arguments, { json, ...options }) {
    const { format, folder, files } = await exportTables(options, effectsOf(context));
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
