import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mendJpeg } from '../../../../runners/data/pictures/jpeg.ts';
import type { Remark } from '../../../../runners/data/pictures/remarks.ts';
import { readSet } from '../../../../runners/data/read-set.ts';
import { listDatasets, loadDataset, verifyDataset } from '../../../../runners/data/registry.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { tarOf, writeTree } from '../pictures.ts';
import { chunk, decoded, scanStart, segment, sha256, slopes, withParts } from './files.ts';

const end = Buffer.from([0xff, 0xd9]);

/** JPEGs of the kinds whose pixels libjpeg reads in different ways. */
async function jpegs(): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const side of [16, 32, 57]) {
    for (const progressive of [false, true]) {
      for (const chromaSubsampling of ['4:2:0', '4:4:4']) {
        const kind = `${side} ${progressive ? 'progressive' : 'baseline'} ${chromaSubsampling}`;
        const bare = await slopes(side, side)
          .jpeg({ quality: 90, progressive, chromaSubsampling })
          .toBuffer();
        files[kind] = withParts(bare, segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0'));
      }
    }
  }
  return files;
}

/** Changes a copy of a file. */
function changed(file: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(file);
  change(copy);
  return copy;
}

test('a JPEG whose pixels are whole is read with a remark, whatever libjpeg warns of', async () => {
  for (const [kind, whole] of Object.entries(await jpegs())) {
    const expected = await decoded(whole);
    assert.deepEqual(expected.remarks, [], kind);
    const tables = whole.indexOf(Buffer.from([0xff, 0xdb]));
    const scan = whole.indexOf(Buffer.from([0xff, 0xda]));
    const parameters = scanStart(whole) - 3;
    const cases: Record<string, [Buffer, Remark]> = {
      'bytes before the tables': [
        Buffer.concat([whole.subarray(0, tables), Buffer.from([1, 2]), whole.subarray(tables)]),
        'strayBytes',
      ],
      'bytes before the scan': [
        Buffer.concat([whole.subarray(0, scan), Buffer.from([0xff, 0, 7]), whole.subarray(scan)]),
        'strayBytes',
      ],
      'EXIF that is longer than it states': [
        withParts(whole, segment(0xe1, 'Exif\0\0MM\0*'), Buffer.from('\0\0\0\x08\0\0')),
        'strayBytes',
      ],
      'no end': [whole.subarray(0, -2), 'noEnd'],
      'half an end': [whole.subarray(0, -1), 'noEnd'],
      'a JFIF version that is none': [
        changed(whole, (copy) => {
          copy[copy.indexOf('JFIF\0') + 5] = 9;
        }),
        'metadata',
      ],
      'a unit of density that there is not': [
        changed(whole, (copy) => copy.set([7, 0, 0, 0, 0], copy.indexOf('JFIF\0') + 7)),
        'metadata',
      ],
    };
    if (kind.includes('baseline')) {
      cases['the scan of a progressive file'] = [
        changed(whole, (copy) => {
          copy[parameters + 1] = 0;
        }),
        'scanHeader',
      ];
    }
    for (const [name, [bytes, remark]] of Object.entries(cases)) {
      assert.deepEqual(await decoded(bytes), { ...expected, remarks: [remark] }, `${kind} ${name}`);
    }
  }
});

test('the bytes of a file that is mended stay as they are, and so does its checksum', async () => {
  const whole = (await jpegs())['32 baseline 4:2:0'] ?? assert.fail();
  const file = changed(whole, (copy) => {
    copy[copy.indexOf('JFIF\0') + 5] = 9;
    copy.set([0xff, 0xd0], (scanStart(copy) + copy.length) >> 1);
  });
  const sum = sha256(file);
  const accepted = { file: 'set.accepted', sums: new Set<string>() };
  await assert.rejects(decoded(file, { accepted }), { hint: new RegExp(sum) });
  assert.equal(sha256(file), sum);
});

