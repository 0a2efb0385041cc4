import { exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';

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
    json: sharedOptions.json,
  },
  examples: [
    { command: 'redistill published lint', meaning: 'the findings, grouped' },
    {
      command: 'redistill published lint --rule gain-sum,copied-column --all',
      meaning: 'two rules, in full',
    },
  ],
  async run(context, _arguments, { rule, all, json }) {
    const [{ lintPublished, recordFails, rules }, { loadPublished }, { lintLines }] =
      await Promise.all([
        import('../../reference/published/lint/index.ts'),
        import('../../reference/published/loader.ts'),
        import('../output/published-lint.ts'),
      ]);
    const unknown = (rule ?? []).find((name) => !Object.hasOwn(rules, name));
    if (unknown !== undefined) {
      const { suggestion } = await import('../../common/nearest.ts');
      throw new UsageError(
        'LINT_RULE',
        `There is no rule "${unknown}". ${suggestion(unknown, Object.keys(rules))}`,
        { hint: `The rules are: ${Object.keys(rules).join(', ')}.` },
      );
    }
    const whole = lintPublished(loadPublished());
    const groups = whole.groups.filter((group) => rule?.includes(group.rule) ?? true);
    const lint = { ...whole, groups };
    if (json) context.json({ schemaVersion, ...lint });
    else
      for (const line of lintLines(lint, all ? Number.POSITIVE_INFINITY : 5)) context.stdout(line);
    return recordFails(whole) ? exitCodes.failed : exitCodes.fine;
  },
});
