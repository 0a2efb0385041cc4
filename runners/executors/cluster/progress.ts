import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';

/**
 * The steps that a run need not do again, or has shown: grows with every checkpoint and epoch of
 * its journal, and not with starts that come to nothing.
 */
export function progressOf(folder: string): number {
  try {
    return readJournal(journalFile(folder)).lines.reduce(
      (most, line) =>
        line.type === 'checkpoint' || line.type === 'epoch' ? Math.max(most, line.step) : most,
      0,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