test('a JPEG with missing or damaged pixels is refused', async () => {
  for (const [kind, whole] of Object.entries(await jpegs())) {
    const start = scanStart(whole);
    const half = (start + whole.length) >> 1;
    const cases: Record<string, Buffer> = {
      'cut in the header': whole.subarray(0, start - 20),
      'cut in the middle': whole.subarray(0, half),
      'cut in the middle and closed': Buffer.concat([whole.subarray(0, half), end]),
      'cut near the end': whole.subarray(0, -8),
      'cut near the end and closed': Buffer.concat([whole.subarray(0, -8), end]),
      'a restart that is none': changed(whole, (copy) => copy.set([0xff, 0xd0], half)),
    };
    if (kind.includes('progressive')) {
      // libjpeg's fast decoder of baseline files takes a code of ones, which there is none of, for
      // a zero.
      const ones = Buffer.from('ff00'.repeat(8), 'hex');
      cases['a code that is none'] = changed(whole, (copy) => copy.set(ones, scanStart(copy) + 8));
      const last = whole.lastIndexOf(Buffer.from([0xff, 0xda]));
      cases['cut between two scans'] = whole.subarray(0, whole.lastIndexOf(0xff, last - 1));
      cases['cut before its last scan'] = whole.subarray(0, last);
      cases['cut before its last scan and closed'] = Buffer.concat([whole.subarray(0, last), end]);
    }
    for (const [name, bytes] of Object.entries(cases)) {
      await assert.rejects(
        decoded(bytes),
        { code: 'DATA_PICTURE', message: /is truncated or damaged/ },
        `${kind} ${name}`,
      );
    }
  }
});

test('a PNG that lacks only its end, or whose metadata is damaged, is read with a remark', async () => {
  const whole = await slopes(20, 20).png().toBuffer();
  const expected = await decoded(whole);
  const text = chunk('tEXt', 'Comment\0hello');
  text[text.length - 1] = (text.at(-1) as number) ^ 1;
  const cases: Record<string, [Buffer, Remark]> = {
    'no end': [whole.subarray(0, -12), 'noEnd'],
    'half an end': [whole.subarray(0, -5), 'noEnd'],
    'an end of another checksum': [
      changed(whole, (copy) => copy.set([0, 0], copy.length - 2)),
      'noEnd',
    ],
    'bytes after the end': [Buffer.concat([whole, Buffer.from('hello')]), 'trailing'],
    'a comment of another checksum': [withParts(whole, text), 'checksum'],
  };
  for (const [name, [bytes, remark]] of Object.entries(cases)) {
    assert.deepEqual(await decoded(bytes), { ...expected, remarks: [remark] }, name);
  }
  const damaged: Record<string, Buffer> = {
    'pixels of another checksum': changed(whole, (copy) => copy.set([0, 0], copy.length - 14)),
    'pixels without their checksum': whole.subarray(0, -14),
    'half of the pixels': whole.subarray(0, whole.length >> 1),
    'half of the pixels and an end': Buffer.concat([
      whole.subarray(0, whole.length >> 1),
      chunk('IEND'),
    ]),
    'a header of another checksum': changed(whole, (copy) => copy.set([0, 0], 30)),
  };
  for (const [name, bytes] of Object.entries(damaged)) {
    await assert.rejects(decoded(bytes), { code: 'DATA_PICTURE', message: /damaged/ }, name);
  }
});

/** A set of many whole pictures, with other files in their places. */
async function treeWith(others: Record<string, Buffer>) {
  const tree: Record<string, Buffer> = {};
  const whole = await slopes(32, 32).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
  for (let index = 0; index < 40; index += 1) {
    tree[`train/${index % 2 === 0 ? 'cat' : 'dog'}/${index}.jpg`] = whole;
  }
  return { whole, tree: { ...tree, 'test/cat/0.jpg': whole, 'test/dog/1.jpg': whole, ...others } };
}

test('of many pictures that are decoded at once the damaged one is named', async (t) => {
  const { whole, tree } = await treeWith({});
  const cut = Buffer.concat([whole.subarray(0, -30), end]);
  for (const name of ['0', '17', '38']) {
    const folder = temporaryFolder(t);
    const path = `train/${Number(name) % 2 === 0 ? 'cat' : 'dog'}/${name}.jpg`;
    writeTree(folder, { ...tree, [path]: cut });
    await assert.rejects(readSet(folder), {
      code: 'DATA_PICTURE',
      message: new RegExp(`${path} is truncated or damaged`),
    });
  }
});

