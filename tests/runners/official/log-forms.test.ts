/* Forms in which trainers print or write their numbers, each as its program does it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLog } from '../../../runners/official/log-reader.ts';

/** Epoch, test accuracy, training accuracy and rate of each epoch of each run. */
const shape = (text: string) =>
  readLog(text).runs.map(({ epochs }) =>
    epochs.map(({ epoch, top1, trainTop1, lr }) => [epoch, top1, trainTop1, lr]),
  );
const clean = (text: string) => {
  const { problems, notes } = readLog(text);
  assert.deepEqual([problems, notes], [[], []]);
};

test('a table of RepDistiller’s numbers, whatever the order of its columns', () => {
  const text =
    'epoch,train_acc,test_acc,lr,seconds\r\n1,20.5,18.25,0.05,30\r\n2,30.5,28.25,0.05,31\r\n';
  clean(text);
  assert.deepEqual(shape(text), [[[1, 18.25, 20.5, '0.05'], [2, 28.25, 30.5, '0.05']]]); // biome-ignore format: a table
  assert.deepEqual(shape('test_acc,epoch\n18.25,1\n'), [[[1, 18.25, null, null]]]);
});

test('a table with a line per number, whose 32 bits are what was logged', () => {
  const rows = ['1,train_acc,20.5', '2,train_acc,30.5', '1,test_acc,73.30999755859375', '2,test_acc,15.640000343322754', '2,other,1']; // biome-ignore format: a table
  const text = `step,tag,value\n${rows.join('\n')}\n`;
  clean(text);
  assert.deepEqual(shape(text), [[[1, 73.31, 20.5, null], [2, 15.64, 30.5, null]]]); // biome-ignore format: a table
  assert.match(
    readLog(`${text}1,test_acc,70\n`).problems[0]?.message ?? '',
    /top1 of step 1 stands twice/,
  );
});

test('summary.csv of timm counts from 0, writes its header again and tests some epochs alone', () => {
  const head = 'epoch,train_loss,eval_loss,eval_top1,eval_top5\n';
  const text = `${head}0,4.1,3.9,10.1,30.2\n1,3.1,2.9,20.1,50.2\n${head}10,2.1,1.9,30.1,60.2\n`;
  const reading = readLog(text);
  assert.deepEqual(reading.problems, []);
  assert.deepEqual(
    reading.runs[0]?.epochs.map(({ epoch, top1, top5, testLoss, trainLoss }) => [
      ...[epoch, top1, top5, testLoss, trainLoss],
    ]),
    [[1, 10.1, 30.2, 3.9, 4.1], [2, 20.1, 50.2, 2.9, 3.1], [11, 30.1, 60.2, 1.9, 2.1]],
  ); // biome-ignore format: a table
  assert.match(reading.notes[0]?.message ?? '', /8 epochs were not tested/);
});

test('a table loses a torn last line, and says what is wrong with others', () => {
  const head = 'epoch,test_acc,lr\n';
  const torn = readLog(`${head}1,10,0.05\n2,2`);
  assert.deepEqual(torn.problems, []);
  assert.equal(torn.notes[0]?.code, 'LOG_TORN');
  const first = (text: string) => readLog(text).problems[0];
  assert.match(first(`${head}1,10\n2,20,0.05\n`)?.message ?? '', /has 2 values, the header 3/);
  assert.match(first(`${head}1,high,0.05\n`)?.message ?? '', /test accuracy is "high"/);
  assert.match(first(`${head}1,10,0.05\n3,20,0.05\n`)?.message ?? '', /it follows epoch 1/);
  assert.match(first('epoch,loss\n1,2\n2,1\n')?.message ?? '', /no test accuracy.*epoch, loss/);
  assert.match(first(`${head}1,0.1,1\n2,0.7,1\n`)?.message ?? '', /look like fractions/);
});

