import { lookUp } from '../../common/look-up.ts';
import { epochOf, fieldOf, type LogValues } from './log-fields.ts';
import type { LogToken, Tokens } from './log-tokens.ts';
import type { LogFinding } from './log-types.ts';

/**
 * A form in which the numbers of an epoch stand on lines of their own among whatever else a program
 * prints: lines that say nothing of an epoch are passed over.
 */
export interface LineForm {
  /** A line that only this form has: where there is none, the log has another form. */
  readonly sign: RegExp;
  /** Whether the trainer tests some epochs alone. */
  readonly sparse: boolean;
  reader(sink: EpochSink): (line: string, number: number) => void;
}

/** Longer lines are no line of an epoch: bars of progress, arguments, stack traces. */
const longestLine = 8192;

/** The text of a line without the progress bar before it. */
const shown = (line: string): string => line.slice(line.trimEnd().lastIndexOf('\r') + 1).trimEnd();

/** Whether a log has this form. */
export function hasForm({ sign }: LineForm, lines: readonly string[]): boolean {
  return lines.some((line) => {
    const text = shown(line);
    return text.length <= longestLine && sign.test(text);
  });
}

/** Reads a log of this form. */
export function tokensOfLines(form: LineForm, lines: readonly string[]): Tokens {
  const sink = new EpochSink();
  const read = form.reader(sink);
  lines.forEach((line, index) => {
    const text = shown(line);
    if (text.length <= longestLine) read(text, index + 1);
  });
  return { tokens: sink.tokens, findings: sink.findings, sparse: form.sparse };
}

/** Collects the lines epoch by epoch: training first, test last. */
class EpochSink {
  readonly tokens: LogToken[] = [];
  readonly findings: LogFinding[] = [];
  private open: { count: number; line: number; values: LogValues } | null = null;

  /** The fields of an epoch before its test. */
  training(count: number, line: number, values: LogValues): void {
    if (this.open?.count !== count) this.open = { count, line, values: {} };
    Object.assign(this.open.values, values);
  }

  /** The epoch that is being trained; null before the first. */
  get count(): number | null {
    return this.open?.count ?? null;
  }

  /** The test with which an epoch ends. */
  test(count: number, line: number, values: LogValues): void {
    this.training(count, line, values);
    const { line: first, values: all } = this.open as NonNullable<typeof this.open>;
    this.open = null;
    const epoch = epochOf(count, first, all);
    if (typeof epoch === 'string')
      this.findings.push({ code: 'LOG_LINE', line, message: `epoch ${count}: ${epoch}` });
    else this.tokens.push({ kind: 'epoch', epoch, lastLine: line });
  }

  best(text: string, line: number): void {
    const value = Number(text);
    if (Number.isFinite(value)) this.tokens.push({ kind: 'best', value, line });
  }
}

/** `undefined` values are left out: a line may lack them. */
function valuesOf(list: Readonly<Record<string, string | undefined>>): LogValues {
  return Object.fromEntries(Object.entries(list).filter(([, value]) => value !== undefined));
}

/**
 * What RepDistiller prints (HobbitLong/RepDistiller@b84f547 train_student.py, helper/loops.py):
 * after each epoch its training accuracy, `epoch 1, total time 24.47`, then the test accuracy; the
 * teacher's own test stands before the first.
 */
