/*
 * What a set for detection or segmentation makes of orientation, profiles and damage; pictures by
 * themselves: ../pictures.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readLabelMap, readPicture } from '../../../../runners/data/dense/check-split.ts';
import { readCityscapes } from '../../../../runners/data/dense/cityscapes.ts';
import { openTree } from '../../../../runners/data/dense/tree.ts';
import { loadDenseDataset, verifyDataset } from '../../../../runners/data/registry.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import {
  chunk,
  exif,
  exifSegment,
  scanStart,
  sha256,
  slopes,
  withParts,
} from '../pictures/files.ts';
import { type PictureTree, tarOf, writeTree } from '../pictures.ts';
import { cocoTree, zipOf } from './trees.ts';

function place(t: TestContext) {
  const folder = temporaryFolder(t);
  const notices: string[] = [];
  const notice = (message: string) => void notices.push(message);
  return { folder, environment: { REDISTILL_CACHE: join(folder, 'cache') }, notice, notices };
}

/**
 * A COCO set whose pictures a.png and b.png of both splits are the given files (names end in .png
 * all the same).
 */
async function setWith(a: Buffer, b: Buffer): Promise<PictureTree> {
  const tree = { ...(await cocoTree()) };
  for (const split of ['train2017', 'val2017']) {
    tree[`${split}/a.png`] = a;
    tree[`${split}/b.png`] = b;
  }
  return tree;
}

test('a picture is turned as its EXIF says where it then has its annotated size', async (t) => {
  const { folder, notices, ...options } = { ...place(t) };
  // Annotated: a with 40 x 30 pixels, b with 20 x 50.
  const a = withParts(await slopes(40, 30).png().toBuffer(), chunk('eXIf', exif(3)));
  const b = withParts(await slopes(50, 20).jpeg().toBuffer(), exifSegment(6));
  const tree = await setWith(a, b);
  writeTree(join(folder, 'plain'), tree);
  writeFileSync(join(folder, 'set.tar'), await tarOf(Object.entries(tree)));
  writeTree(join(folder, 'zips'), { 'all.zip': zipOf(tree) });
  const hashes = new Set<string>();
  for (const name of ['plain', 'set.tar', 'zips']) {
    hashes.add((await verifyDataset(`coco:${name}`, { folder, ...options })).hash);
    const { train } = await loadDenseDataset(`coco:${name}`, { folder, ...options });
    const raw = await slopes(40, 30).raw().toBuffer();
    const { pixels } = await readPicture(train, 0);
    // Turned upside down, the last pixel is the first.
    assert.deepEqual([...pixels.subarray(0, 3)], [...raw.subarray(-3)]);
    const second = await readPicture(train, 1);
    assert.deepEqual([second.width, second.height], [20, 50]);
  }
  assert.equal(hashes.size, 1);
  const said = /Pictures that were turned as their EXIF orientation says \(as OpenCV does\): 4 \(/;
  assert.equal(notices.length, 6);
  for (const notice of notices) assert.match(notice, said);
});

test('a turned picture that is annotated as it is stored is refused with both ways out', async (t) => {
  const { folder, ...options } = place(t);
  const a = withParts(await slopes(40, 30).jpeg().toBuffer(), exifSegment(8));
  writeTree(join(folder, 'set'), await setWith(a, await slopes(20, 50).png().toBuffer()));
  await assert.rejects(verifyDataset('coco:set', { folder, ...options }), {
    code: 'DATA_PICTURE',
    message:
      /train2017\/a\.png has 30 x 40 pixels when it is turned by its EXIF orientation 8, but is annotated with 40 x 30\./,
    hint: /Annotate the turned picture.*remove the orientation: exiftool/,
  });
});

test('what is said of a set is said whenever it is loaded, and by its first reading already', async (t) => {
  const { folder, notices, ...options } = place(t);
  const whole = await slopes(40, 30).jpeg().toBuffer();
  const b = withParts(await slopes(20, 50).png().toBuffer(), await wideProfile());
  writeTree(join(folder, 'set'), await setWith(whole.subarray(0, -2), b));
  for (let time = 0; time < 2; time += 1) {
    await loadDenseDataset('coco:set', { folder, ...options });
    assert.match(
      notices.splice(0).join(),
      /^coco:set: Pictures that lack only the mark of their end; [^,]*: 2 \(train2017\/a\.png, val2017\/a\.png\)\.$/,
    );
  }
  const { train } = await loadDenseDataset('coco:set', { folder, ...options });
  const { pixels } = await readPicture(train, 1);
  assert.deepEqual(Buffer.from(pixels), await slopes(20, 50).raw().toBuffer());
});

/** The chunk of a PNG that says that its colours are wide. */
async function wideProfile(): Promise<Buffer> {
  const file = await slopes(4, 4).withIccProfile('p3').png().toBuffer();
  const at = file.indexOf('iCCP') - 4;
  return file.subarray(at, at + 12 + file.readUInt32BE(at));
}

test('a damaged picture that the list beside the set names is read, by the loader too', async (t) => {
  const { folder, notices, ...options } = place(t);
  const a = await slopes(40, 30).jpeg().toBuffer();
  a.set([0xff, 0xd0], (scanStart(a) + a.length) >> 1);
  writeTree(join(folder, 'set'), await setWith(a, await slopes(20, 50).png().toBuffer()));
  await assert.rejects(verifyDataset('coco:set', { folder, ...options }), {
    code: 'DATA_PICTURE',
    hint: new RegExp(`"${sha256(a)}  a\\.png" to .*set\\.accepted`),
  });
  writeFileSync(join(folder, 'set.accepted'), `${sha256(a)}  a.png\n`);
  await verifyDataset('coco:set', { folder, ...options });
  assert.match(notices.join(), /accepted by the list beside the set: 2 \(train2017\/a\.png/);
});

test('label maps and their pictures must lie the same way', async (t) => {
  const root = join(temporaryFolder(t), 'cityscapes');
  const picture = await slopes(8, 4).png().toBuffer();
  const map = await slopes(8, 4).toColourspace('b-w').png().toBuffer();
  const turned = chunk('eXIf', exif(3));
  const write = (first: Buffer, second: Buffer) => {
    rmSync(root, { recursive: true, force: true });
    for (const split of ['train', 'val']) {
      writeTree(root, {
        [`leftImg8bit/${split}/ulm/ulm_0_leftImg8bit.png`]: first,
        [`gtFine/${split}/ulm/ulm_0_gtFine_labelIds.png`]: second,
      });
    }
  };
  write(picture, withParts(map, turned));
  const { train } = await readCityscapes(await openTree(root));
  await readPicture(train, 0);
  await assert.rejects(readLabelMap(train, 0), {
    message: /labelIds\.png has the EXIF orientation 3/,
  });
  write(withParts(picture, turned), map);
  await assert.rejects(async () => readCityscapes(await openTree(root)), {
    message: /leftImg8bit\.png has the EXIF orientation 3/,
    hint: /Picture and label map must lie the same way/,
  });
});

test('a picture whose last rows are missing is refused when a set is verified', async (t) => {
  const { folder, ...options } = place(t);
  const whole = await slopes(40, 30).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
  const cut = Buffer.concat([whole.subarray(0, -40), Buffer.from([0xff, 0xd9])]);
  writeTree(join(folder, 'set'), await setWith(cut, await slopes(20, 50).png().toBuffer()));
  await assert.rejects(verifyDataset('coco:set', { folder, ...options }), {
    code: 'DATA_PICTURE',
    message: /train2017\/a\.png is truncated or damaged/,
  });
});
