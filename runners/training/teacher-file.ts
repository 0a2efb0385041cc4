import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { sha256 } from '../../common/canonical.ts';
import { DataError } from '../../common/errors.ts';
import { readJournal } from '../../contract/journal.ts';
import { journalFile } from '../../contract/paths.ts';
import type { TeacherRef } from '../../contract/spec.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { weightsHash } from '../weights/network-state.ts';

/**
 * Refuses a teacher's file that is not what was measured: a student would learn from a network that
 * nobody knows.
 *
 * An imported checkpoint must have the checksum by which the trial names it; a trained teacher's
 * weights the hash with which its own journal, beside the file, ends.
 *
 * @throws DataError `TEACHER_CHANGED` with both hashes; `SAFETENSORS`, `JOURNAL_LINE` for damaged
 *   files
 */
export function checkTeacherFile(path: string, teacher: TeacherRef): void {
  const [expected, found] =
    teacher.kind === 'checkpoint'
      ? [teacher.sha256, sha256(readFileSync(path))]
      : [journalledWeights(path), weightsHash(readSafetensors(path).tensors)];
  if (found === expected) return;
  throw new DataError(
    'TEACHER_CHANGED',
    `The teacher ${teacher.model} in ${path} is not the one that was measured: its hash is ${found.slice(0, 12)}, not ${expected?.slice(0, 12) ?? 'known'}.`,
    {
      hint: 'Restore the file, or remove the run of the teacher (an imported one: import it again) to have it made anew.',
    },
  );
}

/**
 * The hash of the final weights that the run beside a model file has journalled; null where it has
 * not completed.
 */
function journalledWeights(path: string): string | null {
  const file = journalFile(dirname(path));
  if (!existsSync(file)) return null;
  const end = readJournal(file).lines.findLast((line) => line.type === 'end');
  return end?.type === 'end' ? end.weights : null;
}
