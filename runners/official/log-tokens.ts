import { shortened } from '../../common/shortened.ts';
import type { LogEpoch, LogFinding } from './log-types.ts';

/** What a log consists of: the record of an epoch, or the trainer's closing line. */
export type LogToken =
  | { readonly kind: 'epoch'; readonly epoch: LogEpoch; readonly lastLine: number }
  | { readonly kind: 'best'; readonly value: number; readonly line: number };

export interface Tokens {
  readonly tokens: readonly LogToken[];
  /**
   * `LOG_TORN` for a record that was cut off by the end of the file or of its run; all others are
   * problems.
   */
  readonly findings: readonly LogFinding[];
  /**
   * Whether the trainer tests some epochs alone, so that others are missing from its log for a good
   * reason.
   */
  readonly sparse?: boolean;
}

/** Reads the blocks between dashes of mdistiller's `worklog.txt`. */
export function tokensOfBlocks(lines: readonly string[]): Tokens {
  const scanner = new Scanner(blockFields);
  lines.forEach((line, index) => {
    const ended = index < lines.length - 1;
    scanBlockLine(scanner, line.trimEnd(), index + 1, ended, lines[index + 1] ?? '');
  });
  scanner.endOfFile();
  return scanner;
}

/** Reads the joined JSON objects of CTKD. */
export function tokensOfObjects(lines: readonly string[]): Tokens {
  const scanner = new Scanner(objectFields);
  lines.forEach((line, index) => {
    scanObjectLine(scanner, line.trim(), index + 1, index < lines.length - 1);
  });
  scanner.endOfFile();
  return scanner;
}

type Field =
  | 'epoch'
  | 'top1'
  | 'top5'
  | 'testLoss'
  | 'trainTop1'
  | 'trainLoss'
  | 'lr'
  | 'temperature'
  | 'bestSoFar'
  | 'ignored';

interface FieldRule {
  readonly field: Field;
  readonly required: boolean;
  readonly kind: 'percent' | 'number' | 'count';
}
type FieldRules = Readonly<Record<string, FieldRule>>;

const percent = (field: Field): FieldRule => ({ field, required: true, kind: 'percent' });
const number = (field: Field): FieldRule => ({ field, required: true, kind: 'number' });
const epoch: FieldRule = { field: 'epoch', required: true, kind: 'count' };

/** megvii-research/mdistiller@a08d46f mdistiller/engine/trainer.py, which LSKD's trainer keeps. */
const blockFields: FieldRules = {
  epoch,
  lr: number('lr'),
  train_acc: percent('trainTop1'),
  train_loss: number('trainLoss'),
  test_acc: percent('top1'),
  test_acc_top5: percent('top5'),
  test_loss: number('testLoss'),
};

/**
 * zhengli97/CTKD@7d52522 train_student.py (save_dict_to_json of helper/util.py), which LSKD's copy
 * keeps.
 */
const objectFields: FieldRules = {
  test_acc: percent('top1'),
  test_acc_top5: percent('top5'),
  best_acc: percent('bestSoFar'),
  epoch,
  temp: number('temperature'),
  // The weight of CTKD's gradient reversal: it follows from the epoch.
  decay_value: { ...number('ignored'), required: false },
};

/** Collects the fields of the record that is open. */
class Scanner implements Tokens {
  readonly tokens: LogToken[] = [];
  readonly findings: LogFinding[] = [];
  private readonly rules: FieldRules;
  private open: { readonly line: number; readonly values: Map<string, string> } | null = null;

  constructor(rules: FieldRules) {
    this.rules = rules;
  }

  get isOpen(): boolean {
    return this.open !== null;
  }

  get isComplete(): boolean {
    return this.open !== null && this.missing(this.open.values).length === 0;
  }

  begin(line: number): void {
    if (this.open !== null) this.torn(this.open.line, 'another record begins within it');
    this.open = { line, values: new Map() };
  }

  field(name: string, value: string, line: number): void {
    if (this.open === null) {
      this.problem(line, `"${shortened(`${name}: ${value}`)}" stands outside of any epoch.`);
      return;
    }
    const rule = Object.hasOwn(this.rules, name) ? this.rules[name] : undefined;
    if (rule === undefined) {
      this.problem(line, `unknown field "${shortened(name)}".`);
    } else if (this.open.values.has(name)) {
      this.problem(line, `the field "${name}" stands twice in one epoch.`);
    } else if (!fits(value, rule.kind)) {
      this.problem(line, `${name} is "${shortened(value)}", expected ${kindWords[rule.kind]}.`);
      // The value is not taken, but the field is not missing on top of that.
      this.open.values.set(name, 'nan');
    } else this.open.values.set(name, value);
  }

  end(line: number): void {
    const { open } = this;
    if (open === null) {
      this.problem(line, 'an epoch ends here that did not begin.');
      return;
    }
    this.open = null;
    const missing = this.missing(open.values);
    if (missing.length > 0) {
      this.findings.push({
        code: 'LOG_EPOCH',
        line: open.line,
        message: `the record that begins here lacks ${missing.join(', ')}.`,
      });
      return;
    }
    const epoch = this.epochOf(open.values, open.line);
    if (epoch !== null) this.tokens.push({ kind: 'epoch', epoch, lastLine: line });
  }

