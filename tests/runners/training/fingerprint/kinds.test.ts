import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { denseMethods } from '../../../../runners/distillers/dense/registry.ts';
import { methods as methodTable } from '../../../../runners/distillers/registry.ts';
import { cached } from '../../../../runners/training/fingerprint/cached-checkout.ts';
import type { Checkout } from '../../../../runners/training/fingerprint/closure.ts';
import { onlyKinds } from '../../../../runners/training/fingerprint/kind-table.ts';
import type { KindsOfTrial } from '../../../../runners/training/fingerprint/kinds-used.ts';
import { numerics } from '../../../../runners/training/fingerprint/numerics.ts';
import { numericsChanges } from '../../../../runners/training/fingerprint/record.ts';
import { codeTokens } from '../../../../runners/training/fingerprint/tokens.ts';
import { overlay, thisCheckout } from './checkouts.ts';

const conditions = {
  tensorflow: '2.21.0',
  threads: { intra: 1, inter: 1 },
  device: 'cpu',
  mode: 'recorded',
} as const;

const taught = {
  classification: { model: 'resnet8', teacher: { model: 'resnet20' } },
  detection: { model: 'retinanet-r18w16-fpn32', teacher: { model: 'retinanet-r18w32-fpn64' } },
  segmentation: { model: 'pspnet-r18w8-d8', teacher: { model: 'pspnet-r18w16-d8' } },
} as const;
const trialOf = (task: KindsOfTrial['task'], method: string): KindsOfTrial => {
  const dataset = task === 'classification' ? 'embedded-small' : 'embedded-scenes-small';
  return { task, method, ...taught[task], data: { dataset } };
};
const classified = (method: string) => trialOf('classification', method);
const trials: readonly KindsOfTrial[] = [
  ...methodTable.ids.map(classified),
  ...['kd+lskd', 'dkd+sdd+lskd', 'kd+ctkd'].map(classified),
  ...denseMethods.ids.map((method) => trialOf('detection', method)),
  ...denseMethods.ids.map((method) => trialOf('segmentation', method)),
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

/** A table with one line more, before its first. */
function withLine(table: string, line: string): string {
  const lines = textOf(table).split('\n');
  const first = lines.findIndex((each) => each.endsWith(' = {')) + 1;
  return [...lines.slice(0, first), line, ...lines.slice(first)].join('\n');
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

describe('the fingerprint of a trial with its networks and data', () => {
  const data = { dataset: 'embedded-small' };
  const scenes = { dataset: 'embedded-scenes-small' };
  const own: Readonly<Record<string, KindsOfTrial>> = {
    'resnet8 alone': { ...classified('none'), teacher: null },
    'resnet8 on cifar100': { ...classified('none'), teacher: null, data: { dataset: 'cifar100' } },
    'resnet8 on own pictures': {
      ...classified('none'),
      teacher: null,
      data: { dataset: 'images:animals' },
    },
    'vgg8 alone': { ...classified('none'), model: 'vgg8', teacher: null },
    'vgg8 from vgg13': { ...classified('kd'), model: 'vgg8', teacher: { model: 'vgg13' } },
    'resnet8 from vgg13': { ...classified('kd'), teacher: { model: 'vgg13' }, data },
    'wrn_16_1 from resnet8': { ...classified('kd'), model: 'wrn_16_1' },
    retinanet: trialOf('detection', 'fgd'),
    gfl: { ...trialOf('detection', 'fgd'), model: 'gfl-r18w16-fpn32', teacher: null },
    'retinanet from gfl': { ...trialOf('detection', 'fgd'), teacher: { model: 'gfl-r50-fpn' } },
    pspnet: { ...trialOf('segmentation', 'cwd'), data: scenes },
    'pspnet from deeplabv3': {
      ...trialOf('segmentation', 'cwd'),
      teacher: { model: 'deeplabv3-r101-d8' },
    },
  };
  const was = Object.fromEntries(
    Object.entries(own).map(([name, trial]) => [name, of(trial, here).fingerprint]),
  );
  const stale = (files: Readonly<Record<string, string>>) => {
    const checkout = overlay(here, files);
    return Object.keys(own).filter(
      (name) => of(own[name] as KindsOfTrial, checkout).fingerprint !== was[name],
    );
  };

  it('does not change with a new network or data set, which is a file and a line', () => {
    for (const [table, file, line] of [
      [
        'runners/networks/kinds.ts',
        'runners/networks/own.ts',
        "  own8: async () => (await import('./own.ts')).own,",
      ],
      [
        'runners/detection/kinds.ts',
        'runners/detection/families/own/network.ts',
        "  'own-r18-fpn': async () => (await import('./families/own/network.ts')).ownOf({}),",
      ],
      [
        'runners/segmentation/kinds.ts',
        'runners/segmentation/families/own.ts',
        "  'own-r18-d8': async () => (await import('./families/own.ts')).ownOf({}),",
      ],
      [
        'runners/data/kinds.ts',
        'runners/data/sets/own.ts',
        "  'own-pictures': async () => (await import('./sets/own.ts')).own,",
      ],
    ] as const) {
      const files = { [table]: withLine(table, line), [file]: 'export const own = 1;' };
      assert.deepEqual(stale(files), [], table);
      // Seen where it is used.
      const [key] = /[\w-]+/.exec(line) as RegExpExecArray;
      const room = file.split('/')[1] as string;
      const used = {
        ...(own['resnet8 alone'] as KindsOfTrial),
        ...(room === 'data' ? { data: { dataset: key } } : { model: key }),
        ...((room === 'detection' || room === 'segmentation') && { task: room }),
      } as KindsOfTrial;
      assert.ok(file in of(used, overlay(here, files)).record.files, file);
    }
  });

  it('changes with the families of its own networks alone', () => {
    for (const [file, expected] of [
      ['networks/vgg.ts', ['vgg8 alone', 'vgg8 from vgg13', 'resnet8 from vgg13']],
      ['networks/wide-resnet.ts', ['wrn_16_1 from resnet8']],
      ['detection/families/gfl/losses.ts', ['gfl', 'retinanet from gfl']],
      ['detection/families/gfl/maker.ts', ['gfl', 'retinanet from gfl']],
      ['detection/families/retinanet/anchors.ts', ['retinanet', 'retinanet from gfl']],
      ['detection/families/faster-rcnn/network.ts', []],
      ['segmentation/networks/aspp-head.ts', ['pspnet from deeplabv3']],
    ] as const) {
      assert.deepEqual(stale(edited(`runners/${file}`)), expected, file);
    }
  });

  it('changes with the source of its own data alone', () => {
    for (const [file, expected] of [
      ['sets/cifar.ts', ['resnet8 on cifar100']],
      ['sets/images.ts', ['resnet8 on own pictures']],
      ['sets/picture-files.ts', ['resnet8 on cifar100', 'resnet8 on own pictures']],
      ['sets/coco.ts', []],
      [
        'sets/scenes.ts',
        ['retinanet', 'gfl', 'retinanet from gfl', 'pspnet', 'pspnet from deeplabv3'],
      ],
    ] as const) {
      assert.deepEqual(stale(edited(`runners/data/${file}`)), expected, file);
    }
  });

  it('changes with the lines of its own networks alone', () => {
    const table = 'runners/networks/kinds.ts';
    const other = textOf(table).replace('vggOf([2, 2, 2, 2, 2])', 'vggOf([2, 2, 2, 2, 3])');
    assert.notEqual(other, textOf(table));
    assert.deepEqual(stale({ [table]: other }), ['vgg8 from vgg13', 'resnet8 from vgg13']);
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
