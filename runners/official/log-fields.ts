import type { LogEpoch } from './log-types.ts';

/** The fields that a log may have for an epoch, beside its number. */
export type LogField =
  | 'top1'
  | 'top5'
  | 'testLoss'
  | 'trainTop1'
  | 'trainLoss'
  | 'lr'
  | 'temperature'
  | 'bestSoFar';

/** Fields as texts, as they are printed. */
export type LogValues = Partial<Record<LogField, string>>;

/**
 * Names of columns and keys, lower case, in tables and records that trainers write once per epoch:
 * RepDistiller's scalars and copies of it (`test_acc`), timm and OFA-KD (`eval_top1`), DeiT
 * (`test_acc1`), mmcls (`accuracy_top-1`), mmengine (`accuracy/top1`). What `val_acc` is measured
 * on nobody says: on CIFAR it is the test set.
 */
const names: Readonly<Record<LogField, readonly string[]>> = {
  top1: [
    ...['test_acc', 'test_acc1', 'test_top1', 'test_acc_top1', 'test_accuracy', 'eval_top1'],
    ...['val_acc', 'val_acc1', 'val_top1', 'val_acc_top1', 'accuracy_top-1', 'accuracy/top1'],
  ],
  top5: [
    ...['test_acc_top5', 'test_acc5', 'test_top5', 'eval_top5', 'val_acc5', 'val_top5'],
    ...['val_acc_top5', 'accuracy_top-5', 'accuracy/top5'],
  ],
  testLoss: ['test_loss', 'eval_loss', 'val_loss'],
  trainTop1: ['train_acc', 'train_acc1', 'train_top1', 'train_acc_top1', 'train_accuracy'],
  trainLoss: ['train_loss', 'loss'],
  lr: ['lr', 'learning_rate', 'train_lr'],
  temperature: ['temp', 'temperature'],
  bestSoFar: ['best', 'best_acc', 'best_top1', 'best_acc1'],
};

const fields = new Map(
  Object.entries(names).flatMap(([field, list]) =>
    list.map((name) => [name, field as LogField] as const),
  ),
);

/** The field that a column or key is of; undefined where it is of none. */
export function fieldOf(name: string): LogField | undefined {
  return fields.get(name.trim().toLowerCase());
}

/**
 * A number as programs print it. Python's and C's words for NaN and infinities are valid values of
 * a loss.
 */
const numeral = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const noNumber = /^[+-]?(nan|inf(inity)?)$/i;

/**
 * An epoch of texts. Pure.
 *
 * @returns the reason in words where it is none: a value that is no number, an accuracy that is no
 *   percentage.
 */
export function epochOf(count: number, line: number, values: LogValues): LogEpoch | string {
  if (!Number.isSafeInteger(count) || count < 1)
    return `the epoch is ${count}, expected a whole number from 1.`;
  const wrong = Object.entries(values)
    .map(([field, text]) => faultOf(field as LogField, text))
    .find((fault) => fault !== null);
  if (wrong !== undefined) return wrong;
  if (values.top1 === undefined) return 'it has no test accuracy.';
  return {
    epoch: count,
    line,
    top1: Number(values.top1),
    top5: numberOf(values.top5),
    testLoss: numberOf(values.testLoss),
    trainTop1: numberOf(values.trainTop1),
    trainLoss: numberOf(values.trainLoss),
    lr: values.lr ?? null,
    temperature: numberOf(values.temperature),
    bestSoFar: numberOf(values.bestSoFar),
  };
}

const words: Partial<Record<LogField, string>> = {
  top1: 'test accuracy',
  top5: 'test accuracy of five',
  trainTop1: 'training accuracy',
  bestSoFar: 'best accuracy',
};

function faultOf(field: LogField, text: string): string | null {
  const accuracy = words[field];
  const shown = JSON.stringify(text.slice(0, 60));
  if (accuracy !== undefined) {
    const percent = numeral.test(text) && Number(text) >= 0 && Number(text) <= 100;
    return percent ? null : `the ${accuracy} is ${shown}, expected a number from 0 to 100.`;
  }
  return numeral.test(text) || noNumber.test(text)
    ? null
    : `${field} is ${shown}, expected a number.`;
}

function numberOf(text: string | undefined): number | null {
  const value = Number(text ?? 'nan');
  return Number.isFinite(value) ? value : null;
}
