import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RedistillError } from '../../../common/errors.ts';
import { allocatePictures, selectPictures } from '../../../runners/data/picture-set.ts';
import {
  datasetForms,
  datasetIdentity,
  datasetNames,
  datasets,
  fetchDataset,
  findSource,
  listDatasets,
  loadDataset,
  loadDenseDataset,
  verifyDataset,
} from '../../../runners/data/registry.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { encodePng, gradient, makeTree, tarOf, writeTree } from './pictures.ts';

/** A data folder with `animals/` and `animals.tar`, and a cache of its own. */
async function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const tree = await makeTree();
  writeTree(join(folder, 'animals'), tree);
  writeFileSync(join(folder, 'animals.tar'), await tarOf(Object.entries(tree)));
  const notices: string[] = [];
  const options = {
    folder,
    environment: { REDISTILL_CACHE: temporaryFolder(t) },
    notice: (message: string) => {
      notices.push(message);
    },
  };
  return { folder, tree, options, notices };
}

test('a folder and an archive of it have one identity, which needs no pictures when cached', async (t) => {
  const { options } = await setUp(t);
  const data = await loadDataset('images:animals', options);
  const archived = await datasetIdentity('images:animals.tar', options);
  assert.deepEqual(archived, { dataset: 'images:animals.tar', hash: data.hash });
  const again = await loadDataset('images:animals.tar', options);
  assert.equal(again.hash, data.hash);
  assert.deepEqual(again.train, data.train);
  assert.deepEqual(data.classes, ['cat', 'dog']);
  assert.match(data.normalisation.source, /6 training pictures of images:animals/);
});

test('a picture that changes changes the identity', async (t) => {
  const { folder, options } = await setUp(t);
  const before = await datasetIdentity('images:animals', options);
  const path = join(folder, 'animals/train/cat/2.png');
  writeFileSync(path, await encodePng(gradient(99)));
  utimesSync(path, 1, 1);
  const after = await datasetIdentity('images:animals', options);
  assert.notEqual(after.hash, before.hash);
});

test('verify reads the files again and replaces what the cache had', async (t) => {
  const { options, notices } = await setUp(t);
  const { hash } = await loadDataset('images:animals.tar', options);
  const cache = join(options.environment.REDISTILL_CACHE, 'data');
  const entry = readdirSync(cache).find((name) => name.startsWith('decoded-')) as string;
  const pixels = join(cache, entry, 'train.pixels');
  const sound = readFileSync(pixels);
  writeFileSync(pixels, Buffer.alloc(sound.length));
  assert.equal((await verifyDataset('images:animals.tar', options)).hash, hash);
  assert.deepEqual(readFileSync(pixels), sound);
  assert.equal(notices.length, 0);
  writeFileSync(pixels, Buffer.alloc(sound.length));
  assert.equal((await loadDataset('images:animals.tar', options)).hash, hash);
  assert.match(
    notices[0] as string,
    /train\.pixels does not have its stated checksum\. It is made again/,
  );
});

test('the list says what is here and what to do about the rest', async (t) => {
  const { folder, options } = await setUp(t);
  mkdirSync(join(folder, 'cifar10'));
  const list = await listDatasets(options);
  const byId = Object.fromEntries(list.map((status) => [status.id, status]));
  assert.deepEqual(
    [byId['embedded']?.present, byId['embedded']?.where, byId['embedded']?.cached],
    [true, 'generated', false],
  );
  assert.equal(byId['cifar10-images']?.where, join(folder, 'cifar10'));
  assert.deepEqual(
    [byId['cifar100']?.present, byId['cifar100']?.todo],
    [false, 'Run: redistill data fetch cifar100'],
  );
});

test('a set of another task is refused by name, with the sets of this one', async () => {
  await assert.rejects(loadDataset('coco2017'), {
    code: 'DATA_UNKNOWN',
    message: 'There is no data set "coco2017" for classification.',
    hint: /^Known: embedded, .*, and imagenet:NAME or .* images:NAME for the folder or archive NAME/,
  });
  await assert.rejects(loadDenseDataset('cifar10'), {
    code: 'DATA_UNKNOWN',
    message: 'There is no data set "cifar10" for detection or segmentation.',
    hint: /^Known: embedded-scenes, .*camvid, and coco:NAME for/,
  });
  await assert.rejects(loadDenseDataset('voc:mine'), { code: 'DATA_UNKNOWN' });
});

test('the names are those of the table, forms apart', () => {
  assert.ok(datasetNames().includes('cityscapes'));
  assert.ok(!datasetNames().some((name) => name.includes(':')));
  assert.deepEqual(datasetForms(), [
    ...['imagenet:', 'tiny-imagenet:', 'cub200:'],
    ...['images:', 'coco:'],
  ]);
});

test("a user's data set is one like ours", async (t) => {
  const { options } = await setUp(t);
  await datasets.load(['images:']);
  const animals = findSource('images:animals');
  assert.ok(animals?.holds === 'labels');
  const named = () => ({ ...animals, title: 'my animals' });
  datasets.add('my-animals', { holds: 'labels', named }, 'my-animals.ts');
  const listed = (await listDatasets(options)).find(({ id }) => id === 'my-animals');
  assert.deepEqual([listed?.title, listed?.present], ['my animals', true]);
  assert.deepEqual((await loadDataset('my-animals', options)).classes, ['cat', 'dog']);
  assert.throws(() => datasets.add('cifar10', { holds: 'labels', named }, 'my.ts'), {
    code: 'KIND_CONFLICT',
    message: /which runners\/data\/kinds\.ts has too/,
  });
});

