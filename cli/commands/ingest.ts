import { ingest } from '../../app/ingest.ts';
import { exitCodes } from '../../common/errors.ts';
import { plural } from '../../reports/format.ts';
import type { IngestSummary } from '../../results/ingest.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';

export const command = defineCommand({
  name: 'ingest',
  summary: 'read journals into results.duckdb',
  description:
    'Brings the database up to date with the plans and journals under runs/ and with the published tables. Files whose ' +
    'content has not changed are skipped, so that repeating it is cheap and changes nothing. One process writes at a time.',
  arguments: [],
  options: {
    rebuild: {
      kind: 'flag',
      summary: 'make the database anew from the files; the old one stays until it is complete',
    },
    config: sharedOptions.config,
    workspace: sharedOptions.workspace,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill ingest', meaning: 'take in what is new' },
    { command: 'redistill ingest --rebuild', meaning: 'start over, for instance after a damage' },
  ],
  async run(context, _arguments, { json, ...options }) {
    const summary = await ingest(options, effectsOf(context));
    if (json) context.json(summary);
    else print(context, summary);
    return summary.problems.length === 0 ? exitCodes.fine : exitCodes.failed;
  },
});

function print(context: CommandContext, summary: IngestSummary): void {
  const { plans, journals, benches, rows } = summary;
  for (const { message } of summary.notes) context.stderr(`note: ${message}`);
  for (const { message } of summary.problems) context.stderr(`problem: ${message}`);
  const inputs = [
    `${journals.changed} of ${plural(journals.found, 'journal')}`,
    `${plans.changed} of ${plural(plans.found, 'plan')}`,
    ...(benches.found === 0
      ? []
      : [`${benches.changed} of ${plural(benches.found, 'bench', 'benches')}`]),
  ];
  context.stdout(
    `${summary.rebuilt ? 'Rebuilt' : 'Updated'} ${summary.database}: ` +
      `${inputs.slice(0, -1).join(', ')} and ${inputs.at(-1)} were new, ` +
      `${plural(rows.runs, 'run')} and ${plural(rows.epochs, 'epoch')} written.`,
  );
}
