import assert from 'node:assert/strict';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import {
  datasetIdentity,
  fetchDataset,
  listDatasets,
  loadDataset,
  verifyDataset,
} from '../../../../runners/data/registry.ts';
import { cub200Layout } from '../../../../runners/data/streamed/cub200.ts';
import { indexSet } from '../../../../runners/data/streamed/index-set.ts';
import { matStructures } from '../../../../runners/data/streamed/mat.ts';
import { streamReader } from '../../../../runners/data/streamed/reader.ts';
import { tinyImagenetLayout } from '../../../../runners/data/streamed/tiny-imagenet.ts';
import type { StreamedPictures } from '../../../../runners/data/streamed/types.ts';
import { wholeOf } from '../../../../runners/data/views/resample.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { type PictureTree, tarOf, writeTree } from '../pictures.ts';
import { classes, imagenetTree, photo } from './trees.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const fixture = (name: string) => readFileSync(join(fixtures, name));

/** Numbers of the classes in the devkit: `meta.mat` does not count them in the order of names. */
const numbers: Readonly<Record<string, number>> = { n01440764: 3, n01443537: 1, n02123045: 2 };

const devkit = (tree: PictureTree) => ({
  'ILSVRC2012_devkit_t12/data/meta.mat': fixture('meta.mat'),
  'ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt': Buffer.from(
    testFiles(tree)
      .map(([path]) => `${numbers[path.split('/')[1] as string]}\n`)
      .join(''),
  ),
});

/** Test pictures in the order of their names. */
const testFiles = (tree: PictureTree) =>
  Object.entries(tree)
    .filter(([path]) => path.startsWith('val/'))
    .sort(([a], [b]) => (basename(a) < basename(b) ? -1 : 1));

/** The same pictures as in the official archives. */
async function archives(tree: PictureTree): Promise<PictureTree> {
  const inner = await Promise.all(
    classes.map(async (name) => {
      const files = Object.entries(tree)
        .filter(([path]) => path.startsWith(`train/${name}/`))
        .map(([path, bytes]) => [basename(path), bytes] as const);
      return [`${name}.tar`, await tarOf(files)] as const;
    }),
  );
  const kit = await tarOf(Object.entries(devkit(tree)));
  return {
    'ILSVRC2012_img_train.tar': await tarOf(inner),
    'ILSVRC2012_img_val.tar': await tarOf(
      testFiles(tree).map(([path, bytes]) => [basename(path), bytes] as const),
    ),
    'ILSVRC2012_devkit_t12.tar.gz': gzipSync(kit),
  };
}

function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const environment = { REDISTILL_CACHE: join(folder, 'cache') };
  return { folder, options: { folder, environment } };
}

test('folders, flat test pictures and official archives are one set, read from where they lie', async (t) => {
  const { folder, options } = setUp(t);
  const tree = await imagenetTree(5, 3);
  writeTree(join(folder, 'folders'), tree);
  const flat = Object.fromEntries(
    Object.entries(tree).map(([path, bytes]) => [path.replace(/^val\/[^/]+/, 'val'), bytes]),
  );
  writeTree(join(folder, 'flat'), { ...flat, ...devkit(tree) });
  writeTree(join(folder, 'archives'), await archives(tree));
  const seen = [];
  for (const name of ['folders', 'flat', 'archives']) {
    const { hash, classes: found, train, test } = await loadDataset(`imagenet:${name}`, options);
    assert.deepEqual([found, train.count, test.count], [classes, 15, 9]);
    assert.equal(train.height, 0);
    seen.push({ hash, train: await pixelsOf(train as StreamedPictures), labels: train.labels });
    assert.equal((await verifyDataset(`imagenet:${name}`, options)).hash, hash);
    assert.equal((await datasetIdentity(`imagenet:${name}`, options)).hash, hash);
  }
  assert.deepEqual(seen[1], seen[0]);
  assert.deepEqual(seen[2], seen[0]);
});

