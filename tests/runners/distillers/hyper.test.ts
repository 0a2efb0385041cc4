import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../../common/errors.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { allMethods as methods, allPlugins as plugins } from '../../../runners/distillers/all.ts';
import { definePlugin } from '../../../runners/distillers/define.ts';
import { placedOptions, resolveHyper } from '../../../runners/distillers/hyper.ts';
import { parseMethod } from '../../../runners/distillers/method-id.ts';
import * as option from '../../../runners/distillers/option.ts';
import { plugins as registered } from '../../../runners/distillers/registry.ts';

const resolve = (id: string, overrides: Hyper = {}) => resolveHyper(parseMethod(id), overrides);

test('defaults are the official values', () => {
  assert.deepEqual(resolve('none'), {});
  assert.deepEqual(resolve('kd'), { ceWeight: 0.1, kdWeight: 0.9, temperature: 4 });
  assert.deepEqual(resolve('kd+lskd'), { ceWeight: 0.1, kdWeight: 9, temperature: 2 });
  const { form, ...dkd } = resolve('dkd');
  assert.deepEqual(dkd, {
    ceWeight: 1,
    kdWeight: 1,
    alpha: 1,
    beta: 8,
    temperature: 4,
    warmupEpochs: 20,
  });
  assert.equal(form, 'stable');
});

test('a plug-in changes the defaults of its method as the official scripts do', () => {
  const standardized = resolve('dkd+lskd');
  assert.deepEqual(
    [standardized['kdWeight'], standardized['temperature'], standardized['beta']],
    [9, 2, 8],
  );
  const curriculum = resolve('dkd+ctkd');
  assert.deepEqual([curriculum['beta'], curriculum['warmupEpochs']], [2, 0]);
  const { decay, decayMax, decayMin, decayLoops, tStart, tEnd } = resolve('kd+ctkd');
  assert.deepEqual(
    [decay, decayMax, decayMin, decayLoops, tStart, tEnd],
    ['cosine', 0, -1, 10, 1, 20],
  );
  const scaled = resolve('nkd+sdd');
  assert.deepEqual([scaled['temperature'], scaled['gamma'], scaled['M']], [4, 8, '[1,2,4]']);
});

test('overrides win, and the pyramid has one spelling', () => {
  assert.equal(resolve('kd+lskd', { kdWeight: 3 })['kdWeight'], 3);
  for (const M of ['[1,2]', '1,2', '[1, 2]'])
    assert.equal(resolve('kd+sdd', { M })['M'], '[1,2]', M);
});

test('an unknown hyper-parameter is refused with the nearest name', () => {
  assert.throws(
    () => resolve('kd', { temprature: 4 }),
    refusal('HYPER_UNKNOWN', /Did you mean "temperature"/),
  );
  assert.throws(
    () => resolve('kd', { alpha: 1 }),
    refusal('HYPER_UNKNOWN', /kd has no .* "alpha"/),
  );
  assert.throws(() => resolve('none', { ceWeight: 1 }), refusal('HYPER_UNKNOWN', /It has none/));
  assert.throws(
    () => resolve('kd+ctkd', { temperature: 4 }),
    refusal('HYPER_UNKNOWN', /ctkd replaces it/),
  );
});

test('values out of range or of the wrong kind are refused', () => {
  const refused: [string, Hyper, RegExp][] = [
    ['kd', { temperature: 0 }, /"temperature" of kd is 0; it must be a number above 0/],
    ['kd', { kdWeight: -1 }, /at least 0/],
    ['kd', { kdWeight: Number.NaN }, /a number at least 0/],
    ['kd', { temperature: '4' }, /is "4"; it must be a number/],
    ['dkd', { form: 'fast' }, /one of stable, official/],
    ['kd+sdd', { M: '[2,1]' }, /one of \[1\], \[1,2\]/],
    ['kd+ctkd', { decayLoops: 1.5 }, /a whole number at least 1/],
  ];
  for (const [id, overrides, message] of refused)
    assert.throws(() => resolve(id, overrides), refusal('HYPER_VALUE', message));
});

test('a plug-in with an option that its method has is refused: one value would be given to both', () => {
  const reference = { paper: 'Own', equations: 'Own', official: 'Own' };
  const temperature = option.temperature(1, 'Own');
  const named = { id: 'warm', title: 'Warm', reference, options: { temperature } };
  registered.add('warm', definePlugin({ ...named, rows: (rows) => rows }), 'warm.ts');
  assert.throws(
    () => resolve('kd+warm'),
    refusal('METHOD_COMBINATION', /warm cannot be used in kd\+warm: kd has .* "temperature" too/),
  );
});

test('the instance-wise temperature is refused where it is not defined', () => {
  assert.equal(resolve('kd+ctkd', { mode: 'instance' })['mode'], 'instance');
  for (const id of ['dkd+ctkd', 'kd+lskd+ctkd'])
    assert.throws(
      () => resolve(id, { mode: 'instance' }),
      refusal('METHOD_COMBINATION', /defined for kd alone/),
    );
});

test('every default is in range and has a source', () => {
  for (const method of methods) {
    const { id } = method;
    const accepted = plugins.filter(
      (each) =>
        method.kind === 'logits' || (method.kind === 'network' && method.refuses(each.id) === null),
    );
    for (const plugin of [[], ...accepted.map((each) => [each.id])]) {
      const parsed = parseMethod([id, ...plugin].join('+'));
      const defaults = resolveHyper(parsed);
      assert.deepEqual(resolveHyper(parsed, defaults), defaults);
      for (const option of Object.values(placedOptions(parsed).options))
        assert.ok(option.source.length > 10);
    }
  }
});

test('names and hyper-parameters can be read without loading TensorFlow', () => {
  const script = `
    await import('./runners/distillers/all.ts');
      const { parseMethod } = await import('./runners/distillers/method-id.ts');
    const { resolveHyper } = await import('./runners/distillers/hyper.ts');
    const tf = await import('@tensorflow/tfjs-core');
    resolveHyper(parseMethod('dkd+sdd+lskd'));
    console.log(tf.findBackendFactory('tensorflow') === null);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    encoding: 'utf8',
  });
  assert.equal(output.trim(), 'true');
});

function refusal(code: string, message: RegExp) {
  return (error: unknown) =>
    error instanceof UsageError && error.code === code && message.test(error.message);
}
