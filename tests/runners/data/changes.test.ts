import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import { symmetricBeta } from '../../../common/random-beta.ts';
import type { RandAugmentRecipe } from '../../../contract/spec.ts';
import { changed } from '../../../runners/data/augment/changes.ts';
import { drawErased } from '../../../runners/data/augment/erase.ts';
import { cutmixAt, drawMix, mixLabels } from '../../../runners/data/augment/mix.ts';
import type { Picture } from '../../../runners/data/augment/picture.ts';
import { fillOf } from '../../../runners/data/augment/timm-rand-augment.ts';
import { namedNormalisations } from '../../../runners/data/normalisation.ts';

// Bytes are compared with Pillow's and timm's by `verify`: augment/*.json.

const stream = (name: string) => RandomStream.named(1, name);
const mean = (values: readonly number[]) =>
  values.reduce((sum, each) => sum + each, 0) / values.length;
const many = 20_000;
const times = <T>(make: () => T): T[] => Array.from({ length: many }, make);

describe('the share of mixup and cutmix', () => {
  for (const alpha of [0.1, 0.8, 1, 2.5]) {
    it(`has the mean and the variance of the beta distribution (${alpha})`, () => {
      const random = stream(`beta/${alpha}`);
      const shares = times(() => symmetricBeta(random, alpha));
      assert.ok(shares.every((share) => share >= 0 && share <= 1));
      const middle = mean(shares);
      const variance = mean(shares.map((share) => (share - middle) ** 2));
      const expected = 1 / (4 * (2 * alpha + 1));
      assert.ok(Math.abs(middle - 0.5) < 0.01, String(middle));
      assert.ok(Math.abs(variance / expected - 1) < 0.04, `${variance} for ${expected}`);
    });
  }
});

describe('the mix of a batch', () => {
  const size = [32, 48] as const;
  const both = { mixup: 0.8, cutmix: 1, probability: 1, switch: 0.5 };

  it('is cutmix as often as the recipe says, and one of the two where it has one', () => {
    const random = stream('mix');
    const boxes = times(() => drawMix(both, size, random).box !== null).filter(Boolean).length;
    assert.ok(Math.abs(boxes / many - 0.5) < 0.015, String(boxes));
    const alone = (recipe: Partial<typeof both>) =>
      times(() => drawMix({ ...both, ...recipe }, size, random).box !== null);
    assert.ok(alone({ cutmix: 0 }).every((box) => !box));
    assert.ok(alone({ mixup: 0 }).every((box) => box));
  });

  it('leaves batches alone as often as the recipe says', () => {
    const random = stream('mix/probability');
    const whole = times(() => drawMix({ ...both, probability: 0.25 }, size, random)).filter(
      ({ share, box }) => share === 1 && box === null,
    ).length;
    assert.ok(Math.abs(whole / many - 0.75) < 0.015, String(whole));
  });

  it('has the share that the box leaves once the edge has cut it', () => {
    assert.deepEqual(cutmixAt(0.75, [16, 24], size), { share: 0.75, box: [8, 24, 12, 36] });
    const atCorner = cutmixAt(0.75, [0, 0], size);
    assert.deepEqual(atCorner.box, [0, 8, 0, 12]);
    assert.equal(atCorner.share, 1 - 96 / (32 * 48));
  });

  it('gives a class the larger share, of equal ones the first, and adds up equal labels', () => {
    const labels = Int32Array.from([3, 1, 1, 0]);
    const shares = (share: number) => mixLabels(labels, 4, share);
    assert.deepEqual([...shares(0.75).labels], [3, 1, 1, 0]);
    assert.deepEqual([...shares(0.25).labels], [0, 1, 1, 3]);
    assert.deepEqual([...shares(0.5).labels], [0, 1, 1, 0]);
    assert.deepEqual([...shares(0.75).shares.subarray(0, 8)], [0.25, 0, 0, 0.75, 0, 1, 0, 0]);
  });
});

describe('erased rectangles', () => {
  it('are as frequent as the recipe says, within the picture, of 2 % to a third of it', () => {
    const boxes = drawErased({ kind: 'noise', probability: 0.25 }, many, [64, 48], stream('erase'));
    const areas = times(() => 0).map((_, index) => {
      const [top, bottom, left, right] = boxes.subarray(4 * index, 4 * index + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      assert.ok(top >= 0 && bottom <= 64 && left >= 0 && right <= 48);
      return ((bottom - top) * (right - left)) / (64 * 48);
    });
    const erased = areas.filter((area) => area > 0);
    assert.ok(Math.abs(erased.length / many - 0.25) < 0.015, String(erased.length));
    assert.ok(Math.min(...erased) > 0.017 && Math.max(...erased) < 0.35);
  });
});

describe('a changed picture', () => {
  const picture: Picture = {
    pixels: Uint8Array.from({ length: 16 * 12 * 3 }, (_, at) => (at * 37) % 256),
    height: 16,
    width: 12,
  };
  const randAugment: RandAugmentRecipe = {
    operations: 2,
    magnitude: 9,
    deviation: 0.5,
    growing: true,
    interpolation: 'random',
  };
  const normalisation = namedNormalisations['cifar100-measured'];
  const of = (seed: number, place: string) =>
    changed(picture, { randAugment }, { normalisation, seed }, place).pixels;

  it('depends on the seed and its place in the epoch alone', () => {
    assert.deepEqual(of(1, '2/3'), of(1, '2/3'));
    const places = Array.from({ length: 20 }, (_, index) =>
      Buffer.from(of(1, `1/${index}`)).toString('hex'),
    );
    assert.ok(new Set(places).size > 10);
    // Each of two operations is left out half the time.
    const whole = Buffer.from(picture.pixels).toString('hex');
    const still = Array.from({ length: 2000 }, (_, index) =>
      Buffer.from(of(1, `1/${index}`)).toString('hex'),
    ).filter((bytes) => bytes === whole).length;
    assert.ok(still > 400 && still < 700, String(still));
  });

  it('is filled with the mean colour of the data', () => {
    assert.deepEqual(fillOf(normalisation), [129, 124, 112]);
  });

  it('by jitter alone is another one, and by factors of 1 the same', () => {
    const by = (value: number) =>
      changed(
        picture,
        { jitter: { brightness: value, contrast: value, saturation: value } },
        { normalisation, seed: 1 },
        '1/1',
      ).pixels;
    assert.notDeepEqual(by(0.4), picture.pixels);
    assert.deepEqual(by(0), picture.pixels);
  });
});
