import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExternalLog, TrialSpec } from '../../../contract/spec.ts';
import { commandEnvironment, expandCommand } from '../../../runners/external/command.ts';
import { readExternalLog, unknownGroups } from '../../../runners/external/log.ts';
import { fakeTrial } from '../executors/fixtures/fake.ts';

const patterns: ExternalLog = {
  file: null,
  firstEpoch: 0,
  format: [
    {
      starts: 'Train',
      pattern: '^Train \\[(?<epoch>\\d+)\\] lr (?<lr>\\S+) loss (?<train_loss>\\S+)$',
    },
    { starts: 'Val', pattern: '^Val acc@1 (?<test_top1>\\S+) acc@5 (?<test_top5>\\S+)$' },
  ],
};

test('patterns gather the numbers of an epoch from several lines', () => {
  const text =
    'Namespace(lr=0.1)\nTrain [0] lr 0.1 loss 2.5\nVal acc@1 10.5 acc@5 40\nnoise\nTrain [1] lr 1e-2 loss 1.5\r\nVal acc@1 20 acc@5 60';
  const { epochs, problems } = readExternalLog(text, patterns, true);
  assert.deepEqual(problems, []);
  assert.deepEqual(epochs, [
    { epoch: 1, lr: 0.1, trainLoss: 2.5, test: { top1: 10.5, top5: 40 }, train: {} },
    { epoch: 2, lr: 0.01, trainLoss: 1.5, test: { top1: 20, top5: 60 }, train: {} },
  ]);
  // While the program runs, a line without its end may still be written.
  assert.deepEqual(readExternalLog(text, patterns, false).epochs[1]?.test, {});
});

test('a line that ought to be numbers and is not is named', () => {
  const { problems } = readExternalLog(
    'Val acc@1 1 acc@5 2\nTrain [0] lr 0.1 loss 2.5\nVal acc@1 10,5 acc@5 40\nVal acc@1\nTrain [1] lr x loss nan\n',
    patterns,
    true,
  );
  assert.deepEqual(problems, [
    'line 1: numbers stand before any epoch.',
    'line 3: test_top1 is "10,5", not a number.',
    'line 4: "Val acc@1" begins with "Val" but does not match its pattern.',
    'line 5: lr is "x", not a number.',
  ]);
});

test('logs of mdistiller need no pattern', () => {
  const dashes = '-'.repeat(25);
  const block = `${dashes}\nepoch: 1\nlr: 0.05\ntrain_acc: 40.00\ntrain_loss: 2.50\ntest_acc: 30.00\ntest_acc_top5: 80.00\ntest_loss: 1.90\n${dashes}\n`;
  const { epochs, problems } = readExternalLog(
    block,
    { file: null, firstEpoch: 1, format: 'mdistiller' },
    true,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(epochs, [
    {
      epoch: 1,
      lr: 0.05,
      trainLoss: 2.5,
      test: { top1: 30, top5: 80, loss: 1.9 },
      train: { top1: 40 },
    },
  ]);
});

test('groups that a journal has no place for are found', () => {
  assert.deepEqual(unknownGroups('(?<epoch>a)(?<top1>b)(?<test_top1>c)(?<train_loss>d)'), ['top1']);
});

const spec: TrialSpec = {
  ...fakeTrial('resnet8x4', { temperature: 4 }).spec,
  implementation: 'external',
  method: 'kd+lskd',
  external: {
    repository: 'https://example.invalid/code.git',
    commit: '0'.repeat(40),
    dirty: 'refuse',
    command: [
      'python3',
      't.py',
      '--m={method}',
      '{student} {seed}',
      '-T',
      '{hyper.temperature}',
      '{}',
    ],
    environment: { pass: ['DATA'], set: { MODE: 'x' } },
    log: patterns,
    names: { 'kd+lskd': 'KD; rm -rf "$HOME"' },
  },
};

test('each word of a command stays one word, whatever a placeholder stands for', () => {
  const folders = { output: '/o', teacherOutput: null };
  assert.deepEqual(expandCommand(spec, folders), [
    ...['python3', 't.py', '--m=KD; rm -rf "$HOME"', 'resnet8x4 1', '-T', '4', '{}'],
  ]);
  const missing = {
    ...spec,
    external: {
      ...(spec.external as NonNullable<typeof spec.external>),
      command: ['a', '{teacher_output}'],
    },
  };
  assert.throws(() => expandCommand(missing, folders), { code: 'EXTERNAL_PLACEHOLDER' });
});

test('a command sees of our environment what is harmless and what the suite lets through', () => {
  assert.deepEqual(
    commandEnvironment(spec, { PATH: '/bin', DATA: '/d', TOKEN: 'secret', LD_PRELOAD: 'x' }),
    { PYTHONUNBUFFERED: '1', PATH: '/bin', DATA: '/d', MODE: 'x' },
  );
});
