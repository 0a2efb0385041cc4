import { resolve } from 'node:path';
import type { RunAllResult } from '../../app/run-all.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { CommandContext } from '../command.ts';
import { formatDuration } from './duration.ts';
import { printFailure } from './failure.ts';
import { summarise } from './summary.ts';
import { type Column, renderTable } from './table.ts';

/** The document of `run --all --json`. */
export function allAsJson({
  scale,
  measured,
  planned,
  publication,
  workspace,
  seconds,
}: RunAllResult) {
  return {
    schemaVersion,
    scale,
    workspace,
    planned,
    suites: measured.map(({ plan, outcomes, verdict }) => ({
      suite: plan.suite,
      cells: plan.cells.length,
      notRun: plan.cells
        .filter(({ notRun }) => notRun !== null)
        .map(({ id, notRun }) => ({ cell: id, reason: notRun })),
      ...verdict,
      summary: summarise(plan, outcomes),
    })),
    database: publication?.database ?? null,
    report: publication?.index ?? null,
    warnings: publication?.warnings ?? [],
    problem: publication?.problem?.message ?? null,
    seconds,
  };
}

/** The same for people: a line per suite, what went wrong, and where to look. */
export function printAll(context: CommandContext, ended: RunAllResult): void {
  const { scale, measured, planned, publication, workspace, seconds } = ended;
  const rows = measured.map(({ plan, outcomes, verdict }) => [
    plan.suite,
    String(plan.cells.length),
    String(plan.cells.filter(({ notRun }) => notRun !== null).length),
    String(outcomes.length),
    String(verdict.computed),
    String(verdict.reused),
    String(verdict.complaints.length),
  ]);
  const counts = ['cells', 'not run', 'trials', 'computed', 'reused', 'failed'];
  const columns: Column[] = [
    { title: 'suite' },
    ...counts.map((title): Column => ({ title, align: 'right' })),
  ];
  for (const line of renderTable(columns, rows)) context.stdout(line);
  context.stdout('');
  for (const { plan, verdict } of measured) {
    for (const complaint of verdict.complaints) context.stdout(`${plan.suite}: ${complaint}`);
  }
  const trials = new Set(measured.flatMap(({ plan }) => plan.trials.map(({ id }) => id)));
  context.stdout(
    `${measured.length} of ${planned} suites at the scale ${scale}, ${trials.size} different trials, ${formatDuration(seconds)}.`,
  );
  if (publication === null) {
    const jobs = measured.reduce((sum, { verdict }) => sum + verdict.submitted, 0);
    context.stdout(
      jobs > 0
        ? `${jobs} trials are submitted and go on without this command; the same command finds them.`
        : 'Stopped: the same command goes on from the last checkpoints.',
    );
    return;
  }
  for (const warning of publication.warnings) context.stderr(`problem: ${warning}`);
  if (publication.problem !== null) printFailure(publication.problem, context, false);
  else context.stdout(`Results: ${publication.database}`);
  if (publication.index !== null) context.stdout(`Report:  ${publication.index}`);
  context.stdout(`Journals: ${resolve(workspace, 'runs')}`);
}
