import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ListedKindName, listedKindNames, listedKinds } from '../../app/list/index.ts';
import type { ListContext } from '../../app/list/types.ts';
import { main } from '../../cli/main.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakeContext } from './fake-context.ts';

async function list(t: TestContext, ...args: string[]) {
  const folder = temporaryFolder(t);
  const context = fakeContext({
    cwd: folder,
    environment: { REDISTILL_CACHE: join(folder, 'cache') },
  });
  const code = await main(['list', ...args], context);
  const { out, err, documents } = context;
  return { code, text: out.join('\n'), errors: err.join('\n'), documents };
}

test('list without a kind says which kinds there are', async (t) => {
  const { code, text } = await list(t);
  assert.equal(code, 0);
  for (const kind of listedKindNames) assert.match(text, new RegExp(`^${kind} `, 'm'));
});

for (const kind of listedKindNames) {
  test(`every name of list ${kind} has a description`, async (t) => {
    const where = context(t);
    const listed = await listedKinds[kind].load();
    const items = await listed.list(where);
    assert.ok(items.length > 1);
    for (const { name, title, columns } of items) {
      assert.ok(title.length > 3, name);
      assert.equal(columns.length, listed.columns.length, name);
    }
    for (const name of describable(
      kind,
      items.map((item) => item.name),
    )) {
      const { facts, tables, title } = await listed.describe(name, where);
      assert.ok(title.length > 3, name);
      assert.ok(facts.length > 0, name);
      for (const { columns, rows } of tables)
        for (const row of rows) assert.equal(row.length, columns.length, name);
    }
  });
}

/** A network's maps cost a forward pass; one of each kind is enough. */
function describable(kind: ListedKindName, names: readonly string[]): readonly string[] {
  return kind === 'networks' ? ['resnet8', 'retinanet-r18-fpn', 'pspnet-r18-d8'] : names;
}

function context(t: TestContext): ListContext {
  return { data: null, environment: { REDISTILL_CACHE: temporaryFolder(t) } };
}

test('a method is described with its plug-ins: defaults, ranges and sources', async (t) => {
  const { text } = await list(t, 'methods', 'KD+LSKD');
  assert.match(text, /^kd\+lskd: Knowledge distillation \+ Logit standardization$/m);
  assert.match(text, /^ {2}kdWeight +9 +>= 0 +Weight of the distillation loss +\[1\]$/m);
  assert.equal(text.match(/megvii-research\/mdistiller@a08d46f mdistiller\/engine/g)?.length, 1);
  assert.match(text, /^ {2}\[1\] megvii-research\/mdistiller@a08d46f mdistiller\/engine/m);
  assert.match(text, /^ {2}temperature +2 +> 0 /m);
});

test('a method and a plug-in say what fits what', async (t) => {
  const kd = await list(t, 'methods', 'kd');
  assert.match(kd.text, /^plug-ins: +sdd; lskd; ctkd$/m);
  const fitnet = await list(t, 'methods', 'srrl');
  assert.match(fitnet.text, /^plug-ins: +not sdd \(/m);
  const lskd = await list(t, 'methods', 'lskd');
  assert.match(lskd.text, /^goes on: +kd, dkd, nkd, mlkd, wttm$/m);
});

test('a method of both kinds of tasks shows the hyper-parameters of both', async (t) => {
  const { text } = await list(t, 'methods', 'mgd');
  assert.match(text, /^Hyper-parameters:$/m);
  assert.match(text, /^Hyper-parameters in detection, segmentation:$/m);
});

test('a network says its maps and which methods cannot use it', async (t) => {
  const { text } = await list(t, 'networks', 'mobilenetv2');
  assert.match(text, /^parameters: +812,836$/m);
  assert.match(text, /^ {2}0 +16 x 16 x 16$/m);
  assert.match(text, /^ {2}ofd +ofd cannot be used here: .* before the activation/m);
  const resnet = await list(t, 'networks', 'resnet8x4');
  assert.match(resnet.text, /^methods: [^:]*\bofd\b/m);
});

test('a data set that is missing says what to do', async (t) => {
  const { text } = await list(t, 'datasets', 'cifar100');
  assert.match(text, /^here: +no$/m);
  assert.match(text, /^what to do: +Run: redistill data fetch cifar100$/m);
});

test('unknown names are answered with the nearest, and end with 2', async (t) => {
  for (const [args, sentence] of [
    [['methods', 'ctdk'], /no method called "ctdk"\. Did you mean "ctkd"\?/],
    [['networks', 'resnet8x5'], /Did you mean "resnet8x4"\?/],
    [['datasets', 'cifar1000'], /Did you mean "cifar100"\?/],
    [['recipes', 'cifar-24'], /Did you mean "cifar-240"\?/],
    [['executors', 'slrum'], /Did you mean "slurm"\?/],
    [['network'], /no list called "network"\. Did you mean "networks"\?/],
    [['methods', 'kd+fitnet'], /each a whole method/],
  ] as const) {
    const { code, errors } = await list(t, ...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(errors, sentence);
  }
});

test('every option that an executor names is one of run', async (t) => {
  const { command } = await import('../../cli/commands/run.ts');
  const executors = await listedKinds.executors.load();
  for (const { name } of await executors.list(context(t))) {
    const { tables } = await executors.describe(name, context(t));
    for (const [option = ''] of tables.flatMap(({ rows }) => rows)) {
      const spelt = /^--([a-z-]+)/.exec(option)?.[1] ?? '';
      const key = spelt.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      assert.ok(Object.hasOwn(command.options, key), `${name}: ${option}`);
    }
  }
});

test('list --json is one document per question', async (t) => {
  const all = await list(t, 'recipes', '--json');
  const [document] = all.documents as [{ schemaVersion: number; items: { name: string }[] }];
  assert.equal(document.schemaVersion, 1);
  assert.ok(document.items.some(({ name }) => name === 'cifar-240'));
  const one = await list(t, 'recipes', 'cifar-240', '--json');
  assert.equal((one.documents as [{ name: string }])[0].name, 'cifar-240');
});
