import { isTime } from '../common/iso-time.ts';
import { lookUp } from '../common/look-up.ts';
import { type SchemaCheck, schemaProblem } from '../common/schema-problems.ts';
import { shown } from '../common/shown.ts';
import { deepest, isTooDeep } from '../common/too-deep.ts';
import * as checks from './checks/journal.generated.ts';
import type { JournalLine } from './journal-types.ts';
import { schemaVersion } from './spec.ts';

/** What is wrong with a line of a journal. */
export class JournalLineError extends Error {}

const checksByType: Readonly<Record<JournalLine['type'], SchemaCheck>> = checks;

/**
 * Checks a line against the contract of journals (`contract/schema/journal.ts`), whoever reads it.
 *
 * @param seq what its own number must be
 * @throws JournalLineError with the rest of a sentence that begins with the file and the line
 */
export function checkedLine(value: unknown, seq: number): JournalLine {
  const problem = lineProblem(value, seq);
  if (problem !== null) throw new JournalLineError(problem);
  return value as JournalLine;
}

function lineProblem(value: unknown, seq: number): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'this line is not a JSON object.';
  }
  if (isTooDeep(value)) return `this line is nested more than ${deepest} levels deep.`;
  const line = value as Readonly<Record<keyof JournalLine | 'schemaVersion', unknown>>;
  const { type, time } = line;
  const check = typeof type === 'string' ? lookUp(checksByType, type) : undefined;
  if (check === undefined) return `unknown type of line ${shown(type)}.`;
  if (line.seq !== seq) return `seq is ${shown(line.seq)}, but ${seq} was expected.`;
  if (!isTime(time)) return `time is ${shown(time)}, not an ISO 8601 time.`;
  // Before the fields: those of another version may be others.
  if (type === 'header' && line.schemaVersion !== schemaVersion) {
    return `the journal has schemaVersion ${shown(line.schemaVersion)}; this Redistill reads ${schemaVersion}.`;
  }
  return schemaProblem(check, line, type as string);
}
