import { relative } from 'node:path';
import type { DryRun } from '../../app/run/dry.ts';
import { plural } from '../../reports/format.ts';
import type { CommandContext } from '../command.ts';
import { planAsJson, priceLines, printPlan } from './plan.ts';

/** The document of `run --dry-run --json`: that of `plan`, with what would be done. */
export function dryRunAsJson(dry: DryRun) {
  const { would, priceToTrain, writes, workspace } = dry;
  return { ...planAsJson(dry), dryRun: true, workspace, would, priceToTrain, writes };
}

/** The same for people: the plan, then what would be done and written. */
export function printDryRun(context: Pick<CommandContext, 'stdout' | 'cwd'>, dry: DryRun): void {
  printPlan(context, dry);
  context.stdout('');
  for (const line of wouldLines(dry, context.cwd)) context.stdout(line);
}

/** What one suite would do, in the form that is asked for. */
export function showDryRun(context: CommandContext, dry: DryRun, json: boolean): void {
  if (json) context.json(dryRunAsJson(dry));
  else printDryRun(context, dry);
}

/** What would be done, in a few sentences. */
export function wouldLines(
  { plan, would, priceToTrain, writes, workspace }: DryRun,
  cwd: string,
): readonly string[] {
  const reasons = Map.groupBy(would.blocked, ({ reason }) => reason);
  const shown = new Set([...would.train, ...would.resume]);
  const folders = writes.filter((path) => !shown.has(path.split(/[\\/]/).at(-1) as string));
  const open = would.train.length + would.resume.length;
  return [
    `Dry run of ${plan.suite}@${plan.scale}: nothing was trained, and nothing was written into the workspace.`,
    `Would be trained: ${plural(would.train.length, 'trial')}; gone on with: ${would.resume.length}; reused: ${would.reuse.length}.`,
    ...(open === 0 ? [] : priceLines(priceToTrain).map((line) => `  ${line}`)),
    ...(would.keep.length === 0
      ? []
      : [
          `Would stay failed, diverged or timed out: ${plural(would.keep.length, 'trial')} (--retry measures again).`,
        ]),
    ...[...reasons].map(
      ([reason, trials]) => `Would not be started: ${plural(trials.length, 'trial')}: ${reason}`,
    ),
    `Would be written in ${relative(cwd, workspace) || '.'}:`,
    ...folders.map((path) => `  ${relative(workspace, path)}`),
    ...(open === 0 ? [] : [`  runs/<trial>, of ${plural(open, 'trial')}`]),
  ];
}
