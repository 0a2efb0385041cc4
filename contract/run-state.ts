import { basename } from 'node:path';
import { readJournal } from './journal.ts';
import type { JournalLine, LineOf, RunId } from './journal-types.ts';
import { journalFile } from './paths.ts';

/** What a run's journal says about how far it is. */
export interface RunState {
  readonly run: RunId;
  readonly folder: string;
  /** Undefined where the worker died before its first line. */
  readonly header: LineOf<'header'> | undefined;
  /** The last epoch that was journalled. */
  readonly lastEpoch: LineOf<'epoch'> | undefined;
  /** Undefined while training and after a crash; a later `resume` takes an end back. */
  readonly end: LineOf<'end'> | undefined;
  readonly stepsPerEpoch: number | undefined;
  readonly resumes: number;
  /** Complete lines: the sequence number of the next one. */
  readonly lines: number;
  /** ISO 8601 time of the last line; empty for an empty journal. */
  readonly lastTime: string;
}

/**
 * Reads the state of a run from its journal. A last line without its line feed is one that is being
 * written, or that a crash cut short: it is left out.
 *
 * @throws DataError `JOURNAL_LINE` naming file and line when any other line is damaged
 */
export function readRunState(folder: string): RunState {
  const lines = readLines(folder);
  let header: LineOf<'header'> | undefined;
  let lastEpoch: LineOf<'epoch'> | undefined;
  let end: LineOf<'end'> | undefined;
  let stepsPerEpoch: number | undefined;
  let resumes = 0;
  for (const line of lines) {
    if (line.type === 'header') header = line;
    else if (line.type === 'start') stepsPerEpoch = line.stepsPerEpoch;
    else if (line.type === 'epoch') lastEpoch = line;
    else if (line.type === 'end') end = line;
    else if (line.type === 'resume') {
      end = undefined;
      resumes += 1;
    }
  }
  return {
    run: basename(folder),
    folder,
    header,
    lastEpoch,
    end,
    stepsPerEpoch,
    resumes,
    lines: lines.length,
    lastTime: lines.at(-1)?.time ?? '',
  };
}

/** A folder without a journal is a run whose worker died before its first line. */
function readLines(folder: string): readonly JournalLine[] {
  try {
    return readJournal(journalFile(folder)).lines;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