/** Every picture whole, and the middle of each by itself. */
async function pixelsOf(pictures: StreamedPictures): Promise<Buffer[]> {
  const reader = streamReader(pictures);
  const all = [];
  for (let index = 0; index < reader.count; index += 1) {
    const source = await reader.read(index);
    const { picture } = await source.part(wholeOf(source));
    const wanted = { x: 3, y: 5, width: source.width - 7, height: source.height - 9 };
    const { picture: part, region } = await source.part(wanted);
    for (const y of [0, wanted.height - 1]) {
      const row = (from: typeof part, top: number, left: number) =>
        Buffer.from(
          from.pixels.slice(
            (top * from.width + left) * 3,
            (top * from.width + left + wanted.width) * 3,
          ),
        );
      assert.deepEqual(row(part, region.y + y, region.x), row(picture, wanted.y + y, wanted.x));
    }
    all.push(Buffer.from(picture.pixels));
  }
  return all;
}

test('grey, CMYK and PNG pictures are RGB as Pillow makes it', async (t) => {
  const { folder, options } = setUp(t);
  const cmyk = join(import.meta.dirname, 'fixtures');
  const tree = await imagenetTree(2, 1);
  writeTree(join(folder, 'set'), tree);
  const names = ['cmyk', 'plain', 'ycck'];
  for (const name of names) {
    writeFileSync(
      join(folder, 'set/train', classes[1] as string, `${name}.JPEG`),
      readFileSync(join(cmyk, `${name}.jpg`)),
    );
  }
  const { train } = await loadDataset('imagenet:set', options);
  const found = (await pixelsOf(train as StreamedPictures)).map((bytes) => bytes.toString('hex'));
  const golden = JSON.parse(fixture('cmyk.json').toString()) as Record<string, string>;
  for (const name of names) {
    const wanted = Buffer.from(golden[name] as string, 'base64').toString('hex');
    assert.ok(found.includes(wanted), name);
  }
});

