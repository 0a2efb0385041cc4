import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { list } from '../../app/list.ts';
import { create, newKinds } from '../../app/new.ts';
import { plan } from '../../app/plan.ts';
import { main } from '../../cli/main.ts';
import { hashBytes } from '../../runners/data/picture-set.ts';
import { loadDataset, verifyDataset } from '../../runners/data/registry.ts';
import type { PictureSet } from '../../runners/data/types.ts';
import { createNetwork } from '../../runners/networks/registry.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { temporaryFolder } from '../results/temporary.ts';

const names = {
  suite: 'fresh-suite',
  method: 'fresh-method',
  network: 'fresh-network',
  dataset: 'fresh-pictures',
} as const;

for (const kind of newKinds) {
  test(`a new ${kind} is planned as it is, at both scales, with its claims`, async (t) => {
    const cwd = temporaryFolder(t);
    const name = names[kind];
    const { files, suite, addToConfig } = await create({ kind, name }, { cwd });
    assert.ok(files.every(({ path, text }) => readFileSync(path, 'utf8') === text));
    assert.deepEqual(addToConfig, []);
    for (const scale of ['own', 'smoke'] as const) {
      // Paths of suites are those of the process.
      const { plan: made } = await plan({ suite: join(cwd, suite), scale }, { cwd });
      assert.equal(made.claims?.length, 2);
      assert.ok(made.cells.every(({ notRun, trials }) => notRun === null && trials.length > 0));
      const used = made.rows.map(({ method }) => method);
      assert.equal(used.includes(name), kind === 'method');
      assert.equal(made.columns[0]?.student, kind === 'network' ? name : 'resnet8');
      const sets = new Set(made.trials.map(({ spec }) => spec.data.dataset));
      const others = scale === 'own' ? 'embedded' : 'embedded-small';
      assert.deepEqual([...sets], [kind === 'dataset' ? name : others]);
    }
  });
}

test('a new network has a state and a classifier of the classes that it is made for', async (t) => {
  const cwd = temporaryFolder(t);
  const { suite } = await create({ kind: 'network', name: 'fresh-state' }, { cwd });
  await plan({ suite: join(cwd, suite), scale: 'smoke' }, { cwd });
  const { params } = createNetwork('fresh-state', { classes: 7 });
  const shapes = new Map(params.map(({ name, torchShape }) => [name, torchShape.join('x')]));
  assert.equal(shapes.get('conv1.weight'), '16x3x3x3');
  assert.equal(shapes.get('fc.weight'), '7x32');
});

test('a new data set is listed, loads, verifies, and has the same pictures in every call', async (t) => {
  const cwd = temporaryFolder(t);
  const name = 'fresh-stripes';
  await create({ kind: 'dataset', name }, { cwd });
  const { items } = await list({ kind: 'datasets' }, { cwd });
  assert.ok(items.some((item) => item.name === name));
  const { classes, train, test, hash } = await loadDataset(name);
  assert.equal(classes.length, 10);
  for (const { count, labels } of [train, test]) {
    const perClass = Array.from(classes, (_, label) => labels.filter((of) => of === label).length);
    assert.deepEqual(new Set(perClass), new Set([count / 10]));
  }
  assert.equal((await verifyDataset(name)).hash, hash);
  // No picture is in both splits, or twice in one.
  const pictures = ([train, test] as PictureSet[]).flatMap(({ pixels, count }) =>
    Array.from({ length: count }, (_, at) => hashBytes(pixels.slice(at * 3072, (at + 1) * 3072))),
  );
  assert.equal(new Set(pictures).size, 750);
});

test('the study of a new data set is about no other', async (t) => {
  const cwd = temporaryFolder(t);
  const asked = { kind: 'dataset', name: 'fresh-set', dataset: 'images:birds' } as const;
  await assert.rejects(create(asked, { cwd }), { code: 'NEW_DATASET', exitCode: 2 });
  assert.equal(existsSync(join(cwd, 'datasets')), false);
});

test('nothing is overwritten, and nothing is written in part', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'mine.yaml'), 'precious');
  await assert.rejects(create({ kind: 'suite', name: 'mine' }, { cwd }), {
    code: 'NEW_EXISTS',
    exitCode: 2,
    message: 'mine.yaml is there already.',
  });
  assert.equal(readFileSync(join(cwd, 'mine.yaml'), 'utf8'), 'precious');
  await create({ kind: 'method', name: 'first' }, { cwd });
  const config = readFileSync(join(cwd, 'redistill.config.yaml'), 'utf8');
  const second = await create({ kind: 'method', name: 'second' }, { cwd });
  assert.equal(readFileSync(join(cwd, 'redistill.config.yaml'), 'utf8'), config);
  assert.deepEqual(second.addToConfig, [
    'plugins: [methods/second.ts]',
    'suites: [suites/second-study.yaml]',
  ]);
  const third = join(cwd, 'suites/third-study.yaml');
  writeFileSync(third, 'precious');
  await assert.rejects(create({ kind: 'method', name: 'third' }, { cwd }), { code: 'NEW_EXISTS' });
  assert.equal(existsSync(join(cwd, 'methods/third.ts')), false);
});

test('names that cannot be one or are taken are refused, kinds are suggested', async (t) => {
  const cwd = temporaryFolder(t);
  for (const name of ['', 'Mine', '../mine', 'a b', '-a', 'x'.repeat(80)]) {
    await assert.rejects(create({ kind: 'suite', name }, { cwd }), { code: 'NEW_NAME' }, name);
  }
  for (const [kind, name] of [
    ['suite', 'default'],
    ['method', 'kd'],
    ['method', 'lskd'],
    ['network', 'resnet20'],
    ['dataset', 'cifar100'],
  ] as const) {
    await assert.rejects(create({ kind, name }, { cwd }), { code: 'NEW_TAKEN' });
  }
  const context = fakeContext();
  assert.equal(await main(['new', 'metod', 'x'], context), 2);
  assert.match(context.err[0] ?? '', /Did you mean "method"\?/);
});

test('a data set that no new suite can have is refused', async (context) => {
  const out = temporaryFolder(context);
  for (const dataset of ['x: y\n  evil: 1', 'images:', 'images:../x', 'images:a #b', 'coco2017']) {
    await assert.rejects(create({ kind: 'suite', name: 'shapes', dataset, out }), {
      code: 'NEW_DATASET',
    });
  }
  const own = await create({ kind: 'suite', name: 'shapes', dataset: 'flowers', out });
  assert.match(own.files[0]?.text ?? '', /dataset: flowers/);
});

test('a link that leads nowhere is a file that is there', async (context) => {
  const out = temporaryFolder(context);
  symlinkSync(join(out, 'gone'), join(out, 'shapes.yaml'));
  await assert.rejects(create({ kind: 'suite', name: 'shapes', out }), { code: 'NEW_EXISTS' });
});

test('a dry run shows the files and writes none', async (t) => {
  const folder = temporaryFolder(t);
  const context = fakeContext();
  const code = await main(['new', 'method', 'dry', '--out', folder, '--dry-run'], context);
  assert.equal(code, 0);
  assert.match(context.out.join('\n'), /methods\/dry\.ts:\n.*\n {2}import \{ defineMethod/);
  assert.equal(existsSync(join(folder, 'methods')), false);
});
