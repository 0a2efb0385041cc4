import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { TrialSpec } from '../../../contract/spec.ts';
import { denseFamilyOf } from '../../../runners/catalogue/dense-networks.ts';
import { networkOf } from '../../../runners/catalogue/networks.ts';
import { datasetIdentity, loadDataset } from '../../../runners/data/registry.ts';
import { parseMethod } from '../../../runners/distillers/method-id.ts';
import { plannedHyper } from '../../../runners/distillers/planned-hyper.ts';
import { findMethod, methods } from '../../../runners/distillers/registry.ts';
import { createNetwork } from '../../../runners/networks/registry.ts';
import type { Forward } from '../../../runners/networks/types.ts';
import { loadForTraining, loadOwnFile, ownFilesOf } from '../../../runners/training/own/load.ts';
import { cosine, write } from '../../app/own/repository.ts';
import { temporaryFolder } from '../../results/temporary.ts';

const launcher = join(import.meta.dirname, '../../../cli/bin.js');

const specOf = (method: string) =>
  ({
    ...{ task: 'classification', method, model: 'resnet8', teacher: null },
    data: { dataset: 'embedded-small', hash: '' },
  }) as unknown as TrialSpec;

/** Loads a file of this text, under the label `own.ts`. */
async function load(t: TestContext, text: string, name = 'own.ts'): Promise<void> {
  const folder = temporaryFolder(t);
  write(folder, { [name]: text, 'cosines.ts': 'export const cosines = 1;' });
  await loadOwnFile(join(folder, name), name);
}

/** The text of a logit method, with some fields changed. */
const method = (id: string, changes = '') => `
  import { defineMethod, option } from 'redistill/kinds';
  const reference = { paper: 'none', equations: 'none', official: 'none' };
  const weight = option.weight(1, 'Weight', 'ours');
  export default defineMethod({
    kind: 'logits', id: '${id}', title: 'A method', reference,
    options: { ceWeight: weight, kdWeight: weight },
    rowLoss: ({ student }) => student, ${changes}
  });
`;