test('what is wrong with a set is said with the file and what to do', async (t) => {
  const { folder, options } = setUp(t);
  const tree = await imagenetTree(3, 2);
  const first = `train/${classes[0]}/${classes[0]}_0.JPEG`;
  const picture = tree[first] as Buffer;
  const flat = Object.fromEntries(
    Object.entries(tree).map(([path, bytes]) => [path.replace(/^val\/[^/]+/, 'val'), bytes]),
  );
  const kit = devkit(tree);
  const truth = 'ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt';
  const official = await archives(tree);
  const train = official['ILSVRC2012_img_train.tar'] as Buffer;
  const without = (part: string) =>
    Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith(part)));
  const cases: readonly [string, PictureTree, string, RegExp][] = [
    [
      'truncated',
      { ...tree, [first]: picture.subarray(0, 400) },
      'DATA_PICTURE',
      /n01440764_0\.JPEG is truncated/,
    ],
    [
      'noPicture',
      { ...tree, [first]: Buffer.from('hello') },
      'DATA_PICTURE',
      /_0\.JPEG is not a JPEG or PNG/,
    ],
    ['noTrain', without('train/'), 'DATA_LAYOUT', /neither train\/ nor ILSVRC2012_img_train\.tar/],
    ['noTest', without('val/'), 'DATA_LAYOUT', /neither val\/ nor ILSVRC2012_img_val\.tar/],
    [
      'noTestOfClass',
      without(`val/${classes[1]}/`),
      'DATA_LAYOUT',
      /no test pictures of the class n01443537/,
    ],
    [
      'noTrainOfClass',
      without(`train/${classes[1]}/`),
      'DATA_LAYOUT',
      /n01443537, but no training pictures/,
    ],
    ['noDevkit', flat, 'DATA_LAYOUT', /neither val\/<class>\/ nor ILSVRC2012_devkit_t12/],
    [
      'shortTruth',
      { ...flat, ...kit, [truth]: Buffer.from('1\n2\n') },
      'DATA_LAYOUT',
      /6 validation pictures, but the devkit has classes of 2/,
    ],
    [
      'wrongTruth',
      { ...flat, ...kit, [truth]: Buffer.from('1\n2\n3\n9\n1\n2\n') },
      'DATA_LAYOUT',
      /names no class in line 4/,
    ],
    [
      'noMat',
      { ...flat, ...kit, 'ILSVRC2012_devkit_t12/data/meta.mat': Buffer.alloc(200) },
      'DATA_LAYOUT',
      /meta\.mat is no little-endian MATLAB/,
    ],
    [
      'matFolder',
      { ...flat, [truth]: kit[truth], 'ILSVRC2012_devkit_t12/data/meta.mat/x': picture },
      'DATA_LAYOUT',
      /meta\.mat that is a folder/,
    ],
    [
      'tarFolder',
      { 'ILSVRC2012_img_train.tar/x': picture },
      'DATA_LAYOUT',
      /ILSVRC2012_img_train\.tar that is a folder/,
    ],
    [
      'emptyClass',
      { ...tree, 'train/n09/README': Buffer.from('') },
      'DATA_LAYOUT',
      /has no pictures in train\/n09\//,
    ],
    [
      'halfMoved',
      { ...tree, 'train/n01440764/images/x.JPEG': picture },
      'DATA_LAYOUT',
      /train\/n01440764\/n01440764_0\.JPEG beside train\/n01440764\/images\//,
    ],
    [
      'halfSorted',
      { ...tree, 'val/ILSVRC2012_val_00000099.JPEG': picture },
      'DATA_LAYOUT',
      /val\/ILSVRC2012_val_00000099\.JPEG beside folders of classes/,
    ],
    [
      'nothing',
      { 'train/README': Buffer.from(''), 'val/n01440764/x.JPEG': picture },
      'DATA_LAYOUT',
      /has no classes/,
    ],
    [
      'cutTar',
      { ...official, 'ILSVRC2012_img_train.tar': train.subarray(0, 3000) },
      'DATA_LAYOUT',
      /ILSVRC2012_img_train\.tar, which is truncated at n01440764\.tar/,
    ],
    [
      'noTar',
      { ...official, 'ILSVRC2012_img_train.tar': Buffer.alloc(4096, 7) },
      'DATA_LAYOUT',
      /damaged header, or is no tar/,
    ],
  ];
  for (const [name, wrong, code, message] of cases) {
    writeTree(join(folder, name), wrong);
    await assert.rejects(loadDataset(`imagenet:${name}`, options), { code, message }, name);
  }
});

test('a linked split is read and watched, a linked class is refused', async (t) => {
  const { folder, options } = setUp(t);
  const tree = await imagenetTree(3, 2);
  for (const name of ['split', 'class']) writeTree(join(folder, name), tree);
  const away = join(folder, 'away');
  renameSync(join(folder, 'split/train'), away);
  symlinkSync(away, join(folder, 'split/train'));
  const { hash, train } = await loadDataset('imagenet:split', options);
  assert.equal(train.count, 9);
  rmSync(join(away, classes[0] as string, `${classes[0]}_7.JPEG`));
  assert.notEqual((await loadDataset('imagenet:split', options)).hash, hash);
  for (const split of ['train', 'val']) {
    const path = join(folder, 'class', split, classes[1] as string);
    renameSync(path, join(folder, `class/${split}-class`));
    symlinkSync(join(folder, `class/${split}-class`), path);
  }
  await assert.rejects(loadDataset('imagenet:class', options), {
    code: 'DATA_LAYOUT',
    message: /train\/n01443537, which is a link/,
  });
});

