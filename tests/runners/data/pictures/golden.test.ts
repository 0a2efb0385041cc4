/*
 * golden.json has small pictures of every kind that is read, with what Pillow and OpenCV make of
 * them.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decoded, exifSegment, withParts } from './files.ts';

interface Golden {
  readonly pictures: readonly {
    readonly name: string;
    readonly base64: string;
    readonly width: number;
    readonly height: number;
    readonly sha256: string;
  }[];
  readonly turned: readonly {
    readonly orientation: number;
    readonly width: number;
    readonly height: number;
    readonly sha256: string;
  }[];
}

const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden;

for (const { name, base64, ...expected } of golden.pictures) {
  test(`a ${name} has the bytes that Pillow gives it`, async () => {
    assert.deepEqual(await decoded(Buffer.from(base64, 'base64')), { ...expected, remarks: [] });
  });
}

test('a picture is turned as OpenCV turns it, kept as it is stored, or refused', async () => {
  const stored = golden.pictures.find(({ name }) => name === 'JPEG 4:2:0');
  assert.ok(stored);
  const { width, height, sha256 } = stored;
  for (const { orientation, ...expected } of golden.turned) {
    const file = withParts(Buffer.from(stored.base64, 'base64'), exifSegment(orientation));
    const remarks = (word: string) => (orientation === 1 ? [] : [word]);
    assert.deepEqual(
      await decoded(file, { orientation: 'turn' }),
      { ...expected, remarks: remarks('turned') },
      `orientation ${orientation}`,
    );
    const kept = { width, height, sha256, remarks: remarks('notTurned') };
    assert.deepEqual(await decoded(file), kept);
    if (orientation === 1) {
      assert.deepEqual(await decoded(file, { orientation: 'refuse' }), kept);
    } else {
      await assert.rejects(decoded(file, { orientation: 'refuse' }), {
        code: 'DATA_PICTURE',
        message: `The picture a.jpg has the EXIF orientation ${orientation}.`,
      });
    }
  }
});
