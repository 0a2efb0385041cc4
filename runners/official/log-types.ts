/**
 * One epoch as a log of an official trainer gives it. Accuracies in percent; null where the log
 * does not say.
 */
export interface LogEpoch {
  /** Counted from 1, as the trainers count. */
  readonly epoch: number;
  /** Line of the log on which its record begins, from 1. */
  readonly line: number;
  readonly top1: number;
  readonly top5: number | null;
  readonly testLoss: number | null;
  readonly trainTop1: number | null;
  readonly trainLoss: number | null;
  /** As printed, for the digits that it was rounded to. */
  readonly lr: string | null;
  /** The learnable temperature. */
  readonly temperature: number | null;
  /** The best accuracy so far, where every record carries it. */
  readonly bestSoFar: number | null;
}

/** A continuation from a checkpoint within a run: what came after `epoch` before is replaced. */
export interface LogResume {
  readonly resumedAfter: number;
  readonly lostEpochs: number;
  readonly line: number;
}

/** One training of a log: a log that was appended to holds several. */
export interface LogRun {
  readonly firstLine: number;
  readonly lastLine: number;
  /** In the order of the log, continuations in between. */
  readonly records: readonly (LogEpoch | LogResume)[];
  /** The valid records by ascending epoch. Of several for one epoch it is the last. */
  readonly epochs: readonly LogEpoch[];
  /** The closing line of the trainer; null where there is none. */
  readonly best: number | null;
}

/** Something about a line of a log. */
export interface LogFinding {
  readonly code:
    | 'LOG_LINE'
    | 'LOG_EPOCH'
    | 'LOG_ORDER'
    | 'LOG_EMPTY'
    | 'LOG_TORN'
    | 'LOG_RESTART'
    | 'LOG_GAP'
    | 'LOG_FORM'
    | 'LOG_TEXT'
    | 'LOG_SIZE'
    | 'LOG_NAME'
    | 'LOG_PROTOCOL'
    | 'LOG_MORE';
  /** Counted from 1; null speaks of the whole file. */
  readonly line: number | null;
  readonly message: string;
}

export interface LogReading {
  readonly runs: readonly LogRun[];
  /** Lines that cannot be read or make no sense. None of them is in `runs`. */
  readonly problems: readonly LogFinding[];
  /** Usual irregularities that were handled: a torn end, a second run, a continuation. */
  readonly notes: readonly LogFinding[];
}
