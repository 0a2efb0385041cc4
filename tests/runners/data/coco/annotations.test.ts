import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DataError } from '../../../../common/errors.ts';
import {
  annotationsByImage,
  parseCocoAnnotations,
  readCocoAnnotations,
} from '../../../../runners/data/coco/annotations.ts';
import { temporaryFolder } from '../../../results/temporary.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests spoil every field of it
type Content = any;

const content = (): Content => ({
  info: { year: 2017 },
  images: [
    { id: 7, width: 10, height: 8, file_name: '7.jpg', license: 3 },
    { id: 3, width: 5, height: 5 },
  ],
  categories: [
    { id: 18, name: 'dog', supercategory: 'animal' },
    { id: 1, name: 'person' },
  ],
  annotations: [
    {
      id: 5,
      image_id: 7,
      category_id: 18,
      bbox: [1, 2, 3, 4],
      area: 6.5,
      iscrowd: 0,
      segmentation: [[1, 2, 4, 2, 4, 6]],
    },
    {
      id: 6,
      image_id: 7,
      category_id: 1,
      bbox: [0, 0, 10, 8],
      area: 80,
      iscrowd: 1,
      segmentation: { size: [8, 10], counts: [0, 80] },
    },
    { id: 9, image_id: 7, category_id: 1, bbox: [0, 0, 1, 0], area: 0, segmentation: [] },
  ],
});

