import type { NightResult } from '../../app/nightly.ts';
import type { CommandContext } from '../command.ts';
import { checkLines, countsOf } from './check.ts';
import { formatDuration } from './duration.ts';
import { endAsJson, printEnd } from './run-end.ts';

/** The document of `nightly --json`. */
export function nightAsJson({ night, check: checked, exitCode }: NightResult) {
  if (checked === null) return { ...endAsJson(night), check: null };
  const { check, findings } = checked;
  return {
    ...endAsJson(night),
    check: { ...countsOf(check), findings, acceptances: check.acceptances },
    exitCode,
  };
}

/** The same for people: the run, the check, and a line that says how the night went. */
export function printNight(
  context: CommandContext,
  { night, check: checked, exitCode }: NightResult,
): void {
  printEnd(context, night);
  if (checked === null) return;
  context.stdout('');
  for (const line of checkLines(checked.check, checked.findings, null)) context.stdout(line);
  const { plan, verdict, seconds } = night;
  context.stdout(
    `Night of ${plan.suite}@${plan.scale}: ${verdict.computed} trials measured in ${formatDuration(seconds)}, exit code ${exitCode}.`,
  );
}
