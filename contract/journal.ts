import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DataError, InfrastructureError } from '../common/errors.ts';
import { syncFolder, writeError, writeWhole } from '../common/files.ts';
import { kindOf } from '../common/regular-file.ts';
import { checkedLine, JournalLineError } from './journal-line.ts';
import type { JournalLine, JournalRecord } from './journal-types.ts';

/** A journal as read: its complete lines, and how many bytes at the end are a torn line. */
export interface JournalContent {
  readonly lines: readonly JournalLine[];
  /** Length in bytes of the complete lines. */
  readonly length: number;
  readonly tornBytes: number;
}

/** A training of 10,000 epochs with a hundred metrics each has a tenth of it. */
const maximumJournal = 256 * 2 ** 20;

/**
 * Reads a journal. A last line without its newline is what a crash leaves behind: it is left out
 * and counted.
 *
 * @throws DataError `JOURNAL_LINE` naming file and line for any other line that is not a journal
 *   line, or is out of sequence: such a file was changed by somebody else.
 */
export function readJournal(path: string): JournalContent {
  const found = statSync(path);
  if (!found.isFile()) {
    // Before it is opened: a pipe would be waited for.
    throw new DataError('JOURNAL_LINE', `${path} is ${kindOf(found)} and no journal.`, {
      hint: 'Remove it; the trial starts anew.',
    });
  }
  const { size } = found;
  if (size > maximumJournal) {
    throw new DataError('JOURNAL_LINE', `${path} has ${size} bytes: that is no journal.`);
  }
  return parseJournal(readFileSync(path), path);
}

export function parseJournal(bytes: Uint8Array, path: string): JournalContent {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = buffer.lastIndexOf(0x0a) + 1;
  const lines: JournalLine[] = [];
  const texts = length === 0 ? [] : buffer.toString('utf8', 0, length - 1).split('\n');
  texts.forEach((text, index) => {
    lines.push(lineOf(text, index, path));
  });
  return { lines, length, tornBytes: buffer.byteLength - length };
}

function lineOf(text: string, index: number, path: string): JournalLine {
  const refused = (sentence: string, cause: unknown) =>
    new DataError('JOURNAL_LINE', `${path}, line ${index + 1}: ${sentence}`, {
      hint: 'A journal is append-only; restore it from a copy or remove the run.',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused('not a journal line.', cause);
  }
  try {
    return checkedLine(value, index);
  } catch (cause) {
    if (!(cause instanceof JournalLineError)) throw cause;
    throw refused(cause.message, cause);
  }
}

/** The wall clock, passed in so that tests can fix it. ISO 8601 UTC. */
export type JournalClock = () => string;

/**
 * Appends lines to a journal, each synced to the disk before `append` returns: what the journal
 * says happened did. Opening cuts off a torn last line; one writer at a time is the run directory's
 * lock's business.
 */
export class JournalWriter {
  private readonly descriptor: number;
  private readonly path: string;
  private readonly clock: JournalClock;
  private sequence: number;
  /** Bytes of the lines that are certainly there. */
  private length: number;
  /** Why nothing more may be written: a failed line could not be taken back. */
  private broken: unknown = null;

  private constructor(
    path: string,
    descriptor: number,
    content: JournalContent,
    clock: JournalClock,
  ) {
    this.path = path;
    this.descriptor = descriptor;
    this.sequence = content.lines.length;
    this.length = content.length;
    this.clock = clock;
  }

  static open(
    path: string,
    clock: JournalClock,
  ): { writer: JournalWriter; content: JournalContent } {
    const existing = existsSync(path);
    const content = existing ? readJournal(path) : { lines: [], length: 0, tornBytes: 0 };
    try {
      mkdirSync(dirname(path), { recursive: true });
      const descriptor = openSync(path, 'a');
      if (content.tornBytes > 0) ftruncateSync(descriptor, content.length);
      if (!existing) syncFolder(dirname(path));
      return { writer: new JournalWriter(path, descriptor, content, clock), content };
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  /**
   * A line that fails is taken back before this throws: half a line, or one that was never synced,
   * must not stand in front of the next one.
   *
   * @throws InfrastructureError `FILE_WRITE`; `JOURNAL_GONE` where somebody removed the file
   *   meanwhile
   */
  append(record: JournalRecord): void {
    const line = JSON.stringify({ seq: this.sequence, time: this.clock(), ...record });
    const bytes = Buffer.from(`${line}\n`, 'utf8');
    if (this.broken !== null) throw writeError(this.path, this.broken);
    this.checkPlace();
    try {
      writeWhole(this.descriptor, bytes);
      fsyncSync(this.descriptor);
    } catch (cause) {
      this.takeBack(cause);
      throw writeError(this.path, cause);
    }
    this.sequence += 1;
    this.length += bytes.byteLength;
  }

  /** A file that nobody can find any more takes every line without complaint. */
  private checkPlace(): void {
    if (fstatSync(this.descriptor).nlink > 0) return;
    throw new InfrastructureError(
      'JOURNAL_GONE',
      `The journal ${this.path} was removed while its run was going on.`,
      { hint: 'Run the same command again: the trial starts anew.' },
    );
  }

  private takeBack(cause: unknown): void {
    try {
      ftruncateSync(this.descriptor, this.length);
    } catch {
      this.broken = cause;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
