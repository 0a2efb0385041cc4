import assert from 'node:assert/strict';
import { renameSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import sharp from 'sharp';
import { decodeTree, isPicture, readFiles } from '../../../runners/data/folder.ts';
import { limits } from '../../../runners/data/limits.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { encodePng, gradient, makeTree, tarOf, writeTree } from './pictures.ts';

/** A tree as it is read before its order follows from its content. */
async function readPictureTree(path: string) {
  const wanted = { wanted: isPicture, maximum: () => limits.pictureFile };
  return decodeTree(path, await readFiles(path, wanted));
}

test('classes and pictures come in the order of their bytes, with exact pixels', async (t) => {
  const folder = temporaryFolder(t);
  writeTree(folder, await makeTree());
  const set = await readPictureTree(folder);
  assert.deepEqual(set.classes, ['cat', 'dog']);
  assert.deepEqual([set.train.width, set.train.height], [4, 3]);
  assert.deepEqual([...set.train.labels], [0, 0, 0, 1, 1, 1]);
  assert.deepEqual([...set.test.labels], [0, 1]);
  const expected = [0, 1, 2, 4, 5, 6].map((seed) => gradient(seed));
  assert.deepEqual(Buffer.from(set.train.pixels), Buffer.concat(expected));
});

test('a folder and any archive of it are the same set, whatever the order within', async (t) => {
  const folder = temporaryFolder(t);
  const tree = await makeTree();
  writeTree(join(folder, 'plain'), tree);
  const set = await readPictureTree(join(folder, 'plain'));
  const forward = await tarOf(Object.entries(tree));
  const wrapped = Object.entries(tree).map(
    ([path, bytes]) => [`./animals/${path}`, bytes] as const,
  );
  const backward = await tarOf([...wrapped.reverse(), ['animals/README', Buffer.from('hello')]]);
  writeFileSync(join(folder, 'a.tar'), forward);
  writeFileSync(join(folder, 'b.tar'), backward);
  writeFileSync(join(folder, 'c.tar.gz'), gzipSync(backward));
  for (const name of ['a.tar', 'b.tar', 'c.tar.gz']) {
    assert.deepEqual(await readPictureTree(join(folder, name)), set, name);
  }
});

test('xz archives are read through the program xz, and a truncated one is refused', async (t) => {
  const folder = temporaryFolder(t);
  const found = await execa('xz', ['--version'], { reject: false });
  if (found.failed) return t.skip('this machine has no xz');
  const tree = await makeTree();
  writeTree(folder, tree);
  const set = await readPictureTree(folder);
  const path = join(folder, 'set.tar');
  writeFileSync(path, await tarOf(Object.entries(tree)));
  await execa('xz', ['--keep', path]);
  assert.deepEqual(await readPictureTree(`${path}.xz`), set);
  truncateSync(`${path}.xz`, statSync(`${path}.xz`).size >> 1);
  await assert.rejects(readPictureTree(`${path}.xz`), {
    code: 'DATA_ARCHIVE',
    message: /set\.tar\.xz is truncated or damaged/,
  });
});

test('a damaged picture is refused by name', async (t) => {
  const tree = await makeTree();
  const noise = Buffer.from(
    Array.from({ length: 32 * 32 * 3 }, (_, index) => (index * 7919) % 251),
  );
  const jpeg = await sharp(noise, { raw: { width: 32, height: 32, channels: 3 } })
    .jpeg()
    .toBuffer();
  const bad: Record<string, [Buffer, RegExp]> = {
    truncated: [jpeg.subarray(0, jpeg.length >> 1), /dog\/1\.png is truncated or damaged/],
    text: [
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      /dog\/1\.png is not a JPEG or PNG/,
    ],
    empty: [Buffer.alloc(0), /dog\/1\.png is not a JPEG or PNG/],
    'of another size': [await encodePng(gradient(1, 3, 4), 3, 4), /dog\/1\.png has 3 x 4 pixels/],
    transparent: [
      await sharp({ create: { width: 4, height: 3, channels: 4, background: '#0008' } })
        .png()
        .toBuffer(),
      /dog\/1\.png has transparent pixels/,
    ],
  };
  for (const [name, [bytes, message]] of Object.entries(bad)) {
    const folder = temporaryFolder(t);
    writeTree(folder, { ...tree, 'train/dog/1.png': bytes });
    await assert.rejects(readPictureTree(folder), { code: 'DATA_PICTURE', message }, name);
  }
});

test('grey pictures become RGB', async (t) => {
  const folder = temporaryFolder(t);
  const grey = await sharp(Buffer.from([0, 50, 100, 150, 200, 250, 1, 2, 3, 4, 5, 6]), {
    raw: { width: 4, height: 3, channels: 1 },
  })
    .png()
    .toBuffer();
  writeTree(folder, { 'train/x/1.png': grey, 'val/x/1.png': grey });
  const { test: set } = await readPictureTree(folder);
  assert.deepEqual([...set.pixels.subarray(0, 9)], [0, 0, 0, 50, 50, 50, 100, 100, 100]);
});

test('a folder that is no data set is refused with what is wrong', async (t) => {
  const tree = await makeTree();
  const picture = tree['test/cat/1.png'] as Buffer;
  const only = (prefix: string) =>
    Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith(prefix)));
  const cases: [Record<string, Buffer>, RegExp][] = [
    [only('test'), /holds no pictures in train/],
    [only('train'), /holds no pictures in test/],
    [{ ...tree, 'test/cow/1.png': picture }, /test pictures of the class cow/],
    [{ ...tree, 'val/cat/1.png': picture }, /holds test\/cat\/1\.png twice/],
    [{ ...tree, 'cat.png': picture }, /holds cat\.png, which is not/],
  ];
  for (const [files, message] of cases) {
    const folder = temporaryFolder(t);
    writeTree(folder, files);
    await assert.rejects(readPictureTree(folder), { code: 'DATA_FOLDER', message });
  }
});