test('files that are no folder, and files of a Mac in archives, are no set and no pictures', async (t) => {
  const { folder, options } = setUp(t);
  writeFileSync(join(folder, 'imagenet'), 'x');
  for (const form of ['imagenet', 'cub200', 'tiny-imagenet']) {
    await assert.rejects(loadDataset(`${form}:imagenet`, options), { code: 'DATA_LAYOUT' });
  }
  const listed = (await listDatasets(options)).find(({ id }) => id === 'imagenet');
  assert.equal(listed?.cached, false);
  const tree = await imagenetTree(3, 2);
  writeTree(join(folder, 'folders'), tree);
  const strange = Object.fromEntries(
    Object.entries(tree).flatMap(([path, bytes]) => [
      [path, bytes],
      [path.replace(/([^/]+)$/, '._$1'), Buffer.from('Mac')],
      [path.replace(/[^/]+$/, 'README'), Buffer.from('text')],
    ]),
  );
  const official = await archives(strange);
  const kit = (await archives(tree))['ILSVRC2012_devkit_t12.tar.gz'] as Buffer;
  writeTree(join(folder, 'mac'), { ...official, 'ILSVRC2012_devkit_t12.tar.gz': kit });
  const { hash } = await loadDataset('imagenet:folders', options);
  assert.equal((await loadDataset('imagenet:mac', options)).hash, hash);
});

/** An extended header with this record, before a member. */
async function extended(record: string): Promise<Buffer> {
  const text = Buffer.from(`${record.length + 4} ${record}\n`);
  const member = (await tarOf([['PaxHeader', text]])).subarray(0, 1024);
  const sum = Number.parseInt(member.toString('latin1', 148, 154), 8);
  member[156] = 'x'.charCodeAt(0);
  const typed = sum + 'x'.charCodeAt(0) - '0'.charCodeAt(0);
  member.write(typed.toString(8).padStart(6, '0'), 148, 'latin1');
  return member;
}

test('times in extended headers are passed over, names and sizes refused', async (t) => {
  const { folder, options } = setUp(t);
  const tree = await imagenetTree(3, 2);
  writeTree(join(folder, 'folders'), tree);
  const { hash } = await loadDataset('imagenet:folders', options);
  const official = await archives(tree);
  const tests = official['ILSVRC2012_img_val.tar'] as Buffer;
  const set = async (name: string, record: string) => {
    const tar = Buffer.concat([await extended(record), tests]);
    writeTree(join(folder, name), { ...official, 'ILSVRC2012_img_val.tar': tar });
    return loadDataset(`imagenet:${name}`, options);
  };
  assert.equal((await set('times', 'mtime=1753.25')).hash, hash);
  for (const [name, record] of Object.entries({ names: 'path=x.JPEG', sizes: 'size=99999' })) {
    const message = /img_val\.tar, which has names or sizes in an extended header/;
    await assert.rejects(set(name, record), { code: 'DATA_LAYOUT', message });
  }
});

test('a picture that changes after its set was read ends the training, by its name', async (t) => {
  const { folder, options } = setUp(t);
  const tree = await imagenetTree(2, 1);
  writeTree(join(folder, 'set'), tree);
  const { train } = await loadDataset('imagenet:set', options);
  const path = join(folder, 'set/train', classes[2] as string, `${classes[2]}_0.JPEG`);
  writeFileSync(path, (await photo(1234, 0.3)).subarray(0, 999));
  await assert.rejects(pixelsOf(train as StreamedPictures), {
    code: 'DATA_PICTURE',
    message: /n02123045_0\.JPEG is not the one that the set had/,
  });
});

test('the official names ask for the official numbers; what is missing says what to do', async (t) => {
  const { folder, options } = setUp(t);
  await assert.rejects(fetchDataset('imagenet', options), {
    code: 'DATA_NO_SOURCE',
    hint: /image-net\.org/,
  });
  await assert.rejects(loadDataset('cub200', options), { code: 'DATA_MISSING', hint: /caltech/ });
  writeTree(join(folder, 'imagenet'), await imagenetTree(2, 1));
  await assert.rejects(loadDataset('imagenet', options), {
    code: 'DATA_COUNT',
    message: /it has 3 classes, 7 training pictures and 3 test pictures, but ImageNet .* 1281167/,
    hint: /imagenet:imagenet/,
  });
  const listed = (await listDatasets(options)).find(({ id }) => id === 'imagenet');
  assert.deepEqual([listed?.present, listed?.train, listed?.cached], [true, 1_281_167, false]);
});

