import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { readCamvid } from '../../../../runners/data/dense/camvid.ts';
import { readLabelMap, readPicture } from '../../../../runners/data/dense/check-split.ts';
import { readCityscapes } from '../../../../runners/data/dense/cityscapes.ts';
import { masksOf, objectsAt } from '../../../../runners/data/dense/objects.ts';
import { openTree } from '../../../../runners/data/dense/tree.ts';
import { listZip, readZipEntry } from '../../../../runners/data/dense/zip.ts';
import {
  datasetIdentity,
  fetchDataset,
  listDatasets,
  loadDenseDataset,
  verifyDataset,
} from '../../../../runners/data/registry.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { encodePng, type PictureTree, tarOf, writeTree } from '../pictures.ts';
import { cocoTree, zipOf } from './trees.ts';

/** Options that see nothing but one temporary folder. */
function place(t: TestContext) {
  const folder = temporaryFolder(t);
  return { folder, environment: { REDISTILL_CACHE: join(folder, 'cache') } };
}

test('a folder, a tar file and zip archives of a COCO set are the same data', async (t) => {
  const options = place(t);
  const tree = await cocoTree();
  writeTree(join(options.folder, 'plain'), tree);
  writeFileSync(join(options.folder, 'set.tar'), await tarOf(Object.entries(tree)));
  const parts = ['train2017/', 'val2017/', 'annotations/'].map((start) =>
    Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith(start))),
  ) as PictureTree[];
  mkdirSync(join(options.folder, 'zips'));
  parts.forEach((part, index) => {
    writeFileSync(join(options.folder, `zips/${index}.zip`), zipOf(part, index === 1));
  });
  const sets = [];
  for (const name of ['plain', 'set.tar', 'zips']) {
    sets.push(await loadDenseDataset(`coco:${name}`, options));
  }
  assert.equal(new Set(sets.map(({ hash }) => hash)).size, 1);
  for (const set of sets) {
    assert.deepEqual(set.classes, ['cat', 'dog']);
    assert.deepEqual(set.categoryIds, [3, 7]);
    assert.deepEqual(
      set.test.pictures.map(({ id }) => id),
      [12, 5],
    );
    const { pixels } = await readPicture(set.test, 1);
    assert.deepEqual([pixels.length, pixels[0]], [20 * 50 * 3, 90]);
  }
});

test('targets leave out crowds and boxes thinner than a pixel', async (t) => {
  const options = place(t);
  writeTree(join(options.folder, 'plain'), await cocoTree());
  const { train, annotations } = await loadDenseDataset('coco:plain', options);
  assert.ok(train.objects !== null && annotations !== null);
  const first = objectsAt(train.objects, 0);
  assert.deepEqual([...first.boxes], [4, 6, 14, 11]);
  assert.deepEqual([...first.labels], [1]);
  assert.deepEqual([...first.ignored], [20, 0, 40, 30]);
  const second = objectsAt(train.objects, 1);
  assert.deepEqual([...second.boxes], [0.5, 10, 12.5, 30]);
  const masks = masksOf(annotations.train);
  assert.equal(masks.starts.length, 4);
  const runs = masks.counts.slice(masks.starts[0], masks.starts[1]);
  assert.equal(
    runs.reduce((sum, run) => sum + run, 0),
    40 * 30,
  );
});

test('a changed picture or annotation is other data', async (t) => {
  const options = place(t);
  const tree = { ...(await cocoTree()) };
  const hashOf = async (name: string, changed: PictureTree) => {
    writeTree(join(options.folder, name), { ...tree, ...changed });
    return (await datasetIdentity(`coco:${name}`, options)).hash;
  };
  const path = 'annotations/instances_train2017.json';
  const text = (tree[path] as Buffer).toString();
  const hashes = [
    await hashOf('same', {}),
    await hashOf('picture', { 'val2017/b.png': await encodePng(Buffer.alloc(3000, 91), 20, 50) }),
    await hashOf('box', { [path]: Buffer.from(text.replace('[4,6,10,5]', '[4,6,10,6]')) }),
    await hashOf('name', {
      [path]: Buffer.from(text.replace('"cat"', '"cot"')),
      'annotations/instances_val2017.json': Buffer.from(
        (tree['annotations/instances_val2017.json'] as Buffer).toString().replace('"cat"', '"cot"'),
      ),
    }),
  ];
  assert.equal(new Set(hashes).size, 4);
});

test('what is missing or of another size is named', async (t) => {
  const options = place(t);
  const tree = await cocoTree();
  const root = join(options.folder, 'set');
  const fails = async (changed: PictureTree, removed: string | null, pattern: RegExp) => {
    rmSync(root, { recursive: true, force: true });
    writeTree(root, { ...tree, ...changed });
    if (removed !== null) rmSync(join(root, removed));
    await assert.rejects(verifyDataset('coco:set', options), { message: pattern });
  };
  await fails({}, 'val2017/a.png', /has no picture val2017\/a\.png, which annotations/);
  await fails(
    { 'train2017/b.png': await encodePng(Buffer.alloc(3000), 50, 20) },
    null,
    /b\.png has 50 x 20 pixels, but is annotated with 20 x 50/,
  );
  await fails({ 'annotations/instances_train2014.json': Buffer.from('{}') }, null, /has both/);
  await fails({ 'annotations/instances_val2017.json': Buffer.from('{') }, null, /no JSON document/);
  rmSync(root, { recursive: true });
  writeTree(root, { 'a.png': await encodePng(Buffer.alloc(36)) });
  await assert.rejects(loadDenseDataset('coco:set', options), { message: /but has none/ });
  await assert.rejects(loadDenseDataset('coco2017', options), {
    code: 'DATA_MISSING',
    hint: 'Run: redistill data fetch coco2017',
  });
  await assert.rejects(loadDenseDataset('coco:../x', options), { code: 'DATA_UNKNOWN' });
  await assert.rejects(fetchDataset('cityscapes', options), { code: 'DATA_NO_SOURCE' });
});

