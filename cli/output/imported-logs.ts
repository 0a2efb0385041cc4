import { plural } from '../../reports/format.ts';
import type {
  FileFinding,
  ImportedRun,
  ImportSummary,
} from '../../runners/official/import-logs.ts';
import type { CommandContext } from '../command.ts';

/** `redistill import log`: a line per training, and what was found wrong. */
export function printImportedLogs(
  context: CommandContext,
  { files, runs, notes, problems }: ImportSummary,
): void {
  for (const run of runs) context.stdout(runLine(run));
  for (const finding of notes) context.stderr(`note: ${findingText(finding)}`);
  for (const finding of problems) context.stderr(`problem: ${findingText(finding)}`);
  const written = runs.filter((run) => run.written).length;
  const there = runs.length - written;
  const known = there === 0 ? '' : `, ${there} ${there === 1 ? 'was' : 'were'} there already`;
  context.stdout(
    `${plural(files, 'log')}: ${plural(written, 'run')} imported${known}; ${plural(problems.length, 'problem')}.`,
  );
  if (written > 0)
    context.stderr(
      '"redistill ingest" takes them into the database; "redistill import show" lists them.',
    );
}

function runLine(run: ImportedRun): string {
  const { subject, place, of, best, last, epochs, completed, deviations } = run;
  const part = of === 1 ? '' : `, training ${place} of ${of}`;
  const end = completed ? '' : ', not complete';
  const apart = deviations.length === 0 ? '' : `; ${deviations.join('; ')}`;
  return (
    `${run.file}${part}: ${subject.method}, ${subject.teacher} -> ${subject.student}, ${subject.dataset}, ` +
    `${epochs} epochs${end}, best ${best.toFixed(2)}, last ${last.toFixed(2)}${apart}`
  );
}

function findingText({ file, line, message }: FileFinding): string {
  return `${file}${line === null ? '' : `:${line}`}: ${message}`;
}