test('what RepDistiller prints: the test of the teacher is of no epoch', () => {
  const epoch = (number: number, train: string, test: string) =>
    [
      '==> training...',
      `Epoch: [${number}][0/782]\tTime 0.1 (0.1)\tLoss 4.6 (4.6)\tAcc@1 1.0 (1.0)\tAcc@5 5.0 (5.0)`,
      ` * Acc@1 ${train} Acc@5 40.000`,
      `epoch ${number}, total time 24.47`,
      'Test: [0/157]\tTime 0.1 (0.1)\tLoss 3.9 (3.9)\tAcc@1 9.0 (9.0)\tAcc@5 30.0 (30.0)',
      ` * Acc@1 ${test} Acc@5 33.000`,
      'saving the best model!',
    ].join('\n');
  const text = `==> loading teacher model\n * Acc@1 79.420 Acc@5 94.600\nteacher accuracy:  tensor(79.4200)\n${epoch(1, '10.100', '9.250')}\n${epoch(2, '20.100', '19.250')}\nbest accuracy: tensor(19.2500, device='cuda:0')\n`;
  clean(text);
  assert.deepEqual(shape(text), [[[1, 9.25, 10.1, null], [2, 19.25, 20.1, null]]]); // biome-ignore format: a table
  assert.equal(readLog(text).runs[0]?.best, 19.25);
});

test('train.log of timm: the last batch of a test counts, and no averaged weights', () => {
  const epoch = (number: number, top1: string) =>
    [
      `Train: ${number} [   0/390 (  0%)]  Loss: 11.10 (11.1)  LR: 1.000e-06`,
      `Train: ${number} [ 389/390 (100%)]  Loss: 9.10 (10.1)  LR: 1.000e-06`,
      'Test: [   0/39]  Time: 1.0 (1.0)  Loss:  4.5 (4.5)  Acc@1:  1.0 ( 1.0)  Acc@5:  5.0 ( 5.0)',
      `Test: [  39/39]  Time: 1.0 (1.0)  Loss:  4.5 (4.4)  Acc@1: 12.5 (${top1})  Acc@5: 30.0 (31.5)`,
      'Test (EMA 0.99990): [  39/39]  Time: 1.0 (1.0)  Loss:  4.5 (4.4)  Acc@1: 99.0 (99.0)  Acc@5: 99.0 (99.0)',
    ].join('\n');
  const text = `Scheduled epochs: 300\n-------------------------------\nLearnable parameters\n${epoch(0, '10.5')}\n${epoch(1, '20.5')}\n*** Best metric: 20.5 (epoch 1)\n`;
  clean(text);
  assert.deepEqual(shape(text), [[[1, 10.5, null, '1.000e-06'], [2, 20.5, null, '1.000e-06']]]); // biome-ignore format: a table
  assert.deepEqual(readLog(text).runs[0]?.epochs[0]?.trainLoss, 10.1);
});

test('json_stats of pycls has errors', () => {
  const line = (fields: string) => `[trainer.py: 12] json_stats: {${fields}}\n`;
  const text =
    line('"_type": "train_epoch", "epoch": "1/300", "loss": 9.1, "lr": 0.0000, "top1_err": 97.5') +
    line('"_type": "test_iter", "epoch": "1/300", "iter": "10/50", "top1_err": 1.0') +
    line('"_type": "test_epoch", "epoch": "1/300", "min_top1_err": 93.12, "top1_err": 93.12, "top5_err": 75.08'); // biome-ignore format: lines of a log
  clean(text);
  assert.deepEqual(shape(text), [[[1, 6.88, 2.5, '0.0000']]]);
  assert.equal(readLog(text).runs[0]?.epochs[0]?.bestSoFar, 6.88);
});

test('JSON lines of mmcls, mmengine and DeiT', () => {
  const mmcls =
    '{"env_info": "x", "seed": 0}\n{"mode": "train", "epoch": 1, "iter": 100, "lr": 0.1, "loss": 2.5, "top-1": 3}\n{"mode": "val", "epoch": 1, "iter": 98, "lr": 0.1, "accuracy_top-1": 40.5, "accuracy_top-5": 66.0}\n';
  clean(mmcls);
  assert.deepEqual(shape(mmcls), [[[1, 40.5, null, '0.1']]]);
  assert.deepEqual(shape('{"accuracy/top1": 40.5, "accuracy/top5": 66.0, "step": 1}\n'), [
    [[1, 40.5, null, null]],
  ]);
  const deit = (epoch: number) =>
    `{"train_lr": 0.001, "train_loss": 6.9, "test_loss": 4.0, "test_acc1": ${epoch + 10}.5, "test_acc5": 30.5, "epoch": ${epoch}, "n_parameters": 5}\n`;
  assert.deepEqual(shape(deit(0) + deit(1)), [[[1, 10.5, null, '0.001'], [2, 11.5, null, '0.001']]]); // biome-ignore format: a table
});