describe("a user's file", () => {
  it('adds its method to ours, with plug-ins on it', async (t) => {
    const folder = temporaryFolder(t);
    write(folder, cosine('cosine-a'));
    await loadOwnFile(join(folder, 'methods/cosine.ts'), 'methods/cosine.ts');
    assert.equal(methods.fileOf('cosine-a'), 'methods/cosine.ts');
    const parsed = parseMethod('Cosine-A+SDD+LSKD');
    assert.equal(parsed.id, 'cosine-a+sdd+lskd');
    assert.equal(plannedHyper(parsed, { kdWeight: 3 })['kdWeight'], 3);
    assert.throws(() => parseMethod('cosine-b'), { message: /Did you mean "cosine-a"\?/ });
    const [file] = ownFilesOf(specOf('cosine-a+lskd'));
    assert.deepEqual(file?.kinds, ['method cosine-a']);
    assert.equal(file?.commit, null);
    assert.deepEqual(ownFilesOf(specOf('kd+lskd')), []);
  });

  it('may be named twice, and may not be edited in between', async (t) => {
    const folder = temporaryFolder(t);
    write(folder, cosine('cosine-c'));
    const path = join(folder, 'methods/cosine.ts');
    await loadOwnFile(path, 'methods/cosine.ts');
    const told = ownFilesOf(specOf('cosine-c'));
    await loadOwnFile(path, './methods/cosine.ts');
    await loadForTraining(told);
    appendFileSync(join(folder, 'methods/cosines.ts'), '\n// A comment changes nothing.\n');
    await loadForTraining(told);
    appendFileSync(join(folder, 'methods/cosines.ts'), '\nexport const more = 1;\n');
    await assert.rejects(loadForTraining(told), { code: 'PLUGIN_CHANGED', exitCode: 3 });
  });

  it('is refused in a worker whose trial was planned with another', async (t) => {
    const folder = temporaryFolder(t);
    write(folder, cosine('cosine-d'));
    await loadOwnFile(join(folder, 'methods/cosine.ts'), 'methods/cosine.ts');
    const told = ownFilesOf(specOf('cosine-d'));
    await loadForTraining(told);
    const planned = told.map((file) => ({ ...file, sha256: '0'.repeat(64) }));
    await assert.rejects(loadForTraining(planned), { code: 'PLUGIN_CHANGED', exitCode: 3 });
  });

  it('exports one kind or several', async (t) => {
    const several = (id: string, exported: string) =>
      method(id).replace('export default defineMethod', 'const one = defineMethod') + exported;
    await load(t, several('several-a', 'export const kinds = [one];'));
    await load(t, several('several-b', 'export default [one];'));
    assert.ok(methods.has('several-a') && methods.has('several-b'));
  });

  const refused = (what: string, text: string, code: string, message: RegExp, name?: string) =>
    it(`is refused with ${what}`, async (t) => {
      const before = methods.ids;
      await assert.rejects(load(t, text, name), { code, message, exitCode: 2 });
      assert.deepEqual(methods.ids, before);
    });

  refused('no kind', 'export const a = 1;', 'PLUGIN_EMPTY', /own\.ts exports no kind/);
  refused('a plain object', 'export default {};', 'PLUGIN_FIELD', /own\.ts: the export "default"/);
  refused('nothing in a list', 'export const kinds = [1];', 'PLUGIN_FIELD', /"kinds\[0\]" is no/);
  refused(
    'an error of syntax',
    'export const a = ];',
    'PLUGIN_LOAD',
    /own\.ts does not load \(line 1\)/,
  );
  refused(
    'one in JavaScript',
    '\n\nlet a = ];',
    'PLUGIN_LOAD',
    /own\.mjs .* \(line 3\)/,
    'own.mjs',
  );
  refused('an enum', 'enum A { b }', 'PLUGIN_LOAD', /own\.ts .* enum is not supported/);
  refused(
    'an error as it loads',
    '\nthrow new Error("no");',
    'PLUGIN_LOAD',
    /\(line 2\): Error: no$/,
  );
  refused('nothing thrown as it loads', 'throw undefined;', 'PLUGIN_LOAD', /load: nothing$/);
  refused('an odd thing thrown', 'throw Object.create(null);', 'PLUGIN_LOAD', /load: \{\}$/);
  refused(
    'an export that throws when it is looked at',
    '\nexport default new Proxy({}, { get() { throw new Error("no"); } });',
    'PLUGIN_LOAD',
    /own\.ts does not load \(line 2\): Error: no$/,
  );
  refused(
    'a field that throws',
    method('x', '\n get title() { throw new Error("no"); },'),
    'PLUGIN_LOAD',
    /own\.ts does not load \(line \d+\): Error: no$/,
  );
  refused('another extension', '', 'PLUGIN_FILE', /own\.yaml has another extension/, 'own.yaml');
  refused('a missing file', "import './none.ts';", 'PLUGIN_IMPORT', /own\.ts names \.\/none\.ts/);
  refused('an unknown package', "import 'left-pad';", 'PLUGIN_IMPORT', /package left-pad/);
  refused(
    'the whole of Redistill',
    "import { run } from 'redistill'; run;",
    'PLUGIN_IMPORT',
    /imports "redistill", but/,
  );
  refused(
    'a path that only a run knows',
    'const a = "b"; await import(a);',
    'PLUGIN_IMPORT',
    /own\.ts reaches/,
  );
  refused('an id with a plus', method('a+b'), 'PLUGIN_FIELD', /own\.ts: the field "id" .* "a\+b"/);
  refused(
    'no title',
    method('x', 'title: undefined,'),
    'PLUGIN_FIELD',
    /"x" lacks the field "title"/,
  );
  refused(
    'a number as title',
    method('x', 'title: 3,'),
    'PLUGIN_FIELD',
    /"x" has 3 in the field "title"/,
  );
  refused('no source', method('x', 'reference: {},'), 'PLUGIN_FIELD', /field "reference\.paper"/);
  refused(
    'a misspelt field',
    method('x', 'rowLoss: undefined, rowLos: () => 1,'),
    'PLUGIN_FIELD',
    /lacks the field "rowLoss"; it must be a function\. Is "rowLos" meant/,
  );
  refused('another kind', method('x', 'kind: "boxes",'), 'PLUGIN_FIELD', /"logits" or "network"/);
  const options = (text: string) => method('x', `options: { kdWeight: weight, ${text} },`);
  refused('no weight', options(''), 'PLUGIN_FIELD', /lacks the field "options\.ceWeight"/);
  refused(
    'a number as option',
    options('ceWeight: 1'),
    'PLUGIN_FIELD',
    /has 1 in the field "options\.ceWeight"/,
  );
  refused(
    'an option without words',
    options('ceWeight: { ...weight, about: "" }'),
    'PLUGIN_FIELD',
    /has "" in the field "options\.ceWeight\.about"; it must be a text/,
  );
  refused(
    'a default out of range',
    options('ceWeight: { ...weight, default: -1 }'),
    'PLUGIN_FIELD',
    /has -1 in the field "options\.ceWeight\.default"; it must be a number at least 0/,
  );
  refused(
    'our name',
    method('kd'),
    'KIND_CONFLICT',
    /own\.ts adds the method "kd", which runners\/distillers\/kinds\.ts has too/,
  );
  refused('the name of a plug-in', method('lskd'), 'KIND_CONFLICT', /has too, as a plug-in/);
  refused('the printed name of another', method('vanilla'), 'KIND_CONFLICT', /papers call another/);

  it('is refused where it awaits what never comes', (t) => {
    const folder = temporaryFolder(t);
    write(folder, { 'own.mjs': 'await new Promise(() => {});' });
    // A process of its own: Node would end it.
    const { status, stderr } = spawnSync(
      process.execPath,
      [launcher, 'list', 'methods', '--plugin', 'own.mjs'],
      { cwd: folder, encoding: 'utf8' },
    );
    assert.match(stderr, /own\.mjs does not load: it awaits what never comes/);
    assert.equal(status, 2);
  });

  it('adds networks of every task', async (t) => {
    await load(
      t,
      `
      import { classifierOf, defineNetwork, ModuleScope, ops } from 'redistill/kinds';
      import { defineDetector, retinanetOf } from 'redistill/detectors';
      import { defineSegmenter, pspnetOf } from 'redistill/segmenters';
      const linear = {
        id: 'linear',
        build(name, { classes, inputShape }) {
          const scope = new ModuleScope();
          const classifier = scope.linear('fc', inputShape[2], classes);
          return {
            name, classes, inputShape, params: scope.params,
            forward(context, images) {
              const pooled = ops.globalAverage(images);
              const classify = classifierOf(classifier, context);
              return {
                logits: classify(pooled), features: [images], preactFeatures: [], pooled,
                lastMap: images, classify,
              };
            },
          };
        },
      };
      export const kinds = [
        defineNetwork(linear),
        defineDetector({
          id: 'retinanet-r18w16-fpn16',
          ...retinanetOf({ backbone: 'r18w16', channels: 16, stacked: 1 }),
        }),
        defineSegmenter({ id: 'my-pspnet', ...pspnetOf({ backbone: 'r18w8' }) }),
      ];
      `,
    );
    const network = createNetwork('linear', { classes: 10 });
    assert.deepEqual(
      network.params.map(({ name }) => name),
      ['fc.weight', 'fc.bias'],
    );
    assert.equal(networkOf('retinanet-r18w16-fpn16', 2).name, 'retinanet-r18w16-fpn16');
    assert.equal(networkOf('my-pspnet', 3).name, 'my-pspnet');
    assert.equal(denseFamilyOf('my-pspnet'), 'segmenter');
    const spec = { ...specOf('kd'), model: 'resnet8', teacher: { model: 'linear' } } as TrialSpec;
    assert.deepEqual(
      ownFilesOf(spec).map(({ kinds }) => kinds),
      [['network linear']],
    );
    const dense = { ...spec, task: 'detection', teacher: null } as const;
    const detects = { ...dense, model: 'retinanet-r18w16-fpn16' };
    assert.deepEqual(ownFilesOf(detects)[0]?.kinds, ['detector retinanet-r18w16-fpn16']);
    assert.deepEqual(ownFilesOf({ ...dense, model: 'retinanet-r18-fpn' }), []);
  });

  const network = (id: string, text: string) =>
    `import { defineNetwork } from 'redistill/kinds'; export default defineNetwork({ id: '${id}', ${text} });`;
  refused(
    'a network without build',
    network('n', ''),
    'PLUGIN_FIELD',
    /network "n" lacks the field "build"/,
  );
  refused(
    'the name of a detector',
    network('gfl-r50-fpn', 'build() {}'),
    'KIND_CONFLICT',
    /has too, as a detector/,
  );

  it('adds a data set that code makes, with the hash of its pictures', async (t) => {
    const made = (id: string, first: number) => `
      import { allocatePictures, defineDataset, madePictures } from 'redistill/data';
      const split = (count) => {
        const set = allocatePictures(count, 32, 32);
        set.pixels.forEach((_, index) => { set.pixels[index] = (index * 7 + ${first}) % 256; });
        set.labels.forEach((_, index) => { set.labels[index] = index % 2; });
        return set;
      };
      export default defineDataset({
        id: '${id}',
        holds: 'labels',
        named: (id) => madePictures(id, {
          title: 'Stripes', classes: 2, train: 6, test: 4, side: 32,
          make: () => ({ classes: ['a', 'b'], train: split(6), test: split(4) }),
        }),
      });
    `;
    await load(t, made('stripes', 0), 'one.ts');
    await load(t, made('same-stripes', 0), 'two.ts');
    await load(t, made('other-stripes', 1), 'three.ts');
    const { hash } = await datasetIdentity('stripes');
    assert.equal((await datasetIdentity('same-stripes')).hash, hash);
    assert.notEqual((await datasetIdentity('other-stripes')).hash, hash);
    const { train, classes, normalisation } = await loadDataset('stripes');
    assert.deepEqual([train.count, classes.length, normalisation.mean.length], [6, 2, 3]);
    const spec = { ...specOf('kd'), data: { dataset: 'stripes', hash } };
    assert.deepEqual(ownFilesOf(spec)[0]?.kinds, ['data set stripes']);
  });

  const pictures = (id: string, make: string, named = 'madePictures(id, { ...said, make })') => `
    import { allocatePictures, defineDataset, madePictures } from 'redistill/data';
    const said = { title: 'Wrong', classes: 2, train: 6, test: 4, side: 32 };
    const classes = ['a', 'b'];
    const [train, test] = [allocatePictures(6, 32, 32), allocatePictures(4, 32, 32)];
    const make = () => (${make});
    export default defineDataset({ id: '${id}', holds: 'labels', named: (id) => ${named} });
  `;
  for (const [id, make, message] of [
    ['few', '{ classes, train: test, test }', /4 pictures and 4 labels for train, which has 6/],
    ['small', '{ classes, train: allocatePictures(6, 16, 32), test }', /pictures of 16 x 32 for/],
    ['square', '{ classes, train: allocatePictures(6, 32), test }', /32 x undefined for train/],
    [
      'far',
      '{ classes, train, test: { ...test, labels: test.labels.map(() => 7) } }',
      /label 7 in/,
    ],
    [
      'short',
      '{ classes, train, test: { ...test, pixels: train.pixels } }',
      /18432 bytes for the 4/,
    ],
    ['unnamed', '{ classes: ["a"], train, test }', /make\(\) gave 1 names of 2 classes/],
    ['no-labels', '{ classes, train: { ...train, labels: [1] }, test }', /no pixels or no labels/],
    ['nothing', 'null', /make\(\) gave nothing as the names/],
  ] as const) {
    it(`is refused with a data set that makes wrong pictures: ${id}`, async (t) => {
      await load(t, pictures(`wrong-${id}`, make));
      await assert.rejects(datasetIdentity(`wrong-${id}`), {
        code: 'PLUGIN_DATA',
        message,
        exitCode: 2,
      });
    });
  }

  it('is refused with a data set without a source', async (t) => {
    await load(t, pictures('sourceless', 'null', 'null'));
    await load(t, pictures('half', 'null', '({ holds: "labels" })'), 'half.ts');
    await assert.rejects(datasetIdentity('sourceless'), {
      code: 'PLUGIN_DATA',
      message: /"holds"/,
    });
    await assert.rejects(datasetIdentity('half'), { code: 'PLUGIN_DATA', message: /"locate"/ });
  });

  const own = (id: string, changes: string, output = '{}') => `
    import { defineNetwork, ModuleScope } from 'redistill/kinds';
    const build = (name, { classes, inputShape }) => {
      const scope = new ModuleScope();
      scope.linear('fc', 3, classes);
      const { params } = scope;
      const [logits, pooled] = [{ shape: [2, classes] }, { shape: [2, 3] }];
      const rest = { features: [], preactFeatures: [], lastMap: null, classify: () => logits };
      const forward = (context, images) => ({ logits, pooled, ...rest, ...${output} });
      return { name, classes, inputShape, params, forward, ...${changes} };
    };
    export default defineNetwork({ id: '${id}', build });
  `;
  for (const [id, changes, message] of [
    ['name', '{ name: "other" }', /"wrong-name": build\(\) gave the name "other"/],
    ['classes', '{ classes: 3 }', /3 classes where 10 were asked for/],
    ['side', '{ inputShape: [8, 8, 3] }', /the inputShape \[8,8,3\] where \[32,32,3\] was/],
    ['params', '{ params: undefined }', /nothing as params/],
    ['twice', '{ params: [...params, params[0]] }', /the tensor "fc.weight" twice/],
    ['forward', '{ forward: 3 }', /no function "forward"/],
    ['drop', '{ dropPath: 0.1 }', /0\.1 as dropPath/],
    ['rates', '{ dropPath: (rate) => [rate, 1] }', /rates for 0\.5 are .*no list of prob/],
  ] as const) {
    it(`is refused with a network that is not what was asked for: ${id}`, async (t) => {
      await load(t, own(`wrong-${id}`, changes));
      const asked = { classes: 10, inputShape: [32, 32, 3] } as const;
      assert.throws(() => createNetwork(`wrong-${id}`, asked), { code: 'PLUGIN_NETWORK', message });
    });
  }

  it('is refused with a network whose forward pass gives what is no output', async (t) => {
    const asked = { classes: 10, inputShape: [32, 32, 3] } as const;
    const images = { shape: [2, 32, 32, 3] } as unknown as Tensor4D;
    const forward = {} as Forward;
    for (const [id, output, message] of [
      ['fine', '{}', null],
      ['no-logits', '{ logits: undefined }', /forward\(\) gave no logits/],
      ['map', '{ logits: images }', /logits of shape \[2, 32, 32, 3\]; .* must be \[2, 10\]/],
      ['no-pooled', '{ pooled: images }', /no tensor of 2 axes as "pooled"/],
      ['no-list', '{ features: null }', /no list as "features"/],
    ] as const) {
      await load(t, own(`output-${id}`, '{}', output), `${id}.ts`);
      const network = createNetwork(`output-${id}`, asked);
      if (message === null)
        assert.deepEqual(network.forward(forward, images).logits.shape, [2, 10]);
      else
        assert.throws(() => network.forward(forward, images), { code: 'PLUGIN_NETWORK', message });
    }
  });

  it('is refused with a network that leaves out other branches than it states', async (t) => {
    const asked = { classes: 10, inputShape: [32, 32, 3] } as const;
    const images = { shape: [2, 32, 32, 3] } as unknown as Tensor4D;
    const forward = { branch: (added: Tensor4D) => added } as unknown as Forward;
    for (const [id, calls, message] of [
      ['none', '', /called context\.branch 0 times, and dropPath\(\) gives 1 probabilities/],
      ['one', 'context.branch?.(logits);', null],
      ['two', 'context.branch?.(logits); context.branch?.(logits);', /2 times/],
    ] as const) {
      const changes = `{ dropPath: (rate) => [rate], forward: (context, images) => { ${calls} return forward(context, images); } }`;
      await load(t, own(`branches-${id}`, changes), `${id}.ts`);
      const network = createNetwork(`branches-${id}`, asked);
      if (message === null) network.forward(forward, images);
      else
        assert.throws(() => network.forward(forward, images), { code: 'PLUGIN_NETWORK', message });
      network.forward({} as Forward, images);
    }
  });

  it('is named by what a promise of its functions throws', async (t) => {
    await load(
      t,
      `
      import { defineDataset, madePictures } from 'redistill/data';
      const make = () => { throw new RangeError('no pictures'); };
      const sizes = { title: 'None', classes: 2, train: 6, test: 4, side: 32 };
      const named = (id) => madePictures(id, { ...sizes, make });
      export default defineDataset({ id: 'no-pictures', holds: 'labels', named });
      `,
    );
    await assert.rejects(datasetIdentity('no-pictures'), {
      code: 'PLUGIN_THREW',
      message: /own\.ts: "named\(\)\.identity" of the data set "no-pictures" failed .*no pictures/,
    });
  });

  it('is refused with the name of another file', async (t) => {
    await load(t, method('taken'), 'first.ts');
    await assert.rejects(load(t, method('taken'), 'second.ts'), {
      code: 'KIND_CONFLICT',
      message: /second\.ts adds the method "taken", which first\.ts has too/,
    });
  });

  it('is named by the errors that its functions throw', async (t) => {
    await load(t, method('throws', 'defaultsWith() { throw new TypeError("oops"); },'));
    assert.throws(() => plannedHyper(parseMethod('throws'), {}), {
      code: 'PLUGIN_THREW',
      message:
        /own\.ts: "defaultsWith" of the method "throws" failed \(line \d+\): TypeError: oops/,
    });
    assert.equal(findMethod('throws')?.title, 'A method');
  });
});
