import { shown } from '../../common/shown.ts';
import type { ExternalLog } from '../../contract/spec.ts';
import { readLog } from '../official/log-reader.ts';
import type { LogEpoch } from '../official/log-types.ts';

/** An epoch as the log of an external implementation gives it. Accuracies in percent. */
export interface ExternalEpoch {
  /** Counted from 1. */
  readonly epoch: number;
  readonly lr: number | null;
  readonly trainLoss: number | null;
  /** By name, of the test split and of the training split: `top1`, `top5`, `loss`, `AP`. */
  readonly test: Readonly<Record<string, number>>;
  readonly train: Readonly<Record<string, number>>;
}

export interface ExternalReading {
  /** By ascending epoch; the last one may still be written while the training runs. */
  readonly epochs: readonly ExternalEpoch[];
  /** Lines that ought to be numbers and are not: `line 12: ...`. */
  readonly problems: readonly string[];
}

/** Lines longer than this are not a log's. */
const longestLine = 4096;

/**
 * Reads a log as far as it goes. Pure. @param complete whether the training has ended, so that
 * nothing follows any more
 */
export function readExternalLog(
  text: string,
  log: ExternalLog,
  complete: boolean,
): ExternalReading {
  return log.format === 'mdistiller'
    ? readOfficialFormat(text, log)
    : readPatterns(text, log, log.format, complete);
}

function readOfficialFormat(text: string, { firstEpoch }: ExternalLog): ExternalReading {
  // Output before the first record is no log yet.
  if (!/^(-{3,}|\{)/m.test(text)) return { epochs: [], problems: [] };
  const { runs, problems } = readLog(text);
  const run = runs.at(-1);
  const number = (value: number | null, name: string) => (value === null ? {} : { [name]: value });
  return {
    epochs: (run?.epochs ?? []).map((epoch: LogEpoch) => ({
      epoch: epoch.epoch + 1 - firstEpoch,
      lr: epoch.lr === null ? null : Number(epoch.lr),
      trainLoss: epoch.trainLoss,
      test: {
        top1: epoch.top1,
        ...number(epoch.top5, 'top5'),
        ...number(epoch.testLoss, 'loss'),
      },
      train: number(epoch.trainTop1, 'top1'),
    })),
    problems: problems.map(({ line, message }) =>
      line === null ? message : `line ${line}: ${message}`,
    ),
  };
}

interface OpenEpoch {
  epoch: number;
  lr: number | null;
  trainLoss: number | null;
  test: Record<string, number>;
  train: Record<string, number>;
}

/** A number as programs print it, infinities and NaN of Python and C included. */
const numeral = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function readPatterns(
  text: string,
  { firstEpoch }: ExternalLog,
  format: readonly { readonly starts: string; readonly pattern: string }[],
  complete: boolean,
): ExternalReading {
  const rules = format.map(({ starts, pattern }) => ({ starts, pattern: new RegExp(pattern) }));
  const problems: string[] = [];
  const epochs = new Map<number, OpenEpoch>();
  let open: OpenEpoch | null = null;
  const lines = text.split('\n');
  // A line without its end may go on.
  const usable = complete ? lines : lines.slice(0, -1);
  usable.forEach((raw, index) => {
    const line = raw.replace(/\r$/, '').slice(0, longestLine);
    const rule = rules.find(({ starts }) => line.startsWith(starts));
    if (rule === undefined) return;
    const groups = rule.pattern.exec(line)?.groups;
    const problem = (message: string) => problems.push(`line ${index + 1}: ${message}`);
    if (groups === undefined) {
      problem(
        `${JSON.stringify(line.slice(0, 120))} begins with ${JSON.stringify(rule.starts)} but does not match its pattern.`,
      );
      return;
    }
    const { epoch: printed, ...values } = groups;
    if (printed !== undefined) {
      const epoch = Number(printed) + 1 - firstEpoch;
      if (!Number.isSafeInteger(epoch) || epoch < 1) {
        problem(`the epoch is ${shown(printed)}; epochs count from ${firstEpoch}.`);
        return;
      }
      if (open?.epoch !== epoch) {
        open = { epoch, lr: null, trainLoss: null, test: {}, train: {} };
        epochs.set(epoch, open);
      }
    }
    const target = open;
    if (target === null) {
      problem('numbers stand before any epoch.');
      return;
    }
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue;
      if (/^[+-]?(nan|inf(inity)?)$/i.test(value)) put(target, name, Number.NaN);
      else if (numeral.test(value)) put(target, name, Number(value));
      else problem(`${name} is ${shown(value)}, not a number.`);
    }
  });
  return {
    epochs: [...epochs.values()].sort((a, b) => a.epoch - b.epoch),
    problems,
  };
}

/**
 * Groups are named `lr`, `train_loss`, `test_top1`, `train_top1`; a suite's schema lets no other
 * through.
 */
function put(epoch: OpenEpoch, group: string, value: number): void {
  if (group === 'lr') epoch.lr = value;
  else if (group === 'train_loss') epoch.trainLoss = value;
  else if (group.startsWith('train_')) epoch.train[group.slice('train_'.length)] = value;
  else epoch.test[group.replace(/^test_/, '')] = value;
}

/** Named groups of a pattern that mean nothing to a journal. */
export function unknownGroups(pattern: string): readonly string[] {
  return [...pattern.matchAll(/\(\?<([A-Za-z_][A-Za-z0-9_]*)>/g)]
    .map(([, name]) => name as string)
    .filter((name) => !/^(epoch|lr|train_[A-Za-z0-9_]+|test_[A-Za-z0-9_]+)$/.test(name));
}
