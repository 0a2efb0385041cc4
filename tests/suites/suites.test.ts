import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Scale, Task } from '../../contract/spec.ts';
import { listSuites, loadSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import { tableOf } from '../../suites/references.ts';
import { contextWith } from './real-context.ts';

// The real methods, networks, recipes and tables; only the data are made up.
const pictures: Readonly<Record<string, number>> = {
  cifar100: 50_000,
  embedded: 6_400,
  'embedded-small': 600,
  'cifar10-images': 50_000,
  'embedded-scenes': 400,
  'embedded-scenes-small': 24,
  coco2017: 117_266,
  coco128: 128,
  cityscapes: 2975,
};
const contextOf = (task: Task) => contextWith(task, pictures);
const context = contextOf('classification');
const plans = listSuites().flatMap((name) => {
  const suite = loadSuite(name);
  const scales = Object.keys(suite.definition.scales) as Scale[];
  return scales.map((scale) => planSuite(suite, scale, contextOf(suite.definition.task)));
});

test('every suite plans at every scale, with every published reference resolved', () => {
  for (const plan of plans) {
    const where = `${plan.suite}@${plan.scale}`;
    assert.equal(plan.notComparable === null, plan.scale === 'paper', where);
    for (const { id, published, noReference, trials, notRun, metric } of plan.cells) {
      assert.equal(published === null, noReference !== null, `${where} ${id}`);
      assert.equal(trials.length === 0, notRun !== null, `${where} ${id}`);
      if (published === null) continue;
      const { table, row, column } = published;
      assert.ok(context.published.cell(table, row, column, metric), `${where} ${id}`);
    }
    const planned = new Set(plan.trials.map(({ id }) => id));
    assert.equal(planned.size, plan.trials.length, where);
    for (const { after } of plan.trials) for (const id of after) assert.ok(planned.has(id), where);
  }
});

test('whatever a suite of detection or segmentation trains at paper scale, its smoke scale trains too', () => {
  const trained = (of: string, scale: Scale) =>
    plans
      .filter((plan) => plan.suite === of && plan.scale === scale)
      .flatMap(({ cells }) => cells)
      .filter(({ trials }) => trials.length > 0)
      .map(({ row, column }) => `${of}: ${row}, ${column}`);
  for (const { suite, scale, task } of plans) {
    if (scale !== 'paper' || task === 'classification') continue;
    const short = new Set(trained(suite, 'smoke'));
    assert.deepEqual(
      trained(suite, 'paper').filter((pair) => !short.has(pair)),
      [],
    );
  }
});

test('the default suite holds the logit methods, all of them runnable', () => {
  for (const scale of ['paper', 'smoke'] as const) {
    const plan = planSuite(loadSuite('default'), scale, context);
    assert.deepEqual(
      plan.rows.map(({ method }) => method),
      ['none', 'none', 'kd', 'kd+ctkd', 'dkd', 'kd+lskd', 'kd+sdd'],
    );
    assert.deepEqual(
      plan.cells.filter(({ notRun }) => notRun !== null),
      [],
    );
    // One teacher, six methods, the seeds of the scale.
    assert.equal(plan.trials.length, 1 + 6 * (scale === 'paper' ? 5 : 2));
  }
});

test('the first run is teacher, plain student and KD, by one recipe and with three seeds', () => {
  const plan = planSuite(loadSuite('default'), 'proxy', context);
  assert.deepEqual(
    plan.rows.map(({ name }) => name),
    ['Teacher', 'Student', 'KD'],
  );
  assert.equal(plan.trials.length, 1 + 2 * 3);
  const [{ spec }] = plan.trials as [(typeof plan.trials)[number]];
  for (const trial of plan.trials) assert.deepEqual(trial.spec.recipe, spec.recipe);
  // The last three epochs are trained at the lowest learning rate: their accuracies may differ
  // little.
  const { epochs, schedule } = spec.recipe;
  assert.ok(schedule.kind === 'multistep');
  assert.ok(Math.max(...schedule.milestones) <= epochs - 3);
});

test('the real pictures are trained on 10,000 of them for 30 epochs', () => {
  const plan = planSuite(loadSuite('cifar10-images'), 'proxy', context);
  for (const { spec } of plan.trials) {
    assert.equal(spec.recipe.trainPictures, 10_000);
    assert.equal(spec.recipe.epochs, 30);
  }
  assert.equal(plan.trials.length, 7);
});

test('a suite holds every number of its table, or says which part it leaves out', () => {
  for (const name of listSuites()) {
    const suite = loadSuite(name);
    const { table, metrics, excerpt, scales } = suite.definition;
    if (table === undefined || scales.paper === undefined) continue;
    const { cells } = planSuite(suite, 'paper', contextOf(suite.definition.task));
    const planned = new Set(
      cells.map(({ published, metric }) =>
        JSON.stringify([published?.row, published?.column, metric]),
      ),
    );
    const left = Object.keys(metrics).flatMap((metric) => {
      const id = tableOf(suite.definition, metric) as string;
      const printed = context.published.tables.get(id)?.cells ?? [];
      assert.ok(printed.length > 0, `${name}: ${id} is empty`);
      return printed
        .filter(({ row, column, metric: of }) => !planned.has(JSON.stringify([row, column, of])))
        .map(({ row, column, metric: of }) => `${id}: ${row}, ${column}, ${of}`);
    });
    if (excerpt === undefined) assert.deepEqual(left, [], name);
    else assert.notDeepEqual(left, [], `${name} is no excerpt: it leaves nothing out`);
  }
});

test('every published table is declared by a suite, or it says why not', () => {
  const declared = listSuites().flatMap((name) => {
    const { table, rows } = loadSuite(name).definition;
    const own =
      typeof table === 'object' ? Object.values(table) : table === undefined ? [] : [table];
    return [...own, ...rows.flatMap(({ published }) => published?.table ?? [])];
  });
  const file = join(import.meta.dirname, '../../reference/published/not-declared.yaml');
  const reasons = parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const known = [...context.published.tables.keys()];
  assert.deepEqual(
    known.filter((id) => declared.includes(id) === Object.hasOwn(reasons, id)),
    [],
  );
  assert.deepEqual(
    Object.keys(reasons).filter((id) => !known.includes(id)),
    [],
  );
});
