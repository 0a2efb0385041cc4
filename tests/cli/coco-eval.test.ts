import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { command } from '../../cli/commands/coco-eval.ts';
import { main } from '../../cli/main.ts';
import { UsageError } from '../../common/errors.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakeContext } from './fake-context.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests change parsed JSON
const golden: any = JSON.parse(
  readFileSync(new URL('../../reference/golden/coco/set3.json', import.meta.url), 'utf8'),
);
const options = {
  gt: 'gt.json',
  dt: 'dt.json',
  iou: 'bbox' as const,
  classAgnostic: false,
  perCategory: false,
  json: false,
  maxDets: undefined,
  iouThresholds: undefined,
  area: undefined,
  categories: undefined,
  pictures: undefined,
  curves: undefined,
};

function folderWith(t: TestContext, truth: unknown, results: unknown): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'gt.json'), JSON.stringify(truth));
  writeFileSync(join(folder, 'dt.json'), JSON.stringify(results));
  return folder;
}

describe('redistill coco-eval', () => {
  it('prints the golden figures as JSON', async (t) => {
    const context = fakeContext({ cwd: folderWith(t, golden.gt, golden.dets_segm) });
    assert.equal(await command.run(context, [], { ...options, iou: 'segm', json: true }), 0);
    // biome-ignore lint/suspicious/noExplicitAny: what was printed
    const [document] = context.documents as [any];
    assert.deepEqual([context.out, document.schemaVersion], [[], 1]);
    assert.deepEqual(Object.keys(document.metrics), Object.keys(golden.segm.metrics));
    for (const [name, value] of Object.entries(golden.segm.metrics)) {
      assert.ok(Math.abs(document.metrics[name] - (value as number)) < 1e-9, name);
    }
    assert.equal(document.counts.detections, golden.counts.dets);
    const category = document.perCategory.find(
      (each: { categoryId: number }) => each.categoryId === 11,
    );
    assert.ok(Math.abs(category.AP - golden.segm.per_category['11'].AP) < 1e-9);
  });

  it('prints a table, with a dash where there is nothing to find', async (t) => {
    const context = fakeContext({ cwd: folderWith(t, golden.gt, golden.dets_bbox) });
    assert.equal(await command.run(context, [], { ...options, perCategory: true }), 0);
    assert.equal(
      context.out[0],
      '92 detections, 60 objects, 12 pictures, 10 categories; IoU of boxes',
    );
    assert.match(context.out.join('\n'), /^AP50 +0\.50 +all +100 +0\.468$/m);
    assert.match(context.out.join('\n'), /^cat7 +0\.378 +0\.724 +0\.276 +0\.510$/m);
    assert.match(context.out.join('\n'), /^cat17 +- +- +- +-$/m);
  });

  it('mixes the categories on demand', async (t) => {
    const context = fakeContext({ cwd: folderWith(t, golden.gt, golden.dets_bbox) });
    await command.run(context, [], { ...options, classAgnostic: true, json: true });
    // biome-ignore lint/suspicious/noExplicitAny: what was printed
    const [document] = context.documents as [any];
    const { AP } = golden.bbox_useCats0.metrics;
    assert.ok(Math.abs(document.metrics.AP - AP) < 1e-9);
    assert.equal(document.perCategory.length, 1);
  });

  it('evaluates other limits, ranges, categories and pictures on demand', async (t) => {
    const folder = folderWith(t, golden.gt, golden.dets_bbox);
    const [first, second] = golden.gt.images;
    writeFileSync(join(folder, 'some.txt'), `${first.file_name ?? first.id}\n\n${second.id}\r\n`);
    const asked = {
      ...options,
      maxDets: [300, 5],
      iouThresholds: ['0.5'],
      area: ['tiny=..400', 'constructor=400..'],
      categories: ['cat7', '11'],
      pictures: 'some.txt',
      perCategory: true,
    };
    const context = fakeContext({ cwd: folder });
    assert.equal(await command.run(context, [], asked), 0);
    assert.match(
      context.out[0] ?? '',
      /^2 detections, 1 object, 2 pictures, 2 categories; IoU of boxes$/,
    );
    const names = context.out.map((line) => line.split(/ +/)[0]);
    assert.deepEqual(
      names.filter((name) => /^A[PR]/.test(name ?? '')),
      ['AP', 'AP50', 'AP/tiny', 'AP/constructor', 'AR5', 'AR300', 'AR/tiny', 'AR/constructor'],
    );
    assert.match(context.out.join('\n'), /^AP\/tiny +0\.50 +tiny +300 /m);
    assert.match(context.out.join('\n'), /^category +AP +AP50 +AR300$/m);
  });

  it('counts one category as one', async (t) => {
    const context = fakeContext({ cwd: folderWith(t, golden.gt, golden.dets_bbox) });
    await command.run(context, [], { ...options, categories: ['cat7'] });
    assert.match(context.out[0] ?? '', /, 1 category; IoU of boxes$/);
  });

  it('writes the curves of the categories that have objects', async (t) => {
    const folder = folderWith(t, golden.gt, golden.dets_bbox);
    const asked = { ...options, curves: 'curves.csv', json: true };
    const context = fakeContext({ cwd: folder });
    await command.run(context, [], asked);
    const [head, ...lines] = readFileSync(join(folder, 'curves.csv'), 'utf8').trim().split('\n');
    assert.equal(head, 'category,iou,detections,recall,precision,score');
    // biome-ignore lint/suspicious/noExplicitAny: what was printed
    const { metrics, perCategory } = (context.documents as [any])[0];
    const known = perCategory.filter(({ AP }: { AP: number }) => AP >= 0);
    assert.equal(lines.length, known.length * 10 * 101);
    const values = lines.map((line) => Number(line.split(',')[4]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(mean - metrics.AP) < 1e-12, `${mean} instead of ${metrics.AP}`);
    assert.match(lines[0] ?? '', /^cat\d+,0\.5,100,0,[\d.]+,0\.\d+$/);
  });

  const refusals: readonly (readonly [object, RegExp])[] = [
    [{ maxDets: [1e6] }, /--max-dets\) has 1000000, but takes whole numbers from 1 to 10000/],
    [{ iouThresholds: ['half'] }, /--iou-thresholds has "half", which is no number/],
    [{ iouThresholds: ['1.5'] }, /--iou-thresholds\) has 1\.5, but takes numbers above 0/],
    [{ area: ['tiny'] }, /--area has "tiny", but takes NAME=LEAST\.\.MOST/],
    [{ area: ['tiny=0..x'] }, /--area has "x", which is no number/],
    [{ area: ['all=0..9'] }, /has the name all twice/],
    [{ area: ['tiny=9..3'] }, /has tiny from 9 to 3 pixels, which is no range/],
    [{ categories: ['cat77'] }, /has "cat77", which .*gt\.json lacks\. Did you mean "cat7"\?$/],
    [{ categories: ['zebra-crossing'] }, /lacks\. Known: [^.]*[^.]\.$/],
    [{ categories: ['cat7'], classAgnostic: true }, /cannot go with class-agnostic/],
    [{ pictures: 'none.txt' }, /none\.txt, which cannot be read/],
    [{ pictures: 'empty.txt' }, /empty\.txt, which lists no picture/],
    [{ pictures: 'other.txt' }, /whose line 2 is "nowhere": .*no picture of this id or file name/],
  ];
  for (const [asked, message] of refusals) {
    it(`refuses ${JSON.stringify(asked)}`, async (t) => {
      const folder = folderWith(t, golden.gt, golden.dets_bbox);
      writeFileSync(join(folder, 'empty.txt'), '\n');
      writeFileSync(join(folder, 'other.txt'), `${golden.gt.images[0].id}\nnowhere\n`);
      const context = fakeContext({ cwd: folder });
      await assert.rejects(command.run(context, [], { ...options, ...asked }), {
        exitCode: 2,
        message,
      });
    });
  }

  it('warns of an annotation with the id 0, as of no other', async (t) => {
    const truth = structuredClone(golden.gt);
    truth.annotations[0].id = 0;
    const context = fakeContext({ cwd: folderWith(t, truth, golden.dets_bbox) });
    await command.run(context, [], options);
    assert.match(context.err.join(), /gt\.json has an annotation with the id 0/);
  });

  it('makes a usage error of files that are not as COCO defines them', async (t) => {
    const results = structuredClone(golden.dets_bbox);
    results[3].bbox = [1, 2, 3];
    const context = fakeContext({ cwd: folderWith(t, golden.gt, results) });
    await assert.rejects(
      command.run(context, [], options),
      (error: unknown) =>
        error instanceof UsageError && /dt\.json: \[3\]\.bbox has 3 values/.test(error.message),
    );
    await assert.rejects(
      command.run(context, [], { ...options, gt: 'none.json' }),
      (error: unknown) => error instanceof UsageError && /none\.json cannot/.test(error.message),
    );
    assert.equal(await main(['coco-eval', '--gt', 'gt.json'], fakeContext()), 2);
  });

  /*
   * What pycocotools 2.0.11 gives for boxes, whatever is odd about the fields that boxes do not
   * use.
   */
  const box = (id: number, image: number | string, bbox: number[], area: number) => ({
    id,
    image_id: image,
    category_id: 3,
    bbox,
    area,
    iscrowd: 0,
  });
  const plain = () => ({
    images: [7, 12].map((id) => ({ id, width: 200, height: 120, file_name: 'a.jpg' })),
    categories: [
      { id: 3, name: 'gull' },
      { id: 17, name: 'tern' },
    ],
    annotations: [box(1, 7, [10, 10, 40, 40], 1600), box(2, 12, [60, 20, 100, 90], 9000)],
  });
  const found = [
    { image_id: 7, category_id: 3, bbox: [11, 10, 40, 40], score: 0.9 },
    { image_id: 12, category_id: 3, bbox: [60, 25, 100, 85], score: 0.8 },
  ];
  // biome-ignore lint/suspicious/noExplicitAny: the tests spoil fields
  const odd: [string, (truth: any, results: any) => void, RegExp | null][] = [
    ['[[]]', (t) => (t.annotations[0].segmentation = [[]]), null],
    [
      'a flat list of corners',
      (t) => (t.annotations[0].segmentation = [10, 10, 50, 10, 50, 50]),
      /^note: .*gt\.json: ignored 1 segmentation that boxes do not use: annotations\[0\]\.segmentation must be a list/,
    ],
    [
      'runs of another size',
      (t) => (t.annotations[1].segmentation = { size: [200, 120], counts: [24000] }),
      /ignored 1 segmentation that boxes do not use/,
    ],
    [
      'no sizes',
      (t) => {
        for (const image of t.images) delete image.width;
      },
      /ignored 2 sizes of pictures that boxes do not use; the first: images\[0\]\.width is missing/,
    ],
    ['no file name', (t) => (t.images[0].file_name = null), /ignored 1 file name/],
    ['no name of a category', (t) => delete t.categories[0].name, /ignored 1 name of a category/],
    [
      'an annotation of no picture',
      (t) => t.annotations.push(box(3, 99, [1, 1, 5, 5], 25)),
      /ignored 1 annotation of pictures that images lacks: annotations\[2\]\.image_id is 99/,
    ],
    [
      'ids that are texts',
      (t, results) => {
        for (const image of t.images) image.id = `${image.id}`;
        for (const each of [...t.annotations, ...results]) each.image_id = `${each.image_id}`;
      },
      null,
    ],
  ];
  for (const [name, spoil, note] of odd) {
    it(`evaluates boxes in spite of ${name}`, async (t) => {
      const [truth, results] = structuredClone([plain(), found]);
      spoil(truth, results);
      const context = fakeContext({ cwd: folderWith(t, truth, results) });
      assert.equal(await command.run(context, [], { ...options, json: true }), 0);
      // biome-ignore lint/suspicious/noExplicitAny: what was printed
      const { metrics, ignored } = (context.documents as [any])[0];
      const figures = [metrics.AP, metrics.AP50, metrics.APm];
      assert.deepEqual(
        figures.map((value) => value.toFixed(4)),
        ['0.9505', '1.0000', '0.9505'],
      );
      if (note === null) assert.deepEqual([context.err, ignored], [[], []]);
      else {
        assert.match(context.err.join('\n'), note);
        assert.equal(ignored.length, 1);
      }
    });
  }

  it('names detection and field of a number that is none', async (t) => {
    const folder = folderWith(t, plain(), found);
    const text = JSON.stringify(found);
    for (const [content, message] of [
      [text.replace('0.9', 'NaN'), /dt\.json .*\[0\]\.score is NaN, and JSON has no NaN/],
      [
        text.replace('100,85', '-Infinity,85'),
        /\[1\]\.bbox\[2\] is -Infinity, and JSON has no NaN/,
      ],
      [text.replace('0.8', '1e999'), /\[1\]\.score is Infinity, but must be a number/],
      [text.slice(0, 60), /is no JSON document/],
      [
        '['.repeat(300_000) + ']'.repeat(300_000),
        /\[0\] is \[\[\[\[\.\.\.\]\]\]\], but must be an object/,
      ],
    ] as const) {
      writeFileSync(join(folder, 'dt.json'), content);
      await assert.rejects(command.run(fakeContext({ cwd: folder }), [], options), {
        exitCode: 2,
        message,
      });
    }
  });

  it('refuses a million categories, and files that are none, by name', async (t) => {
    const truth = {
      ...plain(),
      categories: Array.from({ length: 1e5 }, (_, id) => ({ id, name: 'x' })),
    };
    const folder = folderWith(t, truth, found);
    const refused = (gt: string, message: RegExp) =>
      assert.rejects(command.run(fakeContext({ cwd: folder }), [], { ...options, gt }), {
        exitCode: 2,
        message,
      });
    await refused('gt.json', /gt\.json: categories has 100000 items; up to 16384/);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await refused('pipe', /pipe is a FIFO and no file/);
    mkdirSync(join(folder, 'folder'));
    await refused('folder', /folder is a folder and no file/);
    symlinkSync('loop', join(folder, 'loop'));
    await refused('loop', /loop cannot be read \(ELOOP/);
    writeFileSync(join(folder, 'empty'), '');
    await refused('empty', /empty is no JSON document/);
  });
});