export const repDistillerOutput: LineForm = {
  sign: /^epoch \d{1,9}, total time/,
  sparse: false,
  reader(sink) {
    let train: string | undefined;
    return (line, number) => {
      const accuracy = /^\s{0,4}\*{1,2} ?Acc@1 ([\d.]{1,12}),? Acc@5 ([\d.]{1,12})/.exec(line);
      const epoch = /^epoch (\d{1,9}), total time/.exec(line);
      const best = /^best accuracy: (?:tensor\()?([\d.]{1,12})/.exec(line);
      if (epoch !== null) sink.training(Number(epoch[1]), number, valuesOf({ trainTop1: train }));
      else if (best !== null) sink.best(best[1] as string, number);
      else if (accuracy !== null && sink.count === null) train = accuracy[1];
      else if (accuracy !== null) {
        const [, top1, top5] = accuracy;
        sink.test(sink.count as number, number, valuesOf({ top1, top5 }));
        train = undefined;
      }
    };
  },
};

/**
 * `train.log` of timm's training script, which OFA-KD keeps (Hao840/OFAKD@f7bb896 train.py): epochs
 * count from 0; the last batch of a test carries the means of the whole. Tests of averaged weights
 * (`Test (EMA ...)`) are others.
 */
export const timmOutput: LineForm = {
  sign: /\bTest: \[ {0,8}\d{1,9}\/\d{1,9}\].*Acc@1:/,
  sparse: true,
  reader(sink) {
    const mean = (line: string, name: string): string | undefined =>
      new RegExp(`${name}: {1,8}[\\d.]{1,12} \\( {0,8}([\\d.]{1,12})\\)`).exec(line)?.[1];
    return (line, number) => {
      const train = /\bTrain: (\d{1,9}) \[/.exec(line);
      const test = /\bTest: \[ {0,8}(\d{1,9})\/(\d{1,9})\]/.exec(line);
      const best = /\*\*\* Best metric: ([\d.]{1,24}) \(epoch/.exec(line);
      if (train !== null) {
        const lr = /\bLR: {1,4}([\d.e+-]{1,16})/.exec(line)?.[1];
        const loss = /\bLoss: {1,4}[\d.e+-]{1,16} \( {0,8}([\d.e+-]{1,16})\)/.exec(line)?.[1];
        sink.training(Number(train[1]) + 1, number, valuesOf({ lr, trainLoss: loss }));
      } else if (best !== null) sink.best(best[1] as string, number);
      else if (test !== null && test[1] === test[2] && sink.count !== null) {
        const [top1, top5, testLoss] = ['Acc@1', 'Acc@5', 'Loss'].map((name) => mean(line, name));
        sink.test(sink.count, number, valuesOf({ top1, top5, testLoss }));
      }
    };
  },
};

/**
 * What pycls prints, on which tiny-transformers and so LSKD's transformers are built
 * (sunshangquan/logit-standardization-KD@f6e5aa5 tiny-transformers/pycls/core/meters.py): a JSON
 * object per line, errors in percent, `"epoch": "1/300"`.
 */
export const pyclsOutput: LineForm = {
  sign: /json_stats: \{.*"_type": "test_epoch"/,
  sparse: false,
  reader(sink) {
    return (line, number) => {
      const at = line.indexOf('json_stats: {');
      const stats = at < 0 ? null : objectOf(line.slice(at + 'json_stats: '.length));
      const count = Number(/^(\d{1,9})\/\d/.exec(String(stats?.['epoch'] ?? ''))?.[1]);
      if (stats === null || !Number.isSafeInteger(count)) return;
      const [top1, top5, best] = ['top1_err', 'top5_err', 'min_top1_err'].map((name) =>
        accuracyOf(stats[name]),
      );
      // A rate is printed with its digits, which JSON does not keep.
      const lr = /"lr": ([\d.e+-]{1,16})/.exec(line)?.[1];
      if (stats['_type'] === 'train_epoch') {
        const trainLoss = textOf(stats['loss']);
        sink.training(count, number, valuesOf({ lr, trainLoss, trainTop1: top1 }));
      } else if (stats['_type'] === 'test_epoch')
        sink.test(count, number, valuesOf({ top1, top5, bestSoFar: best }));
    };
  },
};

/** 100 minus an error in percent, in the four digits of its print. */
function accuracyOf(error: unknown): string | undefined {
  return typeof error === 'number' ? String(Number((100 - error).toFixed(4))) : undefined;
}

/**
 * Lines of `name=value` per epoch: `[KD][002/300] loss=10.2 train_acc=11.33% val_acc=12.98%
 * lr=5e-05`. Several single-file trainers print so.
 */
export const bracketOutput: LineForm = {
  sign: /^(?:\[[\w+-]{1,40}\])?\[\d{1,9}\/\d{1,9}\] .*\b(?:test|val)_acc=/,
  sparse: false,
  reader(sink) {
    return (line, number) => {
      const count = /^(?:\[[\w+-]{1,40}\])?\[(\d{1,9})\/\d{1,9}\] /.exec(line)?.[1];
      if (count === undefined) return;
      const values = Object.fromEntries(
        pairsOf(line).flatMap(([name, value]) => {
          const field = fieldOf(name);
          return field === undefined ? [] : [[field, value] as const];
        }),
      );
      if (values['top1'] !== undefined) sink.test(Number(count), number, values);
    };
  },
};

/**
 * What chenyaofo/image-classification-codebase logs: `EVAL, epoch=0001, iter=00040/00040, ...,
 * loss=3.8, top1-acc=9.82%, ...`. The last batch of an epoch carries the means of the whole.
 */
export const evalOutput: LineForm = {
  sign: /\bEVAL, epoch=\d{1,9}, iter=\d{1,9}\/\d{1,9}, .*top1-acc=/,
  sparse: false,
  reader(sink) {
    return (line, number) => {
      const start = /\bTrain start, epoch=(\d{1,9}), lr=([\d.e+-]{1,16})/.exec(line);
      const part = /\b(TRAIN|EVAL), epoch=(\d{1,9}), iter=(\d{1,9})\/(\d{1,9}), /.exec(line);
      if (start !== null) sink.training(Number(start[1]), number, valuesOf({ lr: start[2] }));
      if (part === null || part[3] !== part[4]) return;
      const pairs = Object.fromEntries(pairsOf(line));
      const value = (name: string) => lookUp(pairs, name);
      const [top1, top5, loss] = [value('top1-acc'), value('top5-acc'), value('loss')];
      if (part[1] === 'TRAIN')
        sink.training(Number(part[2]), number, valuesOf({ trainTop1: top1, trainLoss: loss }));
      else sink.test(Number(part[2]), number, valuesOf({ top1, top5, testLoss: loss }));
    };
  },
};

/** `name=12.98%` as name and number. */
function pairsOf(line: string): readonly (readonly [string, string])[] {
  return [...line.matchAll(/([\w-]{1,40})=([\w.+-]{1,40})/g)].map(
    ([, name, value]) => [name as string, value as string] as const,
  );
}

/**
 * A JSON object per line: `log.json` of mmcls (`"mode": "val"`, `accuracy_top-1`), `scalars.json`
 * of mmengine (`accuracy/top1`, `step`) and `log.txt` of DeiT (`test_acc1`, epochs from 0).
 */
export const recordLines: LineForm = {
  sign: /^\{.*"(?:accuracy_top-1|accuracy\/top1|test_acc1|test_acc|test_top1)": ?[\d.]/,
  sparse: true,
  reader(sink) {
    let shift = 0;
    return (line, number) => {
      const record = line.startsWith('{') ? objectOf(line) : null;
      if (record === null) return;
      const values = Object.fromEntries(
        Object.entries(record).flatMap(([name, value]) => {
          const [field, text] = [fieldOf(name), textOf(value)];
          return field === undefined || text === undefined ? [] : [[field, text] as const];
        }),
      );
      const isTest = values['top1'] !== undefined;
      const printed = Number(record['epoch'] ?? (isTest ? record['step'] : undefined));
      if (!Number.isSafeInteger(printed)) return;
      if (printed === 0) shift = 1;
      if (isTest) sink.test(printed + shift, number, values);
      else sink.training(printed + shift, number, valuesOf({ lr: values['lr'] }));
    };
  },
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