test('a damaged table is made again', async (t) => {
  const { folder, options } = setUp(t);
  writeTree(join(folder, 'set'), await imagenetTree(2, 1));
  const { hash } = await loadDataset('imagenet:set', options);
  const data = join(folder, 'cache/data');
  const [name] = readdirSync(data);
  const bytes = readFileSync(join(data, name as string));
  bytes[bytes.length - 50] = (bytes.at(-50) as number) ^ 1;
  writeFileSync(join(data, name as string), bytes);
  assert.equal((await loadDataset('imagenet:set', options)).hash, hash);
  // Another picture is another set, without a word from anybody.
  rmSync(join(folder, 'set/train', classes[0] as string, `${classes[0]}_7.JPEG`));
  assert.notEqual((await loadDataset('imagenet:set', options)).hash, hash);
});

const lines = (...text: string[]) => Buffer.from(`${text.join('\n')}\n`);

async function cubTree(): Promise<PictureTree> {
  const names = ['001.Black_footed_Albatross', '002.Laysan_Albatross'];
  const paths = names.flatMap((name) => [1, 2, 3].map((index) => `${name}/Bird_${index}.jpg`));
  const pictures = await Promise.all(paths.map((_, index) => photo(index, 0.1)));
  return {
    ...Object.fromEntries(
      paths.map((path, index) => [`images/${path}`, pictures[index] as Buffer]),
    ),
    'images.txt': lines(...paths.map((path, index) => `${index + 1} ${path}`)),
    'image_class_labels.txt': lines(
      ...paths.map((_, index) => `${index + 1} ${index < 3 ? 1 : 2}`),
    ),
    'train_test_split.txt': lines(
      ...paths.map((_, index) => `${index + 1} ${index % 3 === 1 ? 0 : 1}`),
    ),
    'classes.txt': lines(...names.map((name, index) => `${index + 1} ${name}`)),
  };
}

test('CUB-200 is read by its lists, which must agree with its folders', async (t) => {
  const { folder } = setUp(t);
  const tree = await cubTree();
  const root = join(folder, 'CUB_200_2011');
  writeTree(root, tree);
  const set = await indexSet(root, cub200Layout);
  assert.deepEqual([set.classes.length, set.train.count, set.test.count], [2, 4, 2]);
  assert.deepEqual([...set.train.labels].sort(), [0, 0, 1, 1]);
  const wrong: readonly [string, Buffer, RegExp][] = [
    ['images.txt', lines('1 001.Black_footed_Albatross/Bird_9.jpg'), /no file images\/001.*Bird_9/],
    ['images.txt', lines('one two'), /no number and value in line 1 of images\.txt/],
    ['images.txt', lines('1 ../../x.jpg'), /not <class>\/<picture>/],
    [
      'image_class_labels.txt',
      lines('1 2'),
      /gives 001\.Black.* the class 2 in image_class_labels/,
    ],
    ['images.txt', lines(...Array(2).fill('1 a/b.jpg')), /names 1 twice in images\.txt/],
    ['train_test_split.txt', lines('1 1'), /says nothing of picture 2 .* in train_test_split/],
  ];
  for (const [file, bytes, message] of wrong) {
    writeTree(root, { ...tree, [file]: bytes });
    await assert.rejects(indexSet(root, cub200Layout), { code: 'DATA_LAYOUT', message });
  }
  rmSync(join(root, 'classes.txt'));
  await assert.rejects(indexSet(root, cub200Layout), { message: /has no classes\.txt/ });
});

