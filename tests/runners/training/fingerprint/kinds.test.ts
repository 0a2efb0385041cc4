import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { denseMethods } from '../../../../runners/distillers/dense/registry.ts';
import { methods as methodTable } from '../../../../runners/distillers/registry.ts';
import { cached } from '../../../../runners/training/fingerprint/cached-checkout.ts';
import type { Checkout } from '../../../../runners/training/fingerprint/closure.ts';
import { onlyKinds } from '../../../../runners/training/fingerprint/kind-table.ts';
import { type KindsOfTrial, numerics } from '../../../../runners/training/fingerprint/numerics.ts';
import { numericsChanges } from '../../../../runners/training/fingerprint/record.ts';
import { codeTokens } from '../../../../runners/training/fingerprint/tokens.ts';
import { overlay, thisCheckout } from './checkouts.ts';

const conditions = {
  tensorflow: '2.21.0',
  threads: { intra: 1, inter: 1 },
  device: 'cpu',
  mode: 'recorded',
} as const;

const classified = (method: string): KindsOfTrial => ({ task: 'classification', method });
const trials: readonly KindsOfTrial[] = [
  ...methodTable.ids.map(classified),
  ...['kd+lskd', 'dkd+sdd+lskd', 'kd+ctkd'].map(classified),
  ...denseMethods.ids.map((method): KindsOfTrial => ({ task: 'detection', method })),
  ...denseMethods.ids.map((method): KindsOfTrial => ({ task: 'segmentation', method })),
];
const nameOf = ({ task, method }: KindsOfTrial) => `${task} ${method}`;
const here = cached(thisCheckout);
const textOf = (path: string) => new TextDecoder().decode(here.read(path));
const of = (trial: KindsOfTrial, checkout: Checkout) => numerics(conditions, trial, checkout);
const before = new Map(trials.map((trial) => [nameOf(trial), of(trial, here)]));

/** Which trials another checkout makes stale. */
function staleWith(files: Readonly<Record<string, string>>): readonly string[] {
  const checkout = overlay(here, files);
  return trials
    .filter((trial) => of(trial, checkout).fingerprint !== before.get(nameOf(trial))?.fingerprint)
    .map(nameOf);
}

const edited = (path: string) => ({ [path]: `${textOf(path)}\nexport const edited = 1;\n` });

const methods = 'runners/distillers/kinds.ts';
const own = {
  'runners/distillers/own.ts': textOf('runners/distillers/kd.ts').replace('const kd', 'const own'),
  [methods]: textOf(methods).replace(
    '  kd: ',
    "  own: async () => (await import('./own.ts')).own,\n  kd: ",
  ),
};

describe('the fingerprint of a trial', () => {
  it('does not change with a new method, which is a file and a line', () => {
    assert.equal(own[methods]?.split('\n').length, textOf(methods).split('\n').length + 1);
    assert.deepEqual(staleWith(own), []);
    const { files } = of(classified('own'), overlay(here, own)).record;
    assert.ok('runners/distillers/own.ts' in files);
    assert.ok(!('runners/distillers/dkd.ts' in files));
  });

  it('does not change with the order of a table', () => {
    const lines = textOf(methods).split('\n');
    const [first, last] = ['  none: ', '  mgd: '].map((key) =>
      lines.findIndex((line) => line.startsWith(key)),
    ) as [number, number];
    [lines[first], lines[last]] = [lines[last] as string, lines[first] as string];
    assert.deepEqual(staleWith({ [methods]: lines.join('\n') }), []);
  });

  it('changes with its own method alone', () => {
    const expected = (id: string) =>
      trials
        .filter(({ task, method }) => task === 'classification' && method.split('+')[0] === id)
        .map(nameOf);
    for (const id of methodTable.ids) {
      assert.deepEqual(staleWith(edited(`runners/distillers/${id}.ts`)), expected(id), id);
    }
  });

  it('changes with its own method of maps alone', () => {
    for (const id of denseMethods.ids) {
      assert.deepEqual(
        staleWith(edited(`runners/distillers/dense/${id}.ts`)),
        [`detection ${id}`, `segmentation ${id}`],
        id,
      );
    }
  });

  it('changes with its plug-ins, and with those whose code its method uses', () => {
    assert.deepEqual(staleWith(edited('runners/distillers/plugins/ctkd.ts')), [
      'classification kd+ctkd',
    ]);
    assert.deepEqual(staleWith(edited('runners/distillers/plugins/lskd.ts')), [
      ...['classification mlkd', 'classification kd+lskd', 'classification dkd+sdd+lskd'],
    ]);
  });

  it('changes with its task alone', () => {
    for (const task of ['classification', 'detection', 'segmentation']) {
      const stale = staleWith(edited(`runners/${task}/program.ts`));
      assert.deepEqual(
        stale,
        trials.map(nameOf).filter((name) => name.startsWith(task)),
      );
    }
  });

  it('changes with what all of them use', () => {
    assert.equal(staleWith(edited('runners/tasks/student-step.ts')).length, trials.length);
  });

  it('names the method as what has changed', () => {
    const after = of(classified('dkd'), overlay(here, edited('runners/distillers/dkd.ts')));
    const was = before.get('classification dkd');
    assert.ok(was !== undefined);
    assert.deepEqual(numericsChanges(was.record, after.record), ['runners/distillers/dkd.ts']);
  });

  it('changes when its line names another file, and not when those of others do', () => {
    const other = textOf(methods).replace("'./dkd.ts'", "'./nkd.ts'");
    assert.deepEqual(staleWith({ [methods]: other }), [
      ...['classification dkd', 'classification dkd+sdd+lskd'],
    ]);
  });
});

describe('a table of kinds', () => {
  const kept = (text: string, ...used: string[]) =>
    onlyKinds(codeTokens(text), new Set(used)).texts.join(' ');

  it('keeps the entries that are used', () => {
    const table = "const t = { a: () => [1, { b: 2 }], 'b-c': f(1, 2), d: 3 };\nexport { t };";
    assert.equal(kept(table, 'b-c'), "const t = { 'b-c' : f ( 1 , 2 ) } ; export { t } ;");
    assert.equal(kept(table), 'const t = { } ; export { t } ;');
    assert.equal(kept(table, 'd', 'a'), kept(table, 'a', 'd'));
  });

  it('is any source where it has no object', () => {
    assert.equal(kept('f(1);', 'a'), 'f ( 1 ) ;');
  });
});
