import { resolve } from 'node:path';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { findingLines } from '../output/findings.ts';

export const command = defineCommand({
  name: 'doctor',
  summary: 'check the machine and say what to do about what is missing',
  description:
    'Loads TensorFlow in a process of its own and computes with it. Exit code 3 when something is missing without which nothing runs.',
  arguments: [],
  options: {
    workspace: sharedOptions.workspace,
    data: sharedOptions.data,
    json: sharedOptions.json,
  },
  examples: [{ command: 'redistill doctor', meaning: 'what is here and what is not' }],
  async run(context, _arguments, { workspace, data, json }) {
    const { collectFacts } = await import('../../runners/doctor/facts.ts');
    const { datasetFacts } = await import('../../runners/doctor/datasets.ts');
    const { judge } = await import('../../runners/doctor/judge.ts');
    const { cwd, environment } = context;
    const folder = data === undefined ? undefined : resolve(cwd, data);
    const facts = await collectFacts({
      workspace: resolve(cwd, workspace ?? '.'),
      environment,
      datasets: () => datasetFacts({ folder, environment }),
    });
    const findings = judge(facts);
    const ok = findings.every(({ state }) => state !== 'missing');
    if (json) context.json({ schemaVersion, ok, findings, facts });
    else for (const line of findingLines(findings)) context.stdout(line);
    return ok ? exitCodes.fine : exitCodes.infrastructure;
  },
});
