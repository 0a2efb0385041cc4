import { lintPublished } from '../../app/lint-published.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { lintLines } from '../output/published-lint.ts';

export const command = defineCommand({
  name: 'published',
  summary: 'check the published numbers against each other',
  description:
    'published lint: gains that do not add up, columns copied from another pair, cells that sources print differently, published ' +
    'numbers beside their authors’ logs, averages that are one run’s best epoch, last-epoch numbers beside best-epoch ones. Every ' +
    'finding is computed from ' +
    'reference/published and names its sources. Findings about others’ publications are no failure; the exit code is 1 where the ' +
    'record itself is wrong: rows whose digits are of another epoch than selection.yaml says.',
  arguments: [{ name: 'what', summary: 'what to do', required: true, choices: ['lint'] }],
  options: {
    rule: { kind: 'list', summary: 'only these rules' },
    all: { kind: 'flag', summary: 'print every finding of a group, not the first five' },
    config: sharedOptions.config,
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill published lint', meaning: 'the findings, grouped' },
    {
      command: 'redistill published lint --rule gain-sum,copied-column --all',
      meaning: 'two rules, in full',
    },
  ],
  async run(context, _arguments, { rule, all, config, json }) {
    const { lint, fails } = await lintPublished({ rules: rule, config }, effectsOf(context));
    if (json) context.json({ schemaVersion, ...lint });
    else
      for (const line of lintLines(lint, all ? Number.POSITIVE_INFINITY : 5)) context.stdout(line);
    return fails ? exitCodes.failed : exitCodes.fine;
  },
});
