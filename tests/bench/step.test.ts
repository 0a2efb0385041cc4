import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from '../../app/bench.ts';
import { benchSteps, casesOf, type MeasuredWindow } from '../../bench/step.ts';
import { windowLine } from '../../cli/output/bench.ts';
import { RedistillError } from '../../common/errors.ts';

test('cases are chosen by their names, in the order of the suite', () => {
  const names = ['cwd-pspnet-r101-r18', 'retinanet-r50'];
  const chosen = casesOf('dense', names).map(({ name }) => name);
  assert.deepEqual(chosen, ['retinanet-r50', 'cwd-pspnet-r101-r18']);
});

test('a case in bfloat16 is refused before anything is measured where a processor has none', () => {
  const refused = (error: unknown) =>
    error instanceof RedistillError &&
    error.code === 'BENCH_PRECISION' &&
    error.message.includes('"kd-mixed"');
  assert.throws(() => casesOf('precision', undefined, null), refused);
  assert.equal(casesOf('precision', ['kd-32-bits'], null).length, 1);
  assert.equal(casesOf('precision', undefined, 'avx512').length, 2);
});

for (const suite of [undefined, 'coco', 'methods'] as const) {
  test(`cases of ${suite ?? 'all suites together'} cannot be chosen`, async () => {
    const refused = (error: unknown) =>
      error instanceof RedistillError &&
      error.code === 'BENCH_CASE' &&
      error.hint?.includes('dense');
    await assert.rejects(bench({ suite, only: ['resnet20'], store: false }), refused);
  });
}

test('what was measured is told before the bench has ended, with the processor’s time', async () => {
  const told: MeasuredWindow[] = [];
  let ended = false;
  const { results } = await benchSteps({
    ...{ suite: 'step', cases: casesOf('step', ['resnet20']), seconds: 0, eager: false },
    ...{ layouts: [{ workers: 1, threads: 1 }], python: 'no-such-python', signal: undefined },
    onCase() {},
    onWindow(measured) {
      assert.equal(ended, false);
      told.push(measured);
    },
  });
  ended = true;
  assert.deepEqual(
    results.map(({ name }) => name),
    ['resnet20'],
  );
  assert.deepEqual(
    told.map(({ name }) => name),
    ['resnet20'],
  );
  const processor = results.map(({ processor_ms }) => processor_ms);
  assert.ok(processor.every(({ ours, peer }) => ours > 0 && peer === null));
});

test('a line says both sides, their processor time and their memory', () => {
  const measured = {
    ...{ name: 'a-step', workers: 1, threads: 1, variant: 'plain' },
    ...{ step: { ours: 20, peer: 40 }, processor: { ours: 8, peer: 10 } },
    ...{ shortest: { ours: 10, peer: 30 }, peak: { ours: 100, peer: 150 } },
  };
  assert.equal(
    windowLine(measured),
    'a-step, 1 x 1 thread, ours / PyTorch plain: 20.0 / 40.0 ms (2.00); processor 8.0 / 10.0 ms (1.25); ' +
      'shortest 10.0 / 30.0 ms (3.00); peak 100.0 / 150.0 MiB (1.50)',
  );
  const alone = (ours: number) => ({ ours, peer: null });
  assert.equal(
    windowLine({
      ...{ name: 'a-step', workers: 1, threads: 1, variant: null },
      ...{ step: alone(20), processor: alone(8), shortest: alone(10), peak: alone(100) },
    }),
    'a-step, 1 x 1 thread: 20.0 ms; processor 8.0 ms; shortest 10.0 ms; peak 100.0 MiB',
  );
});