test('lines of names and values, also after a bar of progress', () => {
  const line = (epoch: number, top1: string) =>
    `\r 10%|#   |\r[KD][00${epoch}/300] loss=10.2 train_acc=11.33% val_acc=${top1}% best=20.5% lr=5e-05 time=41.7s saved_best\n`;
  const text = `[BOOT] ready\n========\n${line(1, '12.98')}${line(2, '19.49')}[DONE]\n`;
  clean(text);
  assert.deepEqual(shape(text), [[[1, 12.98, 11.33, '5e-05'], [2, 19.49, 11.33, '5e-05']]]); // biome-ignore format: a table
});

test('EVAL lines: the last batch of an epoch counts', () => {
  const stamp = '2021-04-10 01:22:31,705 INFO    : ';
  const part = (kind: string, iter: string, top1: string) =>
    `${stamp}${kind}, epoch=0001, iter=${iter}, fetch data time cost=0.1ms, fps=97 images/s, loss=3.8, top1-acc=${top1}%, top5-acc=33.20%, remaining_time=0:00:00\n`;
  const text = `${stamp}Train start, epoch=0001, lr=0.100000\n${part('TRAIN', '196/196', '9.42')}${part('EVAL', '00010/00040', '99')}${part('EVAL', '00040/00040', '9.82')}`;
  clean(text);
  assert.deepEqual(shape(text), [[[1, 9.82, 9.42, '0.100000']]]);
});

test('a form that is not known is one sentence, however long the file', () => {
  for (const text of [
    'Train: 0 [ 47/48 (100%)] Loss: 11.10 LR: 1e-6\n'.repeat(3000),
    'Epoch 1/10: accuracy 0.5\n'.repeat(3000),
    `${'-'.repeat(40)}\nTraining\n${'-'.repeat(40)}\n`.repeat(1000),
    '{"summary": {"best": 1}}\n',
    '{\n  "status": "complete",\n  "best_top1": 73.59\n}\n',
  ]) {
    const { runs, problems, notes } = readLog(text);
    assert.deepEqual([runs, notes], [[], []]);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /form is not known; read are mdistiller.*CTKD/);
  }
});

test('logs of detection and segmentation are named as what they are', () => {
  const message = (line: string) => readLog(`{"seed":0}\n${line}\n`).problems[0]?.message ?? '';
  assert.match(message('{"mode":"val","epoch":1,"bbox_mAP":0.304}'), /log of MMDetection/);
  assert.match(message('{"mode":"val","iter":4000,"mIoU":0.7}'), /log of MMSegmentation/);
});

test('a known form with a fault in every line says so twenty times and counts the rest', () => {
  const block = (epoch: number) =>
    `${'-'.repeat(25)}\nepoch: ${epoch}\nlr: 0.05\nspeed: 3\ntrain_acc: 50\ntrain_loss: 1\ntest_acc: 40\ntest_acc_top5: 90\ntest_loss: 1\n${'-'.repeat(25)}\n`;
  const text = Array.from({ length: 300 }, (_, index) => block(index + 1)).join('');
  const { problems, runs } = readLog(text);
  assert.equal(problems.length, 21);
  assert.match(problems.at(-1)?.message ?? '', /^280 more problems of the same file/);
  assert.equal(runs[0]?.epochs.length, 300);
  const long = readLog(`${block(1).replace('speed: 3\n', '')}${'x'.repeat(10_000)}\n`);
  assert.ok((long.problems[0]?.message.length ?? 0) < 200);
});