test('a list beside a set accepts damaged pictures by their checksums, and no truncated ones', async (t) => {
  const folder = temporaryFolder(t);
  const { whole, tree } = await treeWith({});
  const half = (scanStart(whole) + whole.length) >> 1;
  const damaged = changed(whole, (copy) => copy.set([0xff, 0xd0], half));
  const options = { folder, environment: { REDISTILL_CACHE: join(folder, 'cache') } };
  const files = { ...tree, 'train/dog/5.jpg': damaged };
  writeTree(join(folder, 'set'), files);
  writeFileSync(join(folder, 'set.tar'), await tarOf(Object.entries(files)));
  for (const name of ['set', 'set.tar']) {
    const list = join(folder, `${name}.accepted`);
    const line = `${sha256(damaged)}  5.jpg`;
    await assert.rejects(verifyDataset(`images:${name}`, options), {
      code: 'DATA_PICTURE',
      hint: new RegExp(`add the line "${line}" to ${list}`),
    });
    writeFileSync(list, `# seen, fine\n\n${line}\n`);
    const notices: string[] = [];
    const notice = (message: string) => notices.push(message);
    await verifyDataset(`images:${name}`, { ...options, notice });
    assert.match(
      notices.join(),
      /damaged and were accepted by the list.*: 1 \(train\/dog\/5\.jpg\)/,
    );
    writeFileSync(list, '');
    await assert.rejects(loadDataset(`images:${name}`, options), { code: 'DATA_PICTURE' });
    writeFileSync(list, 'train/dog/5.jpg\n');
    await assert.rejects(loadDataset(`images:${name}`, options), {
      code: 'DATA_ACCEPTED',
      message: /has no SHA-256 in line 1: train\/dog\/5\.jpg/,
    });
  }
  const cut = whole.subarray(0, half);
  writeTree(join(folder, 'cut'), { ...tree, 'train/dog/5.jpg': cut });
  writeFileSync(join(folder, 'cut.accepted'), `${sha256(cut)}  5.jpg\n`);
  await assert.rejects(verifyDataset('images:cut', options), { code: 'DATA_PICTURE' });
});

test('remarks are counted, told when a set is loaded and kept with its pixels', async (t) => {
  const folder = temporaryFolder(t);
  const { whole, tree } = await treeWith({});
  const open = whole.subarray(0, -2);
  writeTree(join(folder, 'cifar10'), {
    ...tree,
    'train/cat/0.jpg': open,
    'train/cat/2.jpg': open,
    'train/dog/1.jpg': open,
    'train/dog/3.jpg': open,
  });
  writeTree(join(folder, 'whole'), tree);
  const options = { folder, environment: { REDISTILL_CACHE: join(folder, 'cache') } };
  for (let time = 0; time < 2; time += 1) {
    const notices: string[] = [];
    const set = await loadDataset('images:cifar10', {
      ...options,
      notice: (message) => notices.push(message),
    });
    assert.equal(set.hash, (await loadDataset('images:whole', options)).hash);
    assert.deepEqual(notices, [
      'images:cifar10: Pictures that lack only the mark of their end; all of their pixels are there: 4 (train/cat/0.jpg, train/cat/2.jpg, train/dog/1.jpg, ...).',
    ]);
  }
  const listed = (await listDatasets(options)).find(({ id }) => id === 'cifar10-images');
  assert.deepEqual(listed?.remarks, [
    { remark: 'noEnd', count: 4, first: ['train/cat/0.jpg', 'train/cat/2.jpg', 'train/dog/1.jpg'] },
  ]);
});

test('a picture of another format in a class is refused instead of left out', async (t) => {
  const folder = temporaryFolder(t);
  const { tree } = await treeWith({ 'train/cat/x.webp': await slopes(32, 32).webp().toBuffer() });
  writeTree(folder, tree);
  await assert.rejects(readSet(folder), {
    code: 'DATA_PICTURE',
    message: /x\.webp is not a JPEG or PNG file but WebP/,
  });
});

test('a JPEG of very many segments is not taken apart', () => {
  const many = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from([0xff, 0xc4, 0, 2])));
  assert.equal(mendJpeg(Buffer.concat([Buffer.from([0xff, 0xd8]), many])), null);
  assert.equal(mendJpeg(Buffer.from([0xff, 0xd8, 0xff, 0xdb, 0xff, 0xff])), null);
});