test('links are not followed', async (t) => {
  const folder = temporaryFolder(t);
  const tree = await makeTree();
  writeTree(folder, tree);
  renameSync(join(folder, 'train/dog/1.png'), join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'train/dog/1.png'));
  await assert.rejects(readPictureTree(folder), {
    message: /dog\/1\.png, which is not a plain file/,
  });
  const tar = join(temporaryFolder(t), 'set.tar');
  writeFileSync(
    tar,
    await tarOf([...Object.entries(tree), { name: 'train/dog/3.png', linkname: '/etc/passwd' }]),
  );
  await assert.rejects(readPictureTree(tar), { message: /train\/dog\/3\.png as a symlink/ });
});

test('hostile and broken archives are refused by name', async (t) => {
  const folder = temporaryFolder(t);
  const tree = Object.entries(await makeTree());
  const first = tree[0] as [string, Buffer];
  const good = await tarOf(tree);
  const cases: Record<string, [Buffer, RegExp]> = {
    'climbs.tar': [await tarOf([['../train/cat/1.png', first[1]]]), /unsafe path, "\.\.\/train/],
    'absolute.tar': [await tarOf([['/train/cat/1.png', first[1]]]), /unsafe path/],
    'twice.tar': [await tarOf([first, first]), /holds train\/cat\/1\.png twice/],
    'large.tar': [
      await tarOf([['train/cat/1.png', Buffer.alloc(5 * 2 ** 20)]]),
      /train\/cat\/1\.png with 5242880 bytes, more than/,
    ],
    'short.tar': [good.subarray(0, 700), /truncated or damaged/],
    'short.tar.gz': [gzipSync(good).subarray(0, 300), /truncated or damaged/],
    'text.tar': [Buffer.from('this is no archive'.repeat(100)), /truncated or damaged/],
    'empty.tar': [Buffer.alloc(0), /is empty or is not a tar file/],
  };
  for (const [name, [bytes, message]] of Object.entries(cases)) {
    writeFileSync(join(folder, name), bytes);
    await assert.rejects(readPictureTree(join(folder, name)), (error: Error & { code: string }) => {
      assert.equal(error.code, 'DATA_ARCHIVE', `${name}: ${error.message}`);
      assert.match(error.message, message);
      assert.ok(error.message.includes(name));
      return true;
    });
  }
});
