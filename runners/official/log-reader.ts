import { tokensOf } from './log-forms.ts';
import type { LogToken } from './log-tokens.ts';
import type { LogEpoch, LogFinding, LogReading, LogResume, LogRun } from './log-types.ts';

/** Findings of one kind that a file may have before the rest is counted alone. */
const mostFindings = 20;

/**
 * Reads the log of a trainer in one of the forms of log-forms.ts. Pure. In the logs of mdistiller
 * and CTKD, and in tables, every line is accounted for: it is in a run, in a note or in a problem.
 * Of what programs print beside their numbers nothing is said.
 */
export function readLog(text: string): LogReading {
  const { tokens, findings, sparse } = tokensOf(text.replace(/^\uFEFF/, ''));
  const runs = new RunBuilder(sparse === true);
  for (const token of tokens) runs.add(token);
  const reading = runs.finish();
  const problems = [...findings.filter(({ code }) => code !== 'LOG_TORN'), ...reading.problems];
  const notes = [...findings.filter(({ code }) => code === 'LOG_TORN'), ...reading.notes];
  if (reading.runs.length === 0 && problems.length === 0) {
    problems.push({ code: 'LOG_EMPTY', line: null, message: 'there is no epoch in it.' });
  }
  return {
    runs: reading.runs,
    problems: first(byLine(problems), 'problem'),
    notes: first(byLine(notes), 'note'),
  };
}

/** The first findings, and how many follow: a file with a fault in every line has one fault. */
function first(findings: readonly LogFinding[], what: string): readonly LogFinding[] {
  const more = findings.length - mostFindings;
  if (more <= 1) return findings;
  const message = `${more} more ${what}s of the same file.`;
  return [...findings.slice(0, mostFindings), { code: 'LOG_MORE', line: null, message }];
}

const byLine = (findings: readonly LogFinding[]): readonly LogFinding[] =>
  [...findings].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));

/** Cuts the sequence of epochs into runs. */
class RunBuilder {
  private readonly runs: LogRun[] = [];
  private readonly problems: LogFinding[] = [];
  private readonly notes: LogFinding[] = [];
  private records: (LogEpoch | LogResume)[] = [];
  private previous: LogEpoch | null = null;
  private lastLine = 0;
  private readonly sparse: boolean;
  /** Epochs of the run that were not tested. */
  private skipped = 0;

  constructor(sparse: boolean) {
    this.sparse = sparse;
  }

  add(token: LogToken): void {
    if (token.kind === 'best') {
      this.lastLine = token.line;
      if (this.previous === null) {
        this.problem('LOG_ORDER', token.line, `best_acc ${token.value} stands before any epoch.`);
      } else this.close(token.value);
      return;
    }
    this.addEpoch(token.epoch);
    this.lastLine = token.lastLine;
  }

  finish(): LogReading {
    this.close(null);
    return { runs: this.runs, problems: this.problems, notes: this.notes };
  }

  private addEpoch(epoch: LogEpoch): void {
    const previous = this.previous?.epoch ?? 0;
    const { epoch: number, line } = epoch;
    if (number === 1 && previous > 0) {
      this.note('LOG_RESTART', line, `epoch 1 follows epoch ${previous}: another run begins.`);
      this.close(null);
    } else if (number <= previous) {
      const lostEpochs = previous - number + 1;
      this.note(
        'LOG_RESTART',
        line,
        `epoch ${number} follows epoch ${previous}: the run was continued from epoch ${number - 1}, and what came after it before is replaced.`,
      );
      this.records.push({ resumedAfter: number - 1, lostEpochs, line });
    } else if (number > previous + 1) {
      const before = previous === 0 ? 'the run begins with it' : `it follows epoch ${previous}`;
      // A run that begins in the middle has its earlier epochs elsewhere, in every form of log.
      if (this.sparse && previous > 0) this.skipped += number - previous - 1;
      else
        this.problem(
          'LOG_ORDER',
          line,
          `epoch ${number}: ${before}; the epochs between are missing.`,
        );
    }
    this.records.push(epoch);
    this.previous = epoch;
  }

  private close(best: number | null): void {
    const epochs = this.records.filter((record) => 'epoch' in record);
    const first = epochs[0];
    if (first !== undefined) {
      if (this.skipped > 0)
        this.note(
          'LOG_GAP',
          first.line,
          `${this.skipped} epochs were not tested; the best epoch is the best of those that were.`,
        );
      this.runs.push({
        firstLine: first.line,
        lastLine: this.lastLine,
        records: this.records,
        epochs: [...new Map(epochs.map((each) => [each.epoch, each])).values()].sort(
          (one, other) => one.epoch - other.epoch,
        ),
        best,
      });
    }
    this.records = [];
    this.previous = null;
    this.skipped = 0;
  }

  private problem(code: LogFinding['code'], line: number, message: string): void {
    this.problems.push({ code, line, message });
  }

  private note(code: LogFinding['code'], line: number, message: string): void {
    this.notes.push({ code, line, message });
  }
}
