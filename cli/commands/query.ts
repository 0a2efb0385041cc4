import { type QueryValue, query } from '../../app/query.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { renderTable } from '../output/table.ts';

export const command = defineCommand({
  name: 'query',
  summary: 'ask results.duckdb a question in SQL',
  description:
    'Prints what one statement of DuckDB’s SQL finds, as a table or as JSON. It can only read, and only the database. Start with the ' +
    'views report.cells, report.verdicts, report.comparisons, report.seeds and report.runs; docs/database.md has every column.',
  arguments: [{ name: 'sql', summary: 'the statement, in quotes', required: true }],
  options: { workspace: sharedOptions.workspace, json: sharedOptions.json },
  examples: [
    {
      command: 'redistill query "SELECT cell, last_mean, verdict FROM report.cells"',
      meaning: 'every cell',
    },
    {
      command: 'redistill query "FROM report.runs WHERE state = \'diverged\'" --json',
      meaning: 'for a program',
    },
  ],
  async run(context, [sql = ''], { workspace, json }) {
    const { columns, rows } = await query({ sql, workspace }, effectsOf(context));
    if (json) {
      context.json({ schemaVersion, columns, rows });
      return exitCodes.fine;
    }
    const numeric = columns.map((_, index) => rows.some((row) => typeof row[index] === 'number'));
    const table = renderTable(
      columns.map((title, index) => ({ title, align: numeric[index] ? 'right' : 'left' })),
      rows.map((row) => row.map(text)),
    );
    for (const line of table) context.stdout(line);
    return exitCodes.fine;
  },
});

function text(value: QueryValue): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return value.map(text).join(' ');
}