  best(value: string, line: number): void {
    if (this.open !== null) {
      this.torn(this.open.line, 'the closing line follows');
      this.open = null;
    }
    if (fits(value, 'percent')) this.tokens.push({ kind: 'best', value: Number(value), line });
    else this.problem(line, `best_acc is "${shortened(value)}", expected ${kindWords.percent}.`);
  }

  endOfFile(): void {
    if (this.open !== null) this.torn(this.open.line, 'the file ends within it');
    this.open = null;
  }

  problem(line: number, message: string): void {
    this.findings.push({ code: 'LOG_LINE', line, message });
  }

  private torn(line: number, why: string): void {
    this.findings.push({
      code: 'LOG_TORN',
      line,
      message: `the record that begins here is torn (${why}), as when its writer is killed; it is left out.`,
    });
  }

  private missing(values: ReadonlyMap<string, string>): readonly string[] {
    return Object.keys(this.rules).filter(
      (name) => this.rules[name]?.required === true && !values.has(name),
    );
  }

  /** Null where a value that an epoch cannot be without was reported as a problem before. */
  private epochOf(values: ReadonlyMap<string, string>, line: number): LogEpoch | null {
    const text = (field: Field): string | null => {
      const name = Object.keys(this.rules).find((each) => this.rules[each]?.field === field);
      return (name === undefined ? undefined : values.get(name)) ?? null;
    };
    const value = (field: Field): number | null => {
      const parsed = Number(text(field) ?? 'nan');
      return Number.isFinite(parsed) ? parsed : null;
    };
    const [count, top1] = [value('epoch'), value('top1')];
    if (count === null || top1 === null) return null;
    return {
      epoch: count,
      line,
      top1,
      top5: value('top5'),
      testLoss: value('testLoss'),
      trainTop1: value('trainTop1'),
      trainLoss: value('trainLoss'),
      lr: text('lr'),
      temperature: value('temperature'),
      bestSoFar: value('bestSoFar'),
    };
  }
}

const kindWords = {
  percent: 'a number from 0 to 100',
  number: 'a number',
  count: 'a whole number from 1',
} as const;

/**
 * Python prints `nan` and `inf`: a loss that is one of them is a fact, not a line that cannot be
 * read.
 */
function fits(text: string, kind: FieldRule['kind']): boolean {
  if (kind === 'number' && /^-?(nan|inf)$/i.test(text)) return true;
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return false;
  const value = Number(text);
  // A journal counts epochs in 32 bits.
  if (kind === 'count') return Number.isInteger(value) && value >= 1 && value < 2 ** 31;
  return kind === 'number' || (value >= 0 && value <= 100);
}

/**
 * A line of mdistiller's format. Dashes open and close a block; the trainer writes its closing
 * line, and a process that is killed its last one, without a line feed, so that the dashes of the
 * next run may stand on the same line.
 */
function scanBlockLine(
  scanner: Scanner,
  line: string,
  number: number,
  ended: boolean,
  next: string,
): void {
  const { text, dashes } = withoutDashes(line);
  if (text !== '') {
    const best = /^best_acc\s+(\S+)$/.exec(text);
    const field = /^([a-z_0-9]+): (\S+)$/.exec(text);
    if (best !== null) scanner.best(best[1] as string, number);
    else if (field !== null && !dashes && ended)
      scanner.field(field[1] as string, field[2] as string, number);
    // A value that nothing ends may have lost digits: its record is torn and stays open for the
    // finding that says so.
    else if (!(scanner.isOpen && (!ended || dashes)))
      scanner.problem(number, `"${shortened(text)}" is no line of a log of mdistiller.`);
  }
  if (!dashes) return;
  // Dashes after half a record close it if more dashes follow, and open the next one if its epoch
  // does.
  const closes = scanner.isOpen && (scanner.isComplete || !next.startsWith('epoch:'));
  if (closes) scanner.end(number);
  else scanner.begin(number);
}

/**
 * A line without the ten dashes or more that it ends with. No pattern: one would try every dash as
 * the first.
 */
function withoutDashes(line: string): { readonly text: string; readonly dashes: boolean } {
  let end = line.length;
  while (line[end - 1] === '-') end -= 1;
  const dashes = line.length - end >= 10;
  return { text: dashes ? line.slice(0, end) : line, dashes };
}

/** A line of CTKD's format: objects that follow each other without a separator. */
function scanObjectLine(scanner: Scanner, line: string, number: number, ended: boolean): void {
  let rest = line;
  if (rest.startsWith('}')) {
    scanner.end(number);
    rest = rest.slice(1);
  }
  const begins = rest.endsWith('{');
  const text = begins ? rest.slice(0, -1).trimEnd() : rest;
  const field = /^"([a-z_0-9]+)": ("[^"]*"|[^",\s]+),?$/.exec(text);
  if (text !== '') {
    if (field !== null && !begins && ended)
      scanner.field(field[1] as string, (field[2] as string).replaceAll('"', ''), number);
    else if (!(scanner.isOpen && (begins || !ended)))
      scanner.problem(number, `"${shortened(text)}" is no line of a log of CTKD.`);
  }
  if (begins) scanner.begin(number);
}