test('unknown, missing and wrong sets are refused with what to do', async (t) => {
  const { folder, options } = await setUp(t);
  await assert.rejects(loadDataset('embeded', options), {
    code: 'DATA_UNKNOWN',
    message: /Did you mean "embedded"/,
  });
  for (const name of ['images:../etc', 'images:/etc', 'images:']) {
    await assert.rejects(loadDataset(name, options), { code: 'DATA_UNKNOWN' });
  }
  await assert.rejects(loadDataset('cifar100', options), {
    code: 'DATA_MISSING',
    message:
      /cifar-100-binary\[\.tar\.xz\|\.tar\.gz\|\.tar\] or cifar-100-python\[.*\] or cifar100\[.*\] in/,
    hint: 'Run: redistill data fetch cifar100',
  });
  await assert.rejects(fetchDataset('cifar10-images', options), { code: 'DATA_NO_SOURCE' });
  const wrong = join(folder, 'cifar-100-binary.tar.gz');
  writeFileSync(wrong, 'half an archive');
  await assert.rejects(loadDataset('cifar100', options), {
    code: 'DATA_CHECKSUM',
    message: /cifar-100-binary\.tar\.gz is truncated: it has 15 bytes instead of 168513733/,
  });
  await assert.rejects(fetchDataset('cifar100', options), { code: 'DATA_CHECKSUM' });
  writeTree(join(folder, 'cifar10'), await makeTree());
  await assert.rejects(loadDataset('cifar10-images', options), {
    code: 'DATA_COUNT',
    message:
      /cifar10 is not cifar10-images: it has 2 classes, 6 .* but CIFAR-10 as JPEG files has 10/,
  });
});

test('the data folder may be the archive itself, and comes from the environment without an option', async (t) => {
  const { folder, options } = await setUp(t);
  const direct = { ...options, folder: join(folder, 'animals.tar') };
  const { hash } = await loadDataset('images:animals.tar', direct);
  // An archive is found by the name of what it holds, too.
  assert.equal((await loadDataset('images:animals', direct)).hash, hash);
  const within = await loadDataset('images:animals', { ...options, folder });
  assert.equal(within.hash, hash);
  await assert.rejects(loadDataset('images:anmials', { ...options, folder }), {
    code: 'DATA_MISSING',
    message: /looked for anmials\[\.tar\.xz\|.*\] in/,
    hint: /^In the data folder: animals\. Did you mean "images:animals"\? Put anmials/,
  });
  const gone = join(folder, 'gone');
  for (const id of ['images:animals', 'cifar10-images']) {
    await assert.rejects(loadDataset(id, { ...options, folder: gone }), (error: RedistillError) => {
      assert.equal(error.code, 'DATA_MISSING');
      assert.ok(error.hint?.startsWith(`There is no ${gone}. Put `), error.hint);
      return true;
    });
  }
  const environment = { ...options.environment, REDISTILL_DATA: folder };
  assert.equal((await loadDataset('images:animals', { environment })).hash, hash);
});

test('fetching the embedded pictures makes them', async (t) => {
  const { options } = await setUp(t);
  const where = await fetchDataset('embedded-small', options);
  assert.ok(readdirSync(where).includes('set.json'));
  const list = await listDatasets(options);
  assert.equal(list.find((status) => status.id === 'embedded-small')?.cached, true);
});

test('a selection is balanced, a prefix of a larger one, and free of any seed', () => {
  const set = allocatePictures(12, 1, 1);
  set.labels.set([0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
  set.pixels.forEach((_, index) => {
    set.pixels[index] = index;
  });
  const six = selectPictures(set, 6);
  assert.deepEqual([...six.labels], [0, 1, 2, 0, 1, 2]);
  assert.deepEqual([...six.pixels.subarray(3, 6)], [18, 19, 20]);
  const ten = selectPictures(set, 10);
  assert.deepEqual([...ten.labels], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
  assert.deepEqual(ten.pixels.subarray(0, 18), six.pixels);
  assert.equal(selectPictures(set, null), set);
  for (const n of [0, 13, 1.5]) {
    assert.throws(() => selectPictures(set, n), { code: 'DATA_TOO_FEW' });
  }
});

test('the real CIFAR-10 pictures', async (t) => {
  const folder = process.env['REDISTILL_DATA'];
  if (folder === undefined) return t.skip('REDISTILL_DATA is not set');
  const environment = { REDISTILL_CACHE: temporaryFolder(t) };
  const data = await loadDataset('cifar10-images', { folder, environment });
  assert.deepEqual([data.train.count, data.test.count], [50_000, 10_000]);
  const perClass = new Int32Array(10);
  for (const label of data.train.labels) perClass[label] = (perClass[label] as number) + 1;
  assert.deepEqual([...perClass], Array(10).fill(5000));
  assert.equal(
    data.classes.join(' '),
    'airplane automobile bird cat deer dog frog horse ship truck',
  );
  // The published channel statistics of CIFAR-10; JPEG moves them by less than this.
  for (const [channel, mean] of [0.4914, 0.4822, 0.4465].entries()) {
    assert.ok(Math.abs((data.normalisation.mean[channel] as number) - mean) < 0.002);
  }
  const again = await loadDataset('cifar10-images', { folder, environment });
  assert.equal(again.hash, data.hash);
});
