/*
 * What adding a kind touches: each recipe of CONTRIBUTING.md is followed in a copy of the sources,
 * and the copy then lists, plans and creates what was added. The compiler asks for nothing more.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { makeTemporaryFolder } from '../../common/files.ts';
import type { RequestedPlan } from '../../suites/plan-by-name.ts';
import { encodePng, gradient, writeTree } from '../runners/data/pictures.ts';
import { sourcesOf } from './imports.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const guide = textOf('CONTRIBUTING.md');

/** A source with some words changed; it must have every one of them. */
function like(path: string, ...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `${path} has ${from}`);
    return text.replaceAll(from, to);
  }, textOf(path));
}

interface Recipe {
  /** The section of CONTRIBUTING.md. */
  readonly section: string;
  /** Files that touching one more of the kind took when it was counted first. */
  readonly earlier: string;
  /** New files. */
  readonly files: Readonly<Record<string, string>>;
  /** A line for each table, under its first. */
  readonly lines: Readonly<Record<string, string>>;
}

const line = (key: string, file: string, made: string) =>
  `  '${key}': async () => (await import('./${file}')).${made},`;
const noGolden = (key: string) => `  '${key}': { noGolden: 'It was added by a test.' },`;
const gfl = globSync('runners/detection/families/gfl/*.ts', { cwd: root }).sort();

const recipes: Readonly<Record<string, Recipe>> = {
  method: {
    section: 'Add a method',
    earlier: 'not counted',
    files: {
      'runners/distillers/own-kd.ts': like(
        'runners/distillers/kd.ts',
        ['const kd ', 'const ownKd '],
        ["id: 'kd'", "id: 'own-kd'"],
      ),
    },
    lines: {
      'runners/distillers/kinds.ts': line('own-kd', 'own-kd.ts', 'ownKd'),
      'runners/parity/drivers.ts': noGolden('own-kd'),
    },
  },
  'feature method': {
    section: 'Add a method',
    earlier: 'not counted',
    files: {
      'runners/distillers/own-sp.ts': like(
        'runners/distillers/sp.ts',
        ['const sp ', 'const ownSp '],
        ["id: 'sp'", "id: 'own-sp'"],
      ),
    },
    lines: {
      'runners/distillers/kinds.ts': line('own-sp', 'own-sp.ts', 'ownSp'),
      'runners/parity/drivers.ts': noGolden('own-sp'),
    },
  },
  network: {
    section: 'Add a network',
    earlier: '10 (ViT)',
    files: { 'runners/networks/own.ts': like('runners/networks/vgg.ts', ['vggOf', 'ownOf']) },
    lines: { 'runners/networks/kinds.ts': line('own8', 'own.ts', 'ownOf([1, 1, 1, 1, 1])') },
  },
  'network of a known family': {
    section: 'Add a network',
    earlier: 'not counted',
    files: {},
    lines: {
      'runners/networks/kinds.ts': line(
        'resnet26',
        'cifar-resnet.ts',
        'cifarResnetOf({ depth: 26 })',
      ),
    },
  },
  'detector without anchors, as FCOS': {
    section: 'Add a detector or a segmenter',
    earlier: 'about 13',
    files: Object.fromEntries(
      gfl.map((path) => [
        path.replace('/gfl/', '/own/'),
        path.endsWith('/network.ts')
          ? like(path, ["kind: 'gfl'", "kind: 'own'"], ['gflOf', 'ownOf'])
          : textOf(path),
      ]),
    ),
    lines: {
      'runners/detection/kinds.ts': line(
        'own-r18w16-fpn32',
        'families/own/network.ts',
        "ownOf({ backbone: 'r18w16', channels: 32, stacked: 2, printed: 'own_r18' })",
      ),
    },
  },
  segmenter: {
    section: 'Add a detector or a segmenter',
    earlier: 'not counted',
    files: {
      'runners/segmentation/families/own.ts': like(
        'runners/segmentation/families/pspnet.ts',
        ['pspnetOf', 'ownOf'],
        ["'pspnet'", "'own'"],
      ),
    },
    lines: {
      'runners/segmentation/kinds.ts': line(
        'own-r18w8-d8',
        'families/own.ts',
        "ownOf({ backbone: 'r18w8' })",
      ),
    },
  },
  'data set': {
    section: 'Add a data set',
    earlier: '4 places of two registries',
    files: {
      'runners/data/sets/own.ts': `import type { DatasetKind } from '../dataset.ts';
import { pictureFiles } from './picture-files.ts';

export const own: DatasetKind = {
  holds: 'labels',
  named: (id) =>
    pictureFiles(id, {
      title: 'Cats and dogs',
      classes: 2,
      train: 32,
      test: 2,
      official: false,
      names: ['own-pictures'],
    }),
};
`,
    },
    lines: { 'runners/data/kinds.ts': line('own-pictures', 'sets/own.ts', 'own') },
  },
};