test('a zip archive that is cut, changed or climbs out of its folder is refused', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'set.zip');
  const content = Buffer.from('some text that is long enough to be packed, packed, packed');
  const archive = zipOf({ 'a.txt': content, 'b.txt': content });
  const write = (bytes: Buffer) => {
    writeFileSync(path, bytes);
    return listZip(path);
  };
  for (const place of write(archive)) assert.deepEqual(await readZipEntry(place), content);
  assert.throws(() => write(archive.subarray(0, archive.length - 30)), { code: 'DATA_ARCHIVE' });
  assert.throws(() => write(Buffer.alloc(0)), { code: 'DATA_ARCHIVE' });
  assert.throws(() => write(zipOf({ '../a.txt': content })), /unsafe path/);
  const changed = Buffer.from(archive);
  const at = changed.indexOf('text', changed.indexOf('b.txt'));
  changed[at] = 0x54;
  const second = write(changed)[1];
  assert.ok(second !== undefined);
  await assert.rejects(readZipEntry(second), /checksum/);
});

async function grey(width: number, height: number, values: readonly number[]): Promise<Buffer> {
  const raw = Buffer.from(
    Array.from({ length: width * height }, (_, at) => values[at % values.length] as number),
  );
  return sharp(raw, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

test('Cityscapes is read with the 19 classes that count', async (t) => {
  const root = join(temporaryFolder(t), 'cityscapes');
  const tree: Record<string, Buffer> = {};
  for (const split of ['train', 'val']) {
    for (const stem of ['ulm_000001_000019', 'aachen_000000_000019']) {
      const city = stem.split('_')[0] as string;
      tree[`leftImg8bit/${split}/${city}/${stem}_leftImg8bit.png`] = await encodePng(
        Buffer.alloc(8 * 4 * 3, 7),
        8,
        4,
      );
      // road, sky, license plate as 8-bit -1, bicycle, dynamic
      tree[`gtFine/${split}/${city}/${stem}_gtFine_labelIds.png`] = await grey(
        8,
        4,
        [7, 23, 255, 33, 5],
      );
    }
  }
  writeTree(root, tree);
  const { train, test: val } = await readCityscapes(await openTree(root));
  assert.deepEqual(
    train.pictures.map(({ name }) => name.split('/')[2]),
    ['aachen', 'ulm'],
  );
  const map = await readLabelMap(val, 1);
  assert.deepEqual([...(map?.pixels.subarray(0, 5) ?? [])], [0, 10, 255, 18, 255]);
  rmSync(join(root, 'gtFine/val/ulm'), { recursive: true });
  await assert.rejects(
    async () => readCityscapes(await openTree(root)),
    /no label map gtFine\/val\/ulm/,
  );
});

test('CamVid is read with 11 classes, its test split and not its validation', async (t) => {
  const root = join(temporaryFolder(t), 'CamVid');
  const tree: Record<string, Buffer> = {};
  for (const split of ['train', 'val', 'test']) {
    for (const stem of ['0016E5_04350', '0001TP_006690']) {
      tree[`${split}/${stem}.png`] = await encodePng(Buffer.alloc(8 * 4 * 3, 7), 8, 4);
      // sky, bicyclist, unlabelled, and a value that the set does not have
      tree[`${split}annot/${stem}.png`] = await grey(8, 4, [0, 10, 11, 200]);
    }
  }
  writeTree(root, tree);
  const { train, test: tested } = await readCamvid(await openTree(root));
  const names = ({ pictures }: typeof train) => pictures.map(({ name }) => name);
  assert.deepEqual(names(train), ['train/0001TP_006690.png', 'train/0016E5_04350.png']);
  assert.deepEqual(names(tested), ['test/0001TP_006690.png', 'test/0016E5_04350.png']);
  const map = await readLabelMap(tested, 0);
  assert.deepEqual([...(map?.pixels.subarray(0, 4) ?? [])], [0, 10, 255, 255]);
  rmSync(join(root, 'testannot/0016E5_04350.png'));
  await assert.rejects(
    async () => readCamvid(await openTree(root)),
    /no label map testannot\/0016E5_04350\.png/,
  );
  // A set of that name with two pictures is another one.
  const options = { folder: join(root, '..'), environment: {} };
  writeTree(root, tree);
  await assert.rejects(loadDenseDataset('camvid', options), /2 train pictures, but camvid has 367/);
});

test('a broken-off transfer is no data set', async (t) => {
  const options = place(t);
  mkdirSync(join(options.folder, 'coco2017'));
  writeFileSync(join(options.folder, 'coco2017/annotations_trainval2017.zip'), zipOf({}));
  writeFileSync(join(options.folder, 'coco2017/val2017.zip.part'), '');
  const listed = (await listDatasets(options)).find(({ id }) => id === 'coco2017');
  assert.equal(listed?.present, false);
  assert.equal(listed?.todo, 'Run: redistill data fetch coco2017');
});

test('128 real pictures of COCO are read as they are', async (t) => {
  const folder = process.env['REDISTILL_DATA'];
  if (folder === undefined) return t.skip('REDISTILL_DATA is not set');
  const data = await loadDenseDataset('coco128', { ...place(t), folder });
  assert.equal(data.classes.length, 80);
  assert.equal(data.annotations?.train.annotations.length, 939);
  const { height, width } = await readPicture(data.train, 0);
  assert.deepEqual(
    [height, width],
    [data.train.pictures[0]?.height, data.train.pictures[0]?.width],
  );
});
