import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Hyper, Recipe } from '../../runners/trial/spec.ts';
import { listSuites, loadSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import type { Plan } from '../../suites/plan-types.ts';
import { contextWith } from './real-context.ts';

/*
 * The hyper-parameters that differ from pair to pair stand in the suites; the facts as read from the official files stand in
 * reference/recipes/official.yaml. Here they are held against each other, so that neither is wrong alone.
 */
type Facts = Record<string, Record<string, Record<string, number>>>;
const official = new Map(
  (
    parse(
      readFileSync(join(import.meta.dirname, '../../reference/recipes/official.yaml'), 'utf8'),
    ) as { recipes: { id: string; facts: unknown }[] }
  ).recipes.map(({ id, facts }) => [id, facts]),
);

const context = contextWith('classification', { cifar100: 50_000 });

const plans = new Map<string, Plan>();

function planOf(suite: string): Plan {
  const plan = plans.get(suite) ?? planSuite(loadSuite(suite), 'paper', context);
  plans.set(suite, plan);
  return plan;
}

/** What a cell of a suite trains with at paper scale. */
function settings(suite: string, row: string, column: string): { hyper: Hyper; recipe: Recipe } {
  const plan = planOf(suite);
  const cell = plan.cells.find((each) => each.row === row && each.column === column);
  const trial = plan.trials.find(({ id }) => id === cell?.trials[0]);
  assert.ok(trial, `${suite}: ${row}, ${column} has no trial`);
  return trial.spec;
}

test('LSKD trains every pair with the settings of the logs that its authors posted', () => {
  const { pairs_from_log_names: pairs } = official.get('lskd-cifar100') as {
    pairs_from_log_names: Facts;
  };
  let checked = 0;
  for (const [method, byPair] of Object.entries(pairs)) {
    for (const [pair, facts] of Object.entries(byPair)) {
      const suite = ['lskd-table1', 'lskd-table2'].find((name) =>
        loadSuite(name).definition.columns.some(({ id }) => id === pair),
      );
      assert.ok(suite, pair);
      const { hyper } = settings(suite, `${method}+LSKD`, pair);
      const where = `${suite}: ${method}+LSKD, ${pair}`;
      assert.equal(hyper['kdWeight'], facts['kd_weight'], where);
      // CTKD learns the temperature.
      if (method !== 'CTKD') assert.equal(hyper['temperature'], facts['base_temp'], where);
      if (method === 'DKD') assert.equal(hyper['beta'], facts['beta'] ?? 8, where);
      checked += 1;
    }
  }
  assert.equal(checked, 54);
});

test("DKD has its authors' beta for every pair that they trained, in every suite that quotes it", () => {
  const { pairs } = official.get('dkd-cifar100-pairs') as { pairs: Facts[string] };
  const checked = new Set<string>();
  for (const name of listSuites()) {
    const { columns, rows, scales, task } = loadSuite(name).definition;
    if (task !== 'classification' || scales.paper?.dataset !== 'cifar100') continue;
    if (!rows.some((row) => row.name === 'DKD')) continue;
    for (const { id } of columns) {
      const facts = pairs?.[id];
      // CTKD's script has a beta of its own.
      if (facts === undefined || name.startsWith('ctkd')) continue;
      const { hyper, recipe } = settings(name, 'DKD', id);
      assert.equal(hyper['beta'], facts['beta'], `${name}: ${id}`);
      assert.equal(recipe.optimizer.lr, facts['lr'], `${name}: ${id}`);
      checked.add(id);
    }
  }
  assert.deepEqual([...checked].sort(), Object.keys(pairs ?? {}).sort());
});

test("MLKD trains with the epochs and rates of LSKD's configs", () => {
  for (const [suite, column, epochs, lr] of [
    ['lskd-table2', 'resnet56__resnet20', 480, 0.025],
    ['lskd-table2', 'vgg13__vgg8', 480, 0.01],
    ['lskd-table1', 'vgg13__mobilenetv2', 480, 0.01],
    ['lskd-table1', 'wrn_40_2__mobilenetv2', 480, 0.005],
    ['lskd-table1', 'resnet32x4__shufflenetv2', 960, 0.01],
  ] as const) {
    const { recipe } = settings(suite, 'MLKD+LSKD', column);
    assert.deepEqual([recipe.epochs, recipe.optimizer.lr], [epochs, lr], column);
    assert.deepEqual(recipe.augmentation.strong, {
      kind: 'rand-augment',
      operations: 2,
      cutout: 0.5,
    });
  }
});
