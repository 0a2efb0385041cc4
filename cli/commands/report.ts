import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { splitSuiteName } from '../../app/plan/suite-name.ts';
import { exitCodes, UsageError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { type Scale, schemaVersion } from '../../contract/spec.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';

export const command = defineCommand({
  name: 'report',
  summary: 'render the report from results.duckdb',
  description:
    'Writes a static site that works from disk without a network, or one text: Markdown for a step summary, LaTeX tables for a paper, ' +
    'CSV with a line per cell and metric, JUnit XML, annotations of GitHub Actions, JSON. It only reads the database: run "redistill ingest" first where runs were made ' +
    'since. The same database gives the same bytes.',
  arguments: [
    {
      name: 'suite',
      summary: 'NAME or NAME@SCALE: only this suite; the site always shows all (default: all)',
    },
  ],
  options: {
    format: {
      kind: 'text',
      choices: ['html', 'markdown', 'latex', 'csv', 'junit', 'annotations', 'json'],
      default: 'html',
      summary: 'the site, or one text on standard output',
    },
    out: {
      kind: 'text',
      value: 'PATH',
      summary:
        'folder of the site (default: reports/out in the workspace), or the file of the text',
    },
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill report --out /tmp/report', meaning: 'write the site somewhere else' },
    {
      command: 'redistill report --format markdown >> "$GITHUB_STEP_SUMMARY"',
      meaning: 'the tables on the page of a CI job',
    },
    {
      command: 'redistill report my-study --format latex --out tables.tex',
      meaning: 'tables for \\input into a paper',
    },
    {
      command: 'redistill report default@paper --format junit --out junit.xml',
      meaning: 'one suite as tests',
    },
  ],
  async run(context, [name], { format, out, workspace, json }) {
    const { databaseFile } = await import('../../results/workspace.ts');
    const folder = resolve(context.cwd, workspace ?? '.');
    const database = databaseFile(folder);
    if (format !== 'html') {
      const chosen = name === undefined ? {} : splitSuiteName(name, undefined);
      await writeText(context, database, { format, out, json, ...chosen });
      return exitCodes.fine;
    }
    if (name !== undefined) {
      throw new UsageError('REPORT_SUITE', `The site shows every suite, not only "${name}".`, {
        hint: 'Leave the name out, or choose another --format.',
      });
    }
    const { renderSite } = await import('../../reports/site.ts');
    const target = out === undefined ? join(folder, 'reports', 'out') : resolve(context.cwd, out);
    const { presentCoverage } = await import('../../suites/coverage-by-name.ts');
    const site = { out: target, coverage: presentCoverage };
    const { pages, index } = await renderSite(database, site);
    if (json) context.json({ schemaVersion, pages, index });
    else {
      context.stdout(`Wrote ${pages} pages. Open ${index}`);
      context.stderr(pathToFileURL(index).href);
    }
    return exitCodes.fine;
  },
});

/**
 * The text goes to standard output, alone, so that it can be piped; or into a file, of which is
 * told.
 */
async function writeText(
  context: CommandContext,
  database: string,
  options: {
    readonly format: string;
    readonly out: string | undefined;
    readonly json: boolean;
    readonly suite?: string;
    readonly scale?: Scale | undefined;
  },
): Promise<void> {
  const { format, out, json, suite, scale } = options;
  if (json && out === undefined) {
    throw new UsageError(
      'REPORT_JSON',
      `With --format ${format} the report itself goes to standard output, so --json has no place there.`,
      { hint: 'Give a file with --out, or choose --format json.' },
    );
  }
  const { renderText } = await import('../../reports/text-report.ts');
  const text = await renderText(database, { format, suite, scale });
  if (out === undefined) {
    // The line feed at the end is that of the last line.
    // Line by line: its writers see to it that nothing in a name begins a line.
    if (text !== '') for (const line of text.replace(/\n$/, '').split('\n')) context.stdout(line);
    return;
  }
  const file = resolve(context.cwd, out);
  writeFileAtomic(file, text);
  if (json) context.json({ schemaVersion, format, file });
  else context.stdout(`Wrote ${file}`);
}
