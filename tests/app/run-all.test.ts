import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasuredSuite } from '../../app/run/measured-suite.ts';
import { exitCodeOfAll, measureAll } from '../../app/run-all.ts';
import { scaleOfAll } from '../../cli/commands/run.ts';
import { printAll } from '../../cli/output/run-all.ts';
import { runObserver } from '../../cli/output/run-observer.ts';
import { exitCodes } from '../../common/errors.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';

const trial = fakeTrial('1111111111111111');
const measured = (
  change: Partial<MeasuredSuite['verdict']> = {},
  trials = [trial],
): MeasuredSuite => ({
  plan: fakePlan(trials),
  outcomes: trials.map(({ id }) => ({
    trial: id,
    state: 'completed',
    reason: '2 epochs',
    reused: false,
    run: null,
    metrics: [],
  })) as unknown as MeasuredSuite['outcomes'],
  verdict: {
    computed: trials.length,
    reused: 0,
    complaints: [],
    cancelled: false,
    submitted: 0,
    exitCode: exitCodes.fine,
    ...change,
  },
  estimate: null,
  workspace: '/somewhere',
});

test('every suite takes no name and needs a scale', () => {
  assert.equal(scaleOfAll([undefined], 'smoke'), 'smoke');
  assert.throws(() => scaleOfAll(['default'], 'smoke'), { code: 'RUN_ALL', message: /"default"/ });
  assert.throws(() => scaleOfAll([], undefined), { code: 'RUN_ALL', message: /needs a scale/ });
});

test('suites run one after the other, and a stop ends the row', async () => {
  const context = fakeContext();
  const asked: string[] = [];
  const effects = { observer: runObserver(context), signal: context.signal };
  const all = await measureAll(effects, ['a', 'b', 'c'], async (name) => {
    asked.push(name);
    return measured(name === 'b' ? { cancelled: true } : {});
  });
  assert.deepEqual(asked, ['a', 'b']);
  assert.equal(all.length, 2);
  assert.match(context.err.join('\n'), /suite 1 of 3\] a: 1 of 1 trials computed/);
});

test('the worst suite decides, and one without anything to run is no failure', () => {
  const none = measured({}, []);
  assert.equal(exitCodeOfAll([measured(), none], null), exitCodes.fine);
  assert.equal(exitCodeOfAll([none], null), exitCodes.infrastructure);
  const broken = measured({ exitCode: exitCodes.infrastructure });
  assert.equal(exitCodeOfAll([measured(), broken], null), exitCodes.infrastructure);
  const failed = measured({ exitCode: exitCodes.failed });
  assert.equal(exitCodeOfAll([broken, failed], null), exitCodes.failed);
});

test('the table has a line per suite, and trials that suites share count once', () => {
  const context = fakeContext();
  printAll(context, {
    scale: 'smoke',
    measured: [measured(), measured({ complaints: ['resnet8 kd: diverged: NaN'] })],
    planned: 2,
    publication: null,
    workspace: '/somewhere',
    seconds: 61,
    exitCode: exitCodes.failed,
  });
  const text = context.out.join('\n');
  assert.match(text, /2 of 2 suites at the scale smoke, 1 different trials, 1 min 1 s\./);
  assert.match(text, /resnet8 kd: diverged: NaN/);
});