describe('COCO annotations', () => {
  it('are read in the order of the file', (t) => {
    const path = join(temporaryFolder(t), 'instances.json');
    writeFileSync(path, JSON.stringify(content()));
    const own = readCocoAnnotations(path);
    assert.deepEqual(own.images, [
      { id: 7, width: 10, height: 8, fileName: '7.jpg' },
      { id: 3, width: 5, height: 5, fileName: null },
    ]);
    assert.deepEqual(own.categories, [
      { id: 18, name: 'dog' },
      { id: 1, name: 'person' },
    ]);
    assert.deepEqual(own.annotations[0], {
      id: 5,
      imageId: 7,
      categoryId: 18,
      bbox: [1, 2, 3, 4],
      area: 6.5,
      crowd: false,
      segmentation: [[1, 2, 4, 2, 4, 6]],
    });
    assert.deepEqual(
      own.annotations.map(({ crowd }) => crowd),
      [false, true, false],
    );
    assert.equal(own.annotations[2]?.segmentation, null);
    const byImage = annotationsByImage(own);
    assert.deepEqual([byImage.get(7)?.length, byImage.get(3)?.length], [3, 0]);
  });

  const spoilt: [string, (content: Content) => void, RegExp][] = [
    ['a missing list', (c) => delete c.categories, /x\.json: categories must be a list/],
    ['an item that is none', (c) => c.images.push(3), /images\[2\] is 3, but must be an object/],
    ['a missing width', (c) => delete c.images[1].width, /images\[1\]\.width is missing/],
    [
      'an empty picture',
      (c) => (c.images[0].height = 0),
      /images\[0\]\.height is 0, .* at least 1/,
    ],
    ['a picture twice', (c) => (c.images[1].id = 7), /images\[1\]\.id is 7, which an earlier item/],
    ['ids of two kinds', (c) => (c.annotations[1].id = '5'), /annotations\[1\]\.id is "5", but/],
    ['an annotation twice', (c) => (c.annotations[2].id = 5), /annotations\[2\]\.id is 5, which/],
    ['a missing box', (c) => delete c.annotations[0].bbox, /annotations\[0\]\.bbox is missing/],
    ['a short box', (c) => c.annotations[0].bbox.pop(), /annotations\[0\]\.bbox has 3 values/],
    [
      'a box that is not numbers',
      (c) => (c.annotations[0].bbox[2] = null),
      /annotations\[0\]\.bbox\[2\] is null, but must be a number/,
    ],
    ['a negative box', (c) => (c.annotations[0].bbox[3] = -1), /the height -1; neither may be/],
    ['a missing area', (c) => delete c.annotations[0].area, /annotations\[0\]\.area is missing/],
    ['a wrong crowd flag', (c) => (c.annotations[0].iscrowd = 2), /\.iscrowd is 2, but must be 0/],
    [
      'a polygon of two corners',
      (c) => (c.annotations[0].segmentation = [[1, 2, 3, 4]]),
      /annotations\[0\]\.segmentation has 4 numbers in polygon 0/,
    ],
    [
      "another picture's runs",
      (c) => (c.annotations[1].segmentation.size = [10, 8]),
      /annotations\[1\]\.segmentation has the size \[10, 8\], but the picture has the height 8/,
    ],
  ];
  for (const [name, spoil, message] of spoilt) {
    it(`with ${name} are refused by file, index and field`, () => {
      const changed = content();
      spoil(changed);
      assert.throws(
        () => parseCocoAnnotations(changed, 'x.json'),
        (error: unknown) =>
          error instanceof DataError &&
          error.code === 'COCO_FIELD' &&
          message.test(error.message) &&
          error.message.startsWith('x.json: '),
      );
    });
  }

  it('of pictures and categories that the file lacks are left aside and counted', () => {
    const changed = content();
    changed.annotations[1].image_id = 8;
    changed.annotations[2].category_id = 2;
    const own = parseCocoAnnotations(changed, 'x.json');
    assert.deepEqual(
      own.annotations.map(({ id }) => id),
      [5],
    );
    assert.deepEqual(own.ignored, [
      { what: 'picture', count: 1, first: 'annotations[1].image_id is 8' },
      { what: 'category', count: 1, first: 'annotations[2].category_id is 2' },
    ]);
  });

  it('with fields that boxes do not use are read for boxes, and the fields are counted', () => {
    const changed = content();
    changed.annotations[0].segmentation = [1, 2, 4, 2, 4, 6];
    changed.annotations[1].segmentation.size = [10, 8];
    delete changed.images[1].width;
    changed.images[0].file_name = null;
    delete changed.categories[0].name;
    const own = parseCocoAnnotations(changed, 'x.json', 'boxes');
    assert.deepEqual(
      own.annotations.map(({ segmentation }) => segmentation),
      [null, null, null],
    );
    assert.deepEqual(
      own.categories.map(({ name }) => name),
      ['18', 'person'],
    );
    assert.deepEqual(
      own.ignored?.map(({ what, count }) => [what, count]),
      [
        ['fileName', 1],
        ['size', 1],
        ['categoryName', 1],
        ['segmentation', 2],
      ],
    );
    for (const use of ['training', 'everything', 'masks'] as const) {
      assert.throws(() => parseCocoAnnotations(changed, 'x.json', use), { code: 'COCO_FIELD' });
    }
  });

  it('with a list of empty lists have no mask', () => {
    const changed = content();
    changed.annotations[0].segmentation = [[], []];
    const own = parseCocoAnnotations(changed, 'x.json');
    assert.deepEqual([own.annotations[0]?.segmentation, own.ignored], [null, undefined]);
  });

  it('with ids that are texts are numbered by the order of the texts', () => {
    const changed = content();
    for (const image of changed.images) image.id = `p${image.id}`;
    for (const each of changed.annotations) each.image_id = `p${each.image_id}`;
    const own = parseCocoAnnotations(changed, 'x.json');
    assert.deepEqual(
      own.images.map(({ id }) => [id, own.ids?.images.nameOf(id)]),
      [
        [2, 'p7'],
        [1, 'p3'],
      ],
    );
    assert.deepEqual(new Set(own.annotations.map(({ imageId }) => imageId)), new Set([2]));
    changed.annotations[0].image_id = 7;
    assert.equal(parseCocoAnnotations(changed, 'x.json').ignored?.[0]?.what, 'picture');
  });

  it('that are no JSON, missing or too large are refused by path', (t) => {
    const folder = temporaryFolder(t);
    const refused = (name: string, message: RegExp) =>
      assert.throws(
        () => readCocoAnnotations(join(folder, name)),
        (error: unknown) =>
          error instanceof DataError &&
          error.code === 'COCO_FILE' &&
          error.message.includes(join(folder, name)) &&
          message.test(error.message),
      );
    writeFileSync(join(folder, 'half.json'), '{"images": [');
    writeFileSync(join(folder, 'huge.json'), '');
    // A hole in the file: no disk space is taken.
    truncateSync(join(folder, 'huge.json'), 2 ** 30);
    refused('half.json', /is no JSON document/);
    refused('none.json', /cannot be read \(ENOENT\)/);
    refused('huge.json', /has 1073741824 bytes, but at most \d+ can be read/);
  });
});
