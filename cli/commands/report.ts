import { pathToFileURL } from 'node:url';
import {
  failOnChoices,
  report,
  reportText,
  type TextReportOptions,
  textFormats,
} from '../../app/report.ts';
import { type ExitCode, exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';

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
      choices: ['html', ...textFormats],
      default: 'html',
      summary: 'the site, or one text on standard output',
    },
    out: {
      kind: 'text',
      value: 'PATH',
      summary:
        'folder of the site (default: reports/out in the workspace), or the file of the text',
    },
    baseline: {
      kind: 'text',
      value: 'REF',
      summary:
        'junit and annotations: also the latest execution against a commit, day, engine, machine or suite (as in "compare")',
    },
    threshold: {
      kind: 'number',
      value: 'N',
      minimum: 0,
      summary:
        "with --baseline: least loss that fails, in the metric's unit (default: the suite's margin)",
    },
    failOn: {
      kind: 'text',
      choices: failOnChoices,
      summary:
        'a text: exit code 1 where a cell, gate, claim of a suite or baseline does not hold, or is undecided (default: exit code 0)',
    },
    config: sharedOptions.config,
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
    {
      command:
        'redistill report my-study --format junit --baseline main --fail-on failed --out junit.xml',
      meaning: 'a study that fails a CI job when a gate, a claim or a cell does not hold',
    },
  ],
  async run(context, [name], { format, out, config, workspace, json, ...judging }) {
    if (format !== 'html') {
      return printText(context, { format, suite: name, out, config, workspace, ...judging }, json);
    }
    const [judged] = Object.entries(judging).find(([, value]) => value !== undefined) ?? [];
    if (judged !== undefined) {
      throw new UsageError(
        'REPORT_JUDGE',
        `--${judged === 'failOn' ? 'fail-on' : judged} belongs to a report that is one text, and the site is none.`,
        { hint: 'Give --format junit or annotations as well.' },
      );
    }
    if (name !== undefined) {
      throw new UsageError('REPORT_SUITE', `The site shows every suite, not only "${name}".`, {
        hint: 'Leave the name out, or choose another --format.',
      });
    }
    const { pages, index } = await report({ out, config, workspace }, effectsOf(context));
    if (json) context.json({ schemaVersion, pages, index });
    else {
      context.stdout(`Wrote ${pages} pages. Open ${index}`);
      context.stderr(pathToFileURL(index).href);
    }
    return exitCodes.fine;
  },
});

/** Standard output takes the text alone, so that it can be piped; of a file it takes the name. */
async function printText(
  context: CommandContext,
  options: TextReportOptions,
  json: boolean,
): Promise<ExitCode> {
  const { format, out } = options;
  if (json && out === undefined) {
    throw new UsageError(
      'REPORT_JSON',
      `With --format ${format} the report itself goes to standard output, so --json has no place there.`,
      { hint: 'Give a file with --out, or choose --format json.' },
    );
  }
  const { text, file, counts, exitCode } = await reportText(options, effectsOf(context));
  if (file === null) {
    // The line feed at the end is that of the last line.
    // Line by line: its writers see to it that nothing in a name begins a line.
    if (text !== '') for (const line of text.replace(/\n$/, '').split('\n')) context.stdout(line);
  } else if (json) context.json({ schemaVersion, format, file, counts, exitCode });
  else context.stdout(`Wrote ${file}`);
  return exitCode;
}