/** Under the line that opens the first table. */
function withLine(text: string, added: string): string {
  return text.replace(/ = \{\n/, (opening) => `${opening}${added}\n`);
}

/** 16 pictures to train and one to test of each class. */
async function pictures(): Promise<Readonly<Record<string, Buffer>>> {
  const paths = ['cat', 'dog'].flatMap((name) => [
    ...Array.from({ length: 16 }, (_, index) => `train/${name}/${index}.png`),
    `test/${name}/0.png`,
  ]);
  return Object.fromEntries(
    await Promise.all(paths.map(async (path, at) => [path, await encodePng(gradient(at))])),
  );
}

interface Planned {
  readonly task: string;
  readonly metric: string;
  readonly teacher: string;
  readonly student: string;
  readonly methods: readonly string[];
  readonly dataset: string;
  readonly recipe: string;
  /** Of each trial its network, method and data set. */
  readonly trials: readonly string[];
}

const scenes = 'embedded-scenes-small';
const plans: readonly Planned[] = [
  {
    task: 'classification',
    metric: 'top1',
    teacher: 'resnet26',
    student: 'own8',
    methods: ['own-kd', 'own-sp'],
    dataset: 'own-pictures',
    recipe: 'embedded-steps',
    trials: [
      ...['own8 own-kd own-pictures', 'own8 own-sp own-pictures'],
      'resnet26 none own-pictures',
    ],
  },
  {
    task: 'detection',
    metric: 'AP',
    teacher: 'retinanet-r18w32-fpn64',
    // As tables print it; the method has hyper-parameters of its own for its family.
    student: 'own_r18',
    methods: ['FGD'],
    dataset: scenes,
    recipe: 'scenes-detection-steps',
    trials: [`own-r18w16-fpn32 fgd ${scenes}`, `retinanet-r18w32-fpn64 none ${scenes}`],
  },
  {
    task: 'segmentation',
    metric: 'mIoU',
    teacher: 'pspnet-r18w16-d8',
    student: 'own-r18w8-d8',
    methods: ['CWD'],
    dataset: scenes,
    recipe: 'scenes-segmentation-steps',
    trials: [`own-r18w8-d8 cwd ${scenes}`, `pspnet-r18w16-d8 none ${scenes}`],
  },
];

const suiteOf = ({ task, metric, teacher, student, methods, dataset, recipe }: Planned) => `
schemaVersion: 1
id: added
title: Kinds that were added
about: Nobody published it.
task: ${task}
noReference: Nobody published it.
metrics: { ${metric}: { margin: 1 } }
columns: [{ id: pair, teacher: ${teacher}, student: ${student}, gate: 0 }]
rows: [{ name: Teacher, role: teacher }, ${methods.map((name) => `{ name: ${name} }`).join(', ')}]
scales:
  smoke:
    notComparable: "A plan alone."
    dataset: ${dataset}
    recipe: ${recipe}
    seeds: [1]
    gate: 0
`;

describe('adding a kind', () => {
  let copy: string;
  let data: string;
  const options = () => ({
    folder: data,
    environment: { REDISTILL_CACHE: join(data, 'cache') },
  });
  const load = (path: string) => import(pathToFileURL(join(copy, path)).href);

  after(() => {
    for (const folder of [copy, data]) rmSync(folder, { recursive: true, force: true });
  });
  before(async () => {
    [copy, data] = ['added-', 'data-'].map(makeTemporaryFolder) as [string, string];
    const apart = /^(tests|docs|reference\/golden)\//;
    const parts = sourcesOf(root).filter((path) => !apart.test(path));
    const beside = globSync(
      '{package.json,package-lock.json,tsconfig.json,{suites,reference,runners,contract}/**/*.{yaml,json}}',
      { cwd: root },
    );
    for (const path of [...parts, ...beside.filter((path) => !apart.test(path))]) {
      cpSync(join(root, path), join(copy, path));
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const { files, lines } of Object.values(recipes)) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(copy, path)), { recursive: true });
        writeFileSync(join(copy, path), text);
      }
      for (const [path, added] of Object.entries(lines)) {
        const table = join(copy, path);
        writeFileSync(table, withLine(readFileSync(table, 'utf8'), added));
      }
    }
    writeTree(join(data, 'own-pictures'), await pictures());
  });

  for (const [name, { section, earlier, files, lines }] of Object.entries(recipes)) {
    it(`${name}: CONTRIBUTING.md names all that it touches`, (t) => {
      const [, text = ''] = guide.split(`## ${section}\n`);
      const recipe = text.split('\n## ')[0] as string;
      const folders = Object.keys(files).map((path) => dirname(path).replace(/\/own$/, ''));
      for (const place of [...Object.keys(lines), ...folders]) {
        assert.ok(recipe.includes(place), `${section}: ${place}`);
      }
      const [made, changed] = [Object.keys(files).length, Object.keys(lines).length];
      t.diagnostic(
        `files touched: ${name}: ${made + changed}, ${made} of them new, a line in each of the others; ${earlier} before`,
      );
    });
  }

  it('is seen by the lists', async () => {
    const context = { data: undefined, environment: {} };
    for (const [kind, file, names] of [
      ['methodsKind', 'methods', ['own-kd', 'own-sp']],
      ['networks', 'networks', ['own8', 'resnet26', 'own-r18w16-fpn32', 'own-r18w8-d8']],
      ['datasetsKind', 'datasets', ['own-pictures']],
    ] as const) {
      const listed = await (await load(`app/list/${file}.ts`))[kind].list(context);
      for (const name of names) {
        assert.ok(
          listed.some((each: { name: string }) => each.name === name),
          name,
        );
      }
    }
  });

  for (const plan of plans) {
    it(`is planned for ${plan.task}`, async () => {
      const { planByName } = await load('suites/plan-by-name.ts');
      const path = join(data, 'added.yaml');
      writeFileSync(path, suiteOf(plan));
      const planned = (await planByName(path, { data: options() })) as RequestedPlan;
      const trials = planned.plan.trials.map(
        ({ spec: { model, method, data } }) => `${model} ${method} ${data.dataset}`,
      );
      assert.deepEqual(trials.sort(), plan.trials);
    });
  }

  it('is created, and no other with it', async () => {
    const [{ loadNetwork, networks }, { loadDetector }, { loadSegmenter }, { loadDataset }] =
      await Promise.all([
        load('runners/networks/registry.ts'),
        load('runners/detection/registry.ts'),
        load('runners/segmentation/registry.ts'),
        load('runners/data/registry.ts'),
      ]);
    assert.equal((await loadNetwork('own8', { classes: 10 })).name, 'own8');
    assert.ok(networks.has('resnet26'));
    const detector = await loadDetector('own-r18w16-fpn32', { classes: 6 });
    assert.equal(detector.shapes.family, 'anchor-free');
    assert.ok(detector.training.targets({ batchSize: 2, boxes: 3 }).module.includes('/own/maker'));
    assert.equal((await loadSegmenter('own-r18w8-d8', { classes: 7 })).shapes.family, 'segmenter');
    const set = await loadDataset('own-pictures', options());
    assert.deepEqual([set.classes, set.train.count], [['cat', 'dog'], 32]);
  });

  it('is all that the compiler asks for', () => {
    const touched = Object.values(recipes).flatMap(({ files, lines }) => [
      ...Object.keys(files),
      ...Object.keys(lines),
    ]);
    const config = { extends: './tsconfig.json', include: [], files: [...new Set(touched)] };
    writeFileSync(join(copy, 'tsconfig.added.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [compiler, '-p', join(copy, 'tsconfig.added.json')], {
      encoding: 'utf8',
    });
  });
});
