import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../common/errors.ts';
import { allMethods as methods, allPlugins as plugins } from '../../../runners/distillers/all.ts';
import { parseMethod } from '../../../runners/distillers/method-id.ts';

test('a method id has one canonical order, whatever order it was written in', () => {
  for (const written of ['dkd+lskd+sdd', 'dkd+sdd+lskd', 'sdd+lskd+dkd', 'DKD + LSKD + SDD'])
    assert.equal(parseMethod(written).id, 'dkd+sdd+lskd');
  assert.equal(parseMethod('ctkd+lskd+sdd+kd').id, 'kd+sdd+lskd+ctkd');
  assert.deepEqual(parseMethod('kd+lskd'), { id: 'kd+lskd', method: 'kd', plugins: ['lskd'] });
});

test('names that papers print are aliases', () => {
  const printed: Record<string, string> = {
    'SD-KD': 'kd+sdd',
    'SD-DKD': 'dkd+sdd',
    'SD-NKD': 'nkd+sdd',
    'KD+LSKD': 'kd+lskd',
    'DKD+CTKD': 'dkd+ctkd',
    CTKD: 'kd+ctkd',
    'CTKD+LSKD': 'kd+lskd+ctkd',
    'KD+Logit Stand.': 'kd+lskd',
    'Base (no distillation)': 'none',
    'KD*': 'kd',
  };
  for (const [name, id] of Object.entries(printed)) assert.equal(parseMethod(name).id, id, name);
});

test('"Ours" is whatever the paper of the table proposes', () => {
  assert.equal(parseMethod('KD+Ours', { paper: 'lskd' }).id, 'kd+lskd');
  assert.equal(parseMethod('DKD+Ours', { paper: 'ctkd' }).id, 'dkd+ctkd');
  assert.equal(parseMethod('CTKD+Ours', { paper: 'lskd' }).id, 'kd+lskd+ctkd');
  assert.throws(() => parseMethod('KD+Ours'), refusal('METHOD_UNKNOWN', /whose method "Ours" is/));
  assert.throws(
    () => parseMethod('KD+Ours', { paper: 'dot' }),
    refusal('METHOD_UNKNOWN', /lskd, sdd, ctkd/),
  );
});

test('an unknown name answers with the nearest known one', () => {
  assert.throws(
    () => parseMethod('dkf'),
    refusal('METHOD_UNKNOWN', /no "dkf".*Did you mean "dkd"/),
  );
  assert.throws(() => parseMethod('kd+lskt'), refusal('METHOD_UNKNOWN', /Did you mean "lskd"/));
  assert.throws(() => parseMethod(''), refusal('METHOD_UNKNOWN', /Known: .*kd/));
});

test('combinations that make no sense are refused with the reason', () => {
  const refused: [string, RegExp][] = [
    ['none+sdd', /none has no distillation loss for sdd/],
    ['lskd+none', /none has no distillation loss for lskd/],
    ['kd+lskd+lskd', /lskd is in it twice/],
    ['kd+kd', /kd is in it twice/],
    ['kd+dkd', /kd and dkd are each a whole method/],
    ['lskd', /lskd only changes a method/],
    ['sdd+lskd', /sdd and lskd only change a method/],
    ['SD-KD+sdd', /sdd is in it twice/],
  ];
  for (const [name, reason] of refused)
    assert.throws(() => parseMethod(name), refusal('METHOD_COMBINATION', reason), name);
});

test('every method and plug-in states paper, arXiv id, equations and official file', () => {
  for (const { id, reference } of [...methods.slice(1), ...plugins]) {
    assert.match(reference.paper, /arXiv \d{4}\.\d{4,5}/, id);
    assert.match(reference.official, /@[0-9a-f]{7} \S+\.py/, id);
    assert.match(reference.equations, /[Ee]quation|[Ss]ection/, id);
  }
});

function refusal(code: string, message: RegExp) {
  return (error: unknown) =>
    error instanceof UsageError && error.code === code && message.test(error.message);
}
