import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import { defineMethod, definePlugin } from '../../../runners/distillers/define.ts';
import { defineDenseMethod } from '../../../runners/distillers/dense/define.ts';
import { firstOf, unless, unlessAny } from '../../../runners/distillers/idle.ts';
import * as option from '../../../runners/distillers/option.ts';
import type { ValuesOf } from '../../../runners/distillers/option-types.ts';
import {
  checkedValue,
  defaultsOf,
  oneSpelling,
  valuesOf,
} from '../../../runners/distillers/option-values.ts';
import type { LogitMethod, LogitRows } from '../../../runners/distillers/types.ts';

/*
 * `@ts-expect-error` is a test as well: `tsc` fails where the line below it is no error.
 */

const reference = { paper: 'Own', equations: 'Own', official: 'Own' };
const about = 'About';
const source = 'Own file';
const options = {
  ceWeight: option.weight(1, about, source),
  kdWeight: option.weight(0.5, about, source),
  temperature: option.temperature(4, source),
  form: option.choice({ default: 'sum', choices: ['sum', 'mean'], about, source }),
  sides: option.numbers({ default: [1, 2], min: 1, about, source }),
};

/** Equal only where both types are the same. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;

describe('the values of options', () => {
  it('have the types of their declarations', () => {
    const typed: Same<
      ValuesOf<typeof options>,
      {
        readonly ceWeight: number;
        readonly kdWeight: number;
        readonly temperature: number;
        readonly form: 'sum' | 'mean';
        readonly sides: readonly number[];
      }
    > = true;
    assert.ok(typed);
    // @ts-expect-error a default that is none of the choices
    option.choice({ default: 'max', choices: ['sum', 'mean'], about, source });
  });

  it('are read from the spelling of specs, and defaults are spelled so', () => {
    assert.deepEqual(defaultsOf(options), {
      ...{ ceWeight: 1, kdWeight: 0.5, temperature: 4, form: 'sum', sides: '[1,2]' },
    });
    const hyper = { ceWeight: 2, kdWeight: 3, form: 'mean', sides: '[4]' };
    // The temperature is what a plug-in took away.
    assert.deepEqual(valuesOf(options, hyper), {
      ...{ ceWeight: 2, kdWeight: 3, temperature: 4, form: 'mean', sides: [4] },
    });
  });

  it('have one spelling for all those that mean the same', () => {
    const epochs = option.warmupEpochs(20, source);
    assert.equal(checkedValue('warmupEpochs', 1, epochs, 'own'), 0);
    assert.equal(checkedValue('warmupEpochs', 2, epochs, 'own'), 2);
    assert.equal(checkedValue('sides', ' 3, 4 ', options.sides, 'own'), '[3,4]');
    assert.equal(checkedValue('sides', 3, options.sides, 'own'), '[3]');
    const first = option.numbers({
      ...{ default: [1], min: 0, about, source },
      same: (values) => values.slice(0, 1),
    });
    assert.equal(oneSpelling(first, '[2,2]'), '[2]');
  });
});

describe('a method', () => {
  const seen: unknown[] = [];
  const own = defineMethod({
    kind: 'logits',
    id: 'own',
    title: 'Own',
    reference,
    options,
    idle: {
      temperature: firstOf(unless('kdWeight'), ({ form }: ValuesOf<typeof options>) =>
        form === 'mean' ? 'a mean has no temperature' : null,
      ),
    },
    defaultsWith: (plugins) => (plugins.includes('lskd') ? { sides: [8], form: 'mean' } : {}),
    scalars: ({ kdWeight }, epoch) => ({ warmup: kdWeight * epoch }),
    rowLoss: (_, { form, sides }) => {
      seen.push(form, sides);
      return { shape: [2], dtype: 'float32' } as unknown as Tensor1D;
    },
  }) as LogitMethod;
  /** Two rows of three classes. */
  const rows = { student: { shape: [2, 3] } } as unknown as LogitRows;

  it('gets its options as typed values', () => {
    const hyper = { ceWeight: 2, kdWeight: 3, temperature: 5, form: 'mean', sides: '[4,5]' };
    const loss = own.with(hyper);
    assert.deepEqual([loss.ceWeight, loss.kdWeight, loss.temperature], [2, 3, 5]);
    assert.deepEqual(loss.scalars(2), { warmup: 6 });
    loss.rowLoss(rows);
    assert.deepEqual(seen, ['mean', [4, 5]]);
    const { temperature: _, ...replaced } = hyper;
    assert.equal(own.with(replaced).temperature, null);
  });

  it('is refused where it gives anything but a loss per row', () => {
    for (const shape of [[], [2, 3], [3], [2, 1], undefined]) {
      const given = shape && ({ shape, dtype: 'float32' } as unknown as Tensor1D);
      const wrong = defineMethod({
        ...{ kind: 'logits', id: 'wrong', title: 'Wrong', reference, options },
        rowLoss: () => given as Tensor1D,
      }) as LogitMethod;
      assert.throws(() => wrong.with(defaultsOf(options)).rowLoss(rows), {
        code: 'METHOD_SHAPE',
        message: /"wrong": "rowLoss" gave (?:no tensor|a tensor of shape \[.*\]); .* \[2\]/,
      });
    }
  });

  it('is refused where its losses are no floats', () => {
    const whole = defineMethod({
      ...{ kind: 'logits', id: 'whole', title: 'Whole', reference, options },
      rowLoss: () => ({ shape: [2], dtype: 'int32' }) as unknown as Tensor1D,
    }) as LogitMethod;
    assert.throws(() => whole.with(defaultsOf(options)).rowLoss(rows), {
      code: 'METHOD_SHAPE',
      message:
        /"rowLoss" gave a tensor of shape \[2\] and type int32; .* \[2\] and its type float32/,
    });
  });

  it('says which options have no effect, and what plug-ins change, as specs spell it', () => {
    const hyper = { ceWeight: 1, kdWeight: 0, temperature: 4, form: 'sum', sides: '[1]' };
    assert.equal(own.idle('temperature', hyper, []), 'kdWeight is 0');
    const meaned = { ...hyper, kdWeight: 1, form: 'mean' };
    assert.equal(own.idle('temperature', meaned, []), 'a mean has no temperature');
    assert.equal(own.idle('form', hyper, []), null);
    assert.equal(own.idle('constructor', hyper, []), null);
    assert.deepEqual(own.defaultsWith(['lskd']), { sides: '[8]', form: 'mean' });
    assert.deepEqual(own.defaultsWith([]), {});
  });

  it('cannot be written with options that are not there', () => {
    const named = { kind: 'logits', id: 'own', title: 'Own', reference } as const;
    const rowLoss = () => null as unknown as Tensor1D;
    // @ts-expect-error a logit method has a weight of its loss
    defineMethod({ ...named, options: { ceWeight: options.ceWeight }, rowLoss });
    // @ts-expect-error no option is called beta
    defineMethod({ ...named, options, rowLoss: (_, { beta }) => beta });
    // @ts-expect-error a rule of an option that is not there
    defineMethod({ ...named, options, rowLoss, idle: { beta: unless('kdWeight') } });
    // @ts-expect-error a rule that looks at a weight that is not there
    defineMethod({ ...named, options, rowLoss, idle: { form: unlessAny('kdWeight', 'beta') } });
    // @ts-expect-error no such choice
    defineMethod({ ...named, options, rowLoss, defaultsWith: () => ({ form: 'max' }) });
    assert.ok(true);
  });
});

describe('a plug-in and a method of maps', () => {
  it('do by default nothing but what they must', () => {
    const plugin = definePlugin({
      id: 'own',
      title: 'Own',
      reference,
      options: {},
      rows: (r) => r,
    });
    assert.equal(plugin.refusal({}, { method: 'kd', plugins: ['own'], klWeight: null }), null);
    const { patches, monitors, params, scalars, total } = plugin.with({});
    assert.deepEqual([patches, monitors, params(10), scalars(1)], [null, [], [], {}]);
    assert.equal(total('same' as never, null as never), 'same');
    const dense = defineDenseMethod({ id: 'own', title: 'Own', reference, options: {} });
    assert.deepEqual([dense.needsTeacher, dense.refuses('segmenter')], [false, null]);
    assert.deepEqual(dense.with({}).build(null as never).params, []);
  });
});
