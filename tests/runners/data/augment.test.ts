import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import type { Picture } from '../../../runners/data/augment/picture.ts';
import { cutout, operations, randAugment } from '../../../runners/data/augment/rand-augment.ts';

// That every operation equals Pillow's in every byte is checked by `verify`
// (reference/golden/augment).

const grey = (side: number): Picture => ({
  pixels: Uint8Array.from({ length: side * side * 3 }, (_, at) => (at * 37) % 256),
  height: side,
  width: side,
});

test('operations leave the picture that they are given alone', () => {
  for (const [name, { run, range }] of Object.entries(operations)) {
    const picture = grey(6);
    run(picture, (range[0] + range[1]) / 2);
    cutout(picture, 3, [2, 2]);
    assert.deepEqual(picture, grey(6), name);
  }
});

test('a view is a function of its stream', () => {
  const recipe = { kind: 'rand-augment', operations: 2, cutout: 0.5 } as const;
  const view = (name: string) => randAugment(grey(8), recipe, RandomStream.named(1, name)).pixels;
  assert.deepEqual(view('a'), view('a'));
  assert.notDeepEqual(view('a'), view('b'));
});

test('the painted square has sides up to half the width and comes everywhere', () => {
  const recipe = { kind: 'rand-augment', operations: 0, cutout: 0.5 } as const;
  const stream = RandomStream.named(3, 'strong');
  const side = 16;
  const painted = new Int32Array(side * side);
  let widest = 0;
  for (let round = 0; round < 400; round += 1) {
    const black: Picture = {
      pixels: new Uint8Array(side * side * 3),
      height: side,
      width: side,
    };
    const { pixels } = randAugment(black, recipe, stream);
    const rows = new Set<number>();
    for (let at = 0; at < side * side; at += 1) {
      if (pixels[3 * at] === 0) continue;
      assert.deepEqual([...pixels.subarray(3 * at, 3 * at + 3)], [125, 123, 114]);
      painted[at] = (painted[at] as number) + 1;
      rows.add(Math.floor(at / side));
    }
    widest = Math.max(widest, rows.size);
  }
  // Pillow draws both edges, so a square of side 7.99 shows 8 pixels, and one that begins at 0 may
  // show one more.
  assert.ok(widest >= 8 && widest <= 9, `widest ${widest}`);
  assert.ok(painted.every((count) => count > 0));
});
