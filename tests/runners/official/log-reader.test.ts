import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLog } from '../../../runners/official/log-reader.ts';

/** mdistiller's lines of one epoch. */
function block(epoch: number, top1: number, changes: Readonly<Record<string, string>> = {}) {
  const fields = {
    epoch: String(epoch),
    lr: '0.05',
    train_acc: '40.00',
    train_loss: '2.50',
    test_acc: top1.toFixed(2),
    test_acc_top5: '80.00',
    test_loss: '1.90',
    ...changes,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  return `${dashes}\n${lines.join('')}${dashes}\n`;
}
const dashes = '-'.repeat(25);

/** CTKD's object of one epoch, without a line feed at its end. */
function object(epoch: number, top1: number, best = top1) {
  return `{\n    "test_acc": ${top1},\n    "test_acc_top5": 80.1,\n    "best_acc": ${best},\n    "epoch": ${epoch},\n    "temp": "2.5",\n    "decay_value": -0.5\n}`;
}

const shape = (text: string) =>
  readLog(text).runs.map(({ epochs, best }) => [
    epochs.map(({ epoch, top1 }) => [epoch, top1]),
    best,
  ]);

test('blocks of mdistiller with their closing line, which has no line feed', () => {
  const reading = readLog(`${block(1, 30)}${block(2, 41.5)}best_acc\t41.50`);
  assert.deepEqual(reading.problems, []);
  assert.deepEqual(reading.notes, []);
  const [run] = reading.runs;
  assert.equal(run?.best, 41.5);
  assert.deepEqual(run?.epochs[1], {
    epoch: 2,
    line: 10,
    top1: 41.5,
    top5: 80,
    testLoss: 1.9,
    trainTop1: 40,
    trainLoss: 2.5,
    lr: '0.05',
    temperature: null,
    bestSoFar: null,
  });
});

test('joined objects of CTKD, whose temperature is a text', () => {
  const reading = readLog(object(1, 30) + object(2, 29, 30));
  assert.deepEqual(reading.problems, []);
  assert.deepEqual(
    reading.runs[0]?.epochs.map(({ epoch, top1, bestSoFar, temperature, lr }) => [
      epoch,
      top1,
      bestSoFar,
      temperature,
      lr,
    ]),
    [
      [1, 30, 30, 2.5, null],
      [2, 29, 30, 2.5, null],
    ],
  );
});

test('a log that was appended to holds two runs, also where the closing line runs into the next dashes', () => {
  const expected = [
    [[[1, 30], [2, 40]], 40],
    [[[1, 31], [2, 39]], 39],
  ]; // biome-ignore format: a table
  const first = `${block(1, 30)}${block(2, 40)}best_acc\t40.00`;
  const second = `${block(1, 31)}${block(2, 39)}best_acc\t39.00\n`;
  const reading = readLog(first + second);
  assert.deepEqual(shape(first + second), expected);
  assert.deepEqual(reading.problems, []);
  // Without a closing line the second epoch 1 is what tells.
  const joined = readLog(object(1, 30) + object(2, 40) + object(1, 31));
  assert.deepEqual(
    joined.runs.map(({ epochs }) => epochs.length),
    [2, 1],
  );
  assert.match(joined.notes[0]?.message ?? '', /epoch 1 follows epoch 2: another run begins/);
});

test('a continuation from a checkpoint replaces the epochs after it', () => {
  const text = block(1, 30) + block(2, 40) + block(3, 50) + block(2, 41) + block(3, 51);
  const reading = readLog(text);
  assert.deepEqual(shape(text), [[[[1, 30], [2, 41], [3, 51]], null]]); // biome-ignore format: a table
  assert.deepEqual(
    reading.runs[0]?.records.map((record) => ('epoch' in record ? record.epoch : record)),
    [1, 2, 3, { resumedAfter: 1, lostEpochs: 2, line: 28 }, 2, 3],
  );
  assert.match(reading.notes[0]?.message ?? '', /continued from epoch 1/);
});

for (const [what, cut] of [
  ['in a block', `${block(1, 30)}${block(2, 40).slice(0, 60)}`],
  ['within a number of an object', `${object(1, 30)}{\n    "test_acc": 4`],
  ['before its last value is over', `${block(1, 30)}${block(2, 40).slice(0, -31)}`],
] as const) {
  test(`a file that ends ${what} loses that epoch, and says so`, () => {
    const reading = readLog(cut);
    assert.deepEqual(reading.problems, []);
    assert.deepEqual(
      reading.runs[0]?.epochs.map(({ epoch }) => epoch),
      [1],
    );
    assert.match(reading.notes[0]?.message ?? '', /torn \(the file ends within it\)/);
  });
}

test('a run that was killed within a block and started again in the same file', () => {
  for (const torn of [`${dashes}\nepoch: 2\nlr: 0.05\n`, `${dashes}\nepoch: 2\nlr: 0.0`]) {
    const reading = readLog(`${block(1, 30)}${torn}${block(1, 31)}${block(2, 41)}`);
    assert.deepEqual(reading.problems, [], torn);
    assert.deepEqual(
      reading.runs.map(({ epochs }) => epochs.map(({ top1 }) => top1)),
      [[30], [31, 41]],
    );
    assert.deepEqual(
      reading.notes.map(({ code, line }) => [code, line]),
      [
        ['LOG_TORN', 10],
        ['LOG_RESTART', torn.endsWith('\n') ? 13 : 12],
      ],
    );
  }
});

const bad: readonly (readonly [string, string, number, RegExp])[] = [
  ['a word where a number belongs', block(1, 30, { test_acc: 'high' }), 6, /test_acc is "high"/],
  ['an accuracy over 100', block(1, 30, { test_acc: '101.00' }), 6, /a number from 0 to 100/],
  ['an accuracy that is not a number', block(1, 30, { test_acc: 'nan' }), 6, /test_acc is "nan"/],
  ['a field that the trainer does not write', block(1, 30, { speed: '3' }), 9, /unknown field "speed"/],
  ['a line between the blocks', `${block(1, 30)}Traceback (most recent call last):\n`, 10, /no line of a log/],
  ['an epoch that is missing', block(1, 30) + block(3, 40), 10, /epoch 3: it follows epoch 1/],
  ['a start in the middle', block(7, 30), 1, /epoch 7: the run begins with it/],
  ['a field that is missing', block(1, 30).replace('test_loss: 1.90\n', ''), 1, /lacks test_loss/],
  ['a closing line without a run', 'best_acc\t40.00\n', 1, /before any epoch/],
  ['a broken line of an object', object(1, 30).replace('"epoch": 1,', '"epoch" 1,'), 5, /no line of a log of CTKD/],
]; // biome-ignore format: a table
for (const [what, text, line, message] of bad) {
  test(`${what} is a problem with its line`, () => {
    const found = readLog(text).problems.filter((problem) => problem.line === line);
    assert.match(found.map((problem) => problem.message).join(), message);
  });
}

test('a loss that became NaN is a fact of the run', () => {
  const reading = readLog(block(1, 1, { train_loss: 'nan', test_loss: 'inf' }));
  assert.deepEqual(reading.problems, []);
  assert.equal(reading.runs[0]?.epochs[0]?.trainLoss, null);
});

test('an empty file is a problem', () => {
  assert.deepEqual(
    readLog('\n').problems.map(({ code }) => code),
    ['LOG_EMPTY'],
  );
});
