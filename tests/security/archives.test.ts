/*
 * Archives and pictures come from strangers; that they lead nowhere:
 * tests/runners/data/folder.test.ts, dense/sets.test.ts.
 */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { readArchive } from '../../runners/data/archive.ts';
import { decodePicture } from '../../runners/data/decode.ts';
import { pictureBytes } from '../../runners/data/dense/sources.ts';
import { openTree } from '../../runners/data/dense/tree.ts';
import { listZip, readZipEntry } from '../../runners/data/dense/zip.ts';
import { temporaryFolder } from '../results/temporary.ts';

/**
 * The header of a tar file's entry, as a bomb has it: the size is stated, and its bytes need not be
 * there.
 */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  // GNU's base 256, for what eleven octal digits cannot say.
  header[124] = 0x80;
  header.writeBigUInt64BE(BigInt(size), 128);
  header.write('00000000000\0', 136);
  header.fill(' ', 148, 156);
  header.write('0', 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

test('a tar file is refused by the sizes that it states, before they are unpacked', async (t) => {
  const path = join(temporaryFolder(t), 'bomb.tar.gz');
  writeFileSync(path, gzipSync(tarHeader('unwanted', 2 ** 40)));
  await assert.rejects(
    readArchive(path, () => false, 1000),
    { code: 'DATA_ARCHIVE', message: /bomb\.tar\.gz unpacks to more than 4294967296 bytes/ },
  );
});

/** A zip file with one entry whose directory states what it is given. */
function zipOf(
  content: Buffer,
  stated: { size?: number; packed?: number; extra?: Buffer } = {},
): Buffer {
  const packed = deflateRawSync(content);
  const name = Buffer.from('a.png');
  const extra = stated.extra ?? Buffer.alloc(0);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(crc32(content), 16);
  entry.writeUInt32LE(stated.packed ?? packed.length, 20);
  entry.writeUInt32LE(stated.size ?? content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  const directory = Buffer.concat([entry, name, extra]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, name, packed, directory, end]);
}

test('a zip entry unpacks to no more than it states, and states no more than a picture may have', async (t) => {
  const path = join(temporaryFolder(t), 'set.zip');
  const place = async (bytes: Buffer) => {
    writeFileSync(path, bytes);
    const [first] = listZip(path);
    assert.ok(first);
    return first;
  };
  const zeros = Buffer.alloc(2 ** 20);
  assert.deepEqual(await readZipEntry(await place(zipOf(zeros))), zeros);
  await assert.rejects(readZipEntry(await place(zipOf(zeros, { size: 1000 }))), {
    code: 'DATA_ARCHIVE',
  });
  await assert.rejects(readZipEntry(await place(zipOf(zeros, { packed: 2 ** 31 }))), {
    message: /is truncated at a\.png/,
  });
  const huge = await place(zipOf(zeros, { size: 2 ** 31 }));
  await assert.rejects(pictureBytes({ kind: 'zip', places: [huge] }, 0), {
    code: 'DATA_PICTURE',
    message: /a\.png has 2147483648 bytes, more than 33554432/,
  });
});

test('a zip entry without the 64-bit sizes that it announces is refused', (t) => {
  const path = join(temporaryFolder(t), 'set.zip');
  for (const extra of [
    Buffer.alloc(0),
    Buffer.from([1, 0, 8, 0, 1, 2]),
    Buffer.from([1, 0, 255, 255]),
  ]) {
    writeFileSync(path, zipOf(Buffer.from('x'), { size: 0xffffffff, extra }));
    assert.throws(() => listZip(path), {
      code: 'DATA_ARCHIVE',
      message: /without its 64-bit sizes/,
    });
  }
});

test('a folder that is linked into itself ends, with a sentence', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'images'));
  symlinkSync('..', join(folder, 'images', 'again'));
  await assert.rejects(openTree(folder), {
    code: 'DATA_FOLDER',
    message: /nested more than 32 folders deep/,
  });
});

test('a file as large as a disk is not read as a picture', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'a.png'), '');
  truncateSync(join(folder, 'a.png'), 2 ** 40);
  await assert.rejects(pictureBytes({ kind: 'files', folder, names: ['a.png'] }, 0), {
    code: 'DATA_PICTURE',
    message: /a\.png has 1099511627776 bytes/,
  });
});

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

test('a picture of a few bytes and a billion pixels is refused by its header', async () => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(60_000, 0);
  header.writeUInt32BE(60_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const bytes = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  await assert.rejects(decodePicture(bytes, 'bomb.png'), {
    code: 'DATA_PICTURE',
    message: /bomb\.png/,
  });
});

test('what libvips would open beside JPEG and PNG is not opened', async () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
  );
  const tiff = Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]);
  for (const bytes of [svg, tiff, Buffer.from('GIF89a'), Buffer.alloc(0)]) {
    await assert.rejects(decodePicture(bytes, 'x'), {
      code: 'DATA_PICTURE',
      message: /not a JPEG or PNG/,
    });
  }
});
