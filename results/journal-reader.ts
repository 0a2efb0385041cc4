import { shortened } from '../common/shortened.ts';
import { checkedLine, JournalLineError } from '../contract/journal-line.ts';
import type { JournalLine, LineOf } from '../contract/journal-types.ts';
import { trialId } from '../contract/spec.ts';
import { type Content, LineTooLong } from './lines.ts';

export type EpochLine = LineOf<'epoch'>;

/**
 * A journal as the store needs it: one header, the last line of every epoch, everything else in
 * order.
 */
export interface Journal {
  readonly header: LineOf<'header'>;
  readonly start: LineOf<'start'> | null;
  readonly resumes: readonly LineOf<'resume'>[];
  /** By ascending epoch. */
  readonly epochs: readonly EpochLine[];
  readonly checkpoints: readonly LineOf<'checkpoint'>[];
  readonly events: readonly LineOf<'event'>[];
  /**
   * The valid end. A run that was cancelled and then resumed goes on, and its first end no longer
   * counts.
   */
  readonly end: LineOf<'end'> | null;
  /** Time of the last line, ISO 8601 UTC. */
  readonly updatedAt: string;
}

/**
 * Something about a file that its reader should know. `line` counts from 1; null speaks of the
 * whole file.
 */
export interface InputFinding {
  readonly code: string;
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
}

export interface JournalReading {
  /** Null where there is no usable header, or a problem. */
  readonly journal: Journal | null;
  /** Normal things: a torn last line, a journal without a header yet. */
  readonly notes: readonly InputFinding[];
  /** Why nothing of the journal was taken. */
  readonly problem: InputFinding | null;
}

/** The sentence that stops the reading of one journal; it never leaves this file. */
class Unreadable extends Error {
  readonly line: number | null;
  constructor(line: number | null, message: string) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads a journal. A torn last line (its writer was killed) is ignored with a note; anything else
 * that is not a line of the contract makes the whole journal a problem: half a run must not look
 * like a run.
 *
 * @param file how findings call the journal.
 * @param expected the trial and the run that the folders name.
 */
export function readJournal(
  content: Content,
  file: string,
  expected: { readonly trial: string; readonly run: string },
): JournalReading {
  const notes: InputFinding[] = [];
  const collected = new Collector();
  try {
    content.forEachLine((text, number, ended) => {
      // The writer takes a line without its line feed for torn and cuts it off on resume, even
      // where it looks whole.
      if (!ended) {
        notes.push({
          code: 'JOURNAL_TORN_LINE',
          file,
          line: number,
          message: `${file}:${number}: the last line is torn and is ignored; the run was killed or is still writing.`,
        });
        return;
      }
      collected.add(checkLine(parse(text), number, collected.lines), number);
    });
    if (collected.header === null) {
      notes.push({
        code: 'JOURNAL_EMPTY',
        file,
        line: null,
        message: `${file}: there is no header yet, so there is no run to show.`,
      });
      return { journal: null, notes, problem: null };
    }
    checkIdentity(collected.header, expected);
    return { journal: collected.journal(collected.header), notes, problem: null };
  } catch (cause) {
    if (!(cause instanceof Unreadable || cause instanceof LineTooLong)) throw cause;
    const where = cause.line === null ? file : `${file}:${cause.line}`;
    const problem = {
      code: 'JOURNAL_UNREADABLE',
      file,
      line: cause.line,
      message: `${where}: ${cause.message}`,
    };
    return { journal: null, notes: [], problem };
  }
}

/** Gathers the lines of one journal; of several lines for one epoch it keeps the last. */
class Collector {
  header: LineOf<'header'> | null = null;
  lines = 0;
  private start: LineOf<'start'> | null = null;
  private readonly resumes: LineOf<'resume'>[] = [];
  private readonly epochs = new Map<number, EpochLine>();
  private readonly checkpoints: LineOf<'checkpoint'>[] = [];
  private readonly events: LineOf<'event'>[] = [];
  private end: LineOf<'end'> | null = null;
  private updatedAt = '';

  add(line: JournalLine, number: number): void {
    if ((line.type === 'header') !== (this.lines === 0)) {
      throw new Unreadable(
        number,
        line.type === 'header'
          ? 'a second header.'
          : `the first line must be the header, not "${line.type}".`,
      );
    }
    this.lines += 1;
    this.updatedAt = line.time;
    if (line.type === 'resume' || line.type === 'epoch') this.end = null;
    switch (line.type) {
      case 'header':
        this.header = line;
        break;
      case 'start':
        this.start = line;
        break;
      case 'resume':
        this.resumes.push(line);
        break;
      case 'epoch':
        this.epochs.set(line.epoch, line);
        break;
      case 'checkpoint':
        this.checkpoints.push(line);
        break;
      case 'event':
        this.events.push(line);
        break;
      case 'end':
        this.end = line;
        break;
    }
  }

  journal(header: LineOf<'header'>): Journal {
    return {
      header,
      start: this.start,
      resumes: this.resumes,
      epochs: [...this.epochs.values()].sort((one, other) => one.epoch - other.epoch),
      checkpoints: this.checkpoints,
      events: this.events,
      end: this.end,
      updatedAt: this.updatedAt,
    };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkLine(value: unknown, number: number, seq: number): JournalLine {
  try {
    return checkedLine(value, seq);
  } catch (cause) {
    if (!(cause instanceof JournalLineError)) throw cause;
    throw new Unreadable(number, cause.message);
  }
}

/** A copied folder or an edited header must not pass as a measurement of something else. */
function checkIdentity(
  header: LineOf<'header'>,
  expected: { readonly trial: string; readonly run: string },
): void {
  if (header.run !== expected.run || header.trial !== expected.trial) {
    throw new Unreadable(
      1,
      `the header is of run ${shortened(header.run)} of trial ${shortened(header.trial)}, but it lies in the folder of run ${expected.run} of trial ${expected.trial}.`,
    );
  }
  let identity: string;
  try {
    identity = trialId(header.spec);
  } catch (cause) {
    throw new Unreadable(1, `the specification has no identity: ${(cause as Error).message}.`);
  }
  if (identity !== header.trial)
    throw new Unreadable(
      1,
      `the specification is of trial ${identity}, but the header says ${shortened(header.trial)}.`,
    );
}
