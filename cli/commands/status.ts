import { resolve } from 'node:path';
import { exitCodes, UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { type PlanStatus, planStatus, readPlans } from '../../contract/status.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { statusLines } from '../output/status.ts';

export const command = defineCommand({
  name: 'status',
  summary: 'show how far the trials of a suite are',
  description:
    'Reads the plans and journals that "redistill run" writes, never the database: it works at any time, beside a ' +
    'running suite as well.',
  arguments: [
    { name: 'suite', summary: 'SUITE or SUITE@SCALE; without it, all that were run here' },
  ],
  options: { workspace: sharedOptions.workspace, json: sharedOptions.json },
  examples: [
    { command: 'redistill status', meaning: 'every suite of this folder' },
    { command: 'redistill status default@proxy --json', meaning: 'one, for a program' },
  ],
  async run(context, [name], { workspace: folder, json }) {
    const workspace = resolve(context.cwd, folder ?? '.');
    const plans = select(readPlans(workspace), name);
    const suites = plans.map((plan) => planStatus(workspace, plan, Date.now()));
    if (json) {
      context.json({ schemaVersion, workspace, suites: suites.map(withCounts) });
    } else if (suites.length === 0) {
      context.stdout(`Nothing was run in ${workspace} yet.`);
    } else {
      for (const line of suites.flatMap(statusLines)) context.stdout(line);
    }
    return exitCodes.fine;
  },
});

function select(plans: readonly Plan[], name: string | undefined): readonly Plan[] {
  if (name === undefined) return plans;
  const chosen = plans.filter(({ suite, scale }) => name === suite || name === `${suite}@${scale}`);
  if (chosen.length > 0) return chosen;
  const known = plans.map(({ suite, scale }) => `${suite}@${scale}`);
  throw new UsageError('STATUS_UNKNOWN_SUITE', `No suite "${name}" was run in this workspace.`, {
    hint: known.length === 0 ? 'Start one with: redistill run.' : suggestion(name, known),
  });
}

function withCounts(status: PlanStatus) {
  const counts: Record<string, number> = {};
  for (const { state } of status.trials) counts[state] = (counts[state] ?? 0) + 1;
  const { suite, title, scale, trials } = status;
  return { suite, title, scale, counts, trials };
}
