import { doctor } from '../../app/doctor.ts';
import { exitCodes } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
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
    const { ok, findings, facts } = await doctor({ workspace, data }, effectsOf(context));
    if (json) context.json({ schemaVersion, ok, findings, facts });
    else for (const line of findingLines(findings)) context.stdout(line);
    return ok ? exitCodes.fine : exitCodes.infrastructure;
  },
});