test('Tiny-ImageNet is read with its annotations, or with test pictures in folders', async (t) => {
  const { folder } = setUp(t);
  const root = join(folder, 'tiny-imagenet-200');
  const picture = async (seed: number) =>
    sharp(Buffer.alloc(64 * 64 * 3, seed), { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
  const names = ['n02124075', 'n01443537'];
  const tree: Record<string, Buffer> = { 'wnids.txt': lines(...names) };
  for (const [place, name] of names.entries()) {
    for (const index of [0, 1]) {
      tree[`train/${name}/images/${name}_${index}.JPEG`] = await picture(10 * place + index);
    }
  }
  const tests = [await picture(77), await picture(78)];
  const official = {
    ...tree,
    'val/images/val_0.JPEG': tests[0] as Buffer,
    'val/images/val_1.JPEG': tests[1] as Buffer,
    'val/val_annotations.txt': lines(
      'val_0.JPEG\tn01443537\t0\t0\t1\t1',
      'val_1.JPEG\tn02124075\t0\t0\t1\t1',
    ),
  };
  writeTree(root, official);
  const set = await indexSet(root, tinyImagenetLayout);
  assert.deepEqual([set.classes, set.train.count, set.test.count], [names.toSorted(), 4, 2]);
  assert.deepEqual([set.train.height, set.train.width], [64, 64]);
  const moved = join(folder, 'moved');
  writeTree(moved, {
    ...tree,
    'val/n01443537/images/val_0.JPEG': tests[0] as Buffer,
    'val/n02124075/images/val_1.JPEG': tests[1] as Buffer,
  });
  assert.equal((await indexSet(moved, tinyImagenetLayout)).hash, set.hash);
  const annotations = 'val/val_annotations.txt';
  const wrong: readonly [string, Buffer, RegExp][] = [
    [
      annotations,
      lines('val_0.JPEG\tn01443537'),
      /holds val\/images\/val_1\.JPEG, which .* does not name/,
    ],
    [annotations, lines('val_0.JPEG'), /no file and class in line 1/],
    [
      annotations,
      lines('val_0.JPEG\tn01443537', 'val_1.JPEG\tn02124075', 'val_2.JPEG\tn02124075'),
      /has no val\/images\/val_2/,
    ],
    ['wnids.txt', lines(...names, 'n9'), /no training pictures of the class n9/],
    ['wnids.txt', lines(...names, 'n02124075'), /names the class n02124075 twice/],
    ['wnids.txt', lines('n02124075'), /whose class wnids\.txt does not name/],
  ];
  for (const [file, bytes, message] of wrong) {
    writeTree(root, { ...official, [file]: bytes });
    await assert.rejects(indexSet(root, tinyImagenetLayout), { code: 'DATA_LAYOUT', message });
  }
  mkdirSync(join(folder, 'empty'));
  await assert.rejects(indexSet(join(folder, 'empty'), tinyImagenetLayout), {
    message: /no wnids/,
  });
});

test('structures of MATLAB files are read, compressed or not', () => {
  for (const name of ['meta.mat', 'meta-plain.mat']) {
    const found = matStructures(fixture(name), 'synsets');
    assert.deepEqual(
      found.map(({ ILSVRC2012_ID: number, WNID: id }) => [number, id]),
      [
        [3, 'n01440764'],
        [1, 'n01443537'],
        [2, 'n02123045'],
        [4, 'n00001740'],
      ],
    );
    assert.throws(() => matStructures(fixture(name), 'other things'), /no structures called/);
  }
  const bytes = fixture('meta-plain.mat');
  for (let length = 0; length < bytes.length - 8; length += 97) {
    assert.throws(() => matStructures(bytes.subarray(0, length), 'synsets'), RangeError);
  }
  // The length of names has one byte where it needs four.
  const short = Buffer.from(bytes);
  short[bytes.indexOf('synsets') + 8 + 2] = 1;
  assert.throws(() => matStructures(short, 'synsets'), { message: 'has no fields' });
});
