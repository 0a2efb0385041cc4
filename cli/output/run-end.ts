import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EstimateCheck } from '../../app/run/estimate.ts';
import type { EndedSuite } from '../../app/run/measured-suite.ts';
import type { RunVerdict } from '../../app/run/verdict.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import type { CommandContext } from '../command.ts';
import { formatDuration } from './duration.ts';
import { printFailure } from './failure.ts';
import { comparabilityLines } from './plan.ts';
import { summarise, summaryLines } from './summary.ts';

/** The document of `run --json`. */
export function endAsJson({
  plan,
  outcomes,
  verdict,
  estimate,
  publication,
  workspace,
  seconds,
}: EndedSuite) {
  const problem = publication?.problem ?? null;
  return {
    schemaVersion,
    suite: plan.suite,
    scale: plan.scale,
    notComparable: plan.notComparable,
    workspace,
    computed: verdict.computed,
    reused: verdict.reused,
    cancelled: verdict.cancelled,
    submitted: verdict.submitted,
    complaints: verdict.complaints,
    summary: summarise(plan, outcomes),
    estimate,
    trials: outcomes,
    database: publication?.database ?? null,
    report: publication?.index ?? null,
    warnings: publication?.warnings ?? [],
    problem:
      problem === null
        ? null
        : { code: problem.code, message: problem.message, hint: problem.hint ?? null },
    seconds,
  };
}

/** The same for people: a table, what went wrong, and where to look. */
export function printEnd(context: CommandContext, ended: EndedSuite): void {
  const { plan, outcomes, verdict, publication, workspace, seconds } = ended;
  if (verdict.submitted > 0) {
    const complete = outcomes.filter(({ state }) => state === 'completed').length;
    context.stdout(
      `${verdict.submitted} of ${outcomes.length} trials are submitted and go on without this command; ${complete} are complete. ` +
        'The same command finds them; "redistill status" shows how far they are.',
    );
    return;
  }
  if (verdict.cancelled) {
    const complete = outcomes.filter(({ state }) => state === 'completed').length;
    context.stdout(
      `Stopped after ${formatDuration(seconds)}: ${complete} of ${outcomes.length} trials are complete. ` +
        'The same command goes on from the last checkpoints.',
    );
    return;
  }
  context.stdout(`${plan.suite}@${plan.scale}: ${plan.title}`);
  if (plan.notComparable !== null) context.stdout(plan.notComparable);
  context.stdout('');
  for (const line of summaryLines(plan.task, summarise(plan, outcomes)))
    context.stdout(`  ${line}`);
  context.stdout('');
  for (const cell of plan.cells) {
    if (cell.notRun !== null) context.stdout(`not run: ${cell.id}: ${cell.notRun}`);
  }
  for (const line of comparabilityLines(plan)) context.stdout(line);
  for (const complaint of verdict.complaints) context.stdout(complaint);
  context.stdout(`${workLine(verdict, outcomes)} ${formatDuration(seconds)}.`);
  for (const line of estimateLines(ended.estimate)) context.stdout(line);
  if (publication === null) return;
  for (const warning of publication.warnings) context.stderr(`problem: ${warning}`);
  if (publication.problem !== null) printFailure(publication.problem, context, false);
  else context.stdout(`Results: ${shown(publication.database, context.cwd)}`);
  if (publication.index !== null) {
    context.stdout(`Report:  ${shown(publication.index, context.cwd)}`);
    context.stderr(pathToFileURL(publication.index).href);
  }
  context.stdout(`Journals: ${shown(resolve(workspace, 'runs'), context.cwd)}`);
}

/** `Training was estimated at 2 min 10 s and took 2 min 20 s: 8 % more.` */
export function estimateLines(estimate: EstimateCheck | null): string[] {
  if (estimate === null || estimate.trials === 0) return [];
  const { predictedSeconds, seconds, unpriced } = estimate;
  const percent = Math.round(100 * (seconds / predictedSeconds - 1));
  const error =
    percent === 0 ? 'as estimated' : `${Math.abs(percent)} % ${percent > 0 ? 'more' : 'less'}`;
  const rest =
    unpriced === 0 ? '' : ` (${unpriced} trial${unpriced === 1 ? '' : 's'} had no estimate)`;
  return [
    `Training was estimated at ${formatDuration(predictedSeconds)} of processes and took ${formatDuration(seconds)}: ${error}${rest}.`,
  ];
}

function workLine({ computed, reused }: RunVerdict, outcomes: readonly TrialOutcome[]): string {
  const total = outcomes.length;
  if (total === 0) return 'Nothing can be run.';
  if (reused === total) {
    return `Nothing to compute: all ${total} trials were measured before with the same numerics.`;
  }
  return `${computed} of ${total} trials computed, ${reused} reused.`;
}

/** Relative where that is shorter to read. */
function shown(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return inside.startsWith('..') ? path : inside;
}
