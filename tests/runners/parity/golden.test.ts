import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DataError } from '../../../common/errors.ts';
import { formulaPictures, hashValue } from '../../../runners/parity/formula.ts';
import { GoldenNode, goldenPaths, readGolden } from '../../../runners/parity/golden.ts';
import { Comparison, relativeTolerance } from '../../../runners/parity/tolerance.ts';
import { temporaryFolder } from '../../results/temporary.ts';

const node = (content: unknown) => GoldenNode.of({ path: 'losses/x.json', content });

describe('golden files', () => {
  it('are read plain and compressed, and refused by name when they are broken', (t: TestContext) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'a.json'), '{"x":1}');
    writeFileSync(join(folder, 'b.json.gz'), gzipSync('{"x":2}'));
    writeFileSync(join(folder, 'c.json.gz'), gzipSync('{"x":3}').subarray(0, 12));
    writeFileSync(join(folder, 'd.json'), '{"x":');
    writeFileSync(join(folder, 'README.md'), 'text');
    assert.deepEqual(goldenPaths(folder), ['a.json', 'b.json.gz', 'c.json.gz', 'd.json']);
    assert.deepEqual(readGolden(folder, 'a.json').content, { x: 1 });
    assert.deepEqual(readGolden(folder, 'b.json.gz').content, { x: 2 });
    for (const [path, code] of [
      ['c.json.gz', 'GOLDEN_MALFORMED'],
      ['d.json', 'GOLDEN_MALFORMED'],
      ['e.json', 'GOLDEN_MISSING'],
    ] as const) {
      assert.throws(
        () => readGolden(folder, path),
        (error: unknown) =>
          error instanceof DataError && error.code === code && error.message.includes(path),
      );
    }
    assert.throws(() => goldenPaths(join(folder, 'nowhere')), /no folder of golden files/);
  });

  it('name file and place of what is not as the format says', () => {
    const root = node({ cases: [{ loss: 'x', grad: { shape: [2, 2], data: [1, 2, 3] } }] });
    const [first] = root.get('cases').list() as [GoldenNode];
    assert.throws(() => root.get('case'), /losses\/x\.json: the document has no "case"/);
    assert.throws(() => first.get('loss').number(), /cases\[0\]\.loss must be a number/);
    assert.throws(
      () => first.get('grad').tensor(),
      /cases\[0\]\.grad has 3 values for the shape \[2,2\]/,
    );
    assert.throws(() => first.get('grad').list(), /must be a list/);
  });

  it('write non-finite numbers as texts', () => {
    const values = node({ shape: [3], data: ['NaN', 'Infinity', '-Infinity'] }).tensor().data;
    assert.deepEqual([...values], [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });
});

describe('formula of weights and pictures', () => {
  // Values worked out from the README's formula with unlimited integers.
  it('is exact', () => {
    const big = (i: bigint, k: bigint, seed: bigint) => {
      const word = (value: bigint) => value & 0xffffffffn;
      let h = word(i * 0x9e3779b1n + k * 0x85ebca77n + seed);
      h ^= h >> 16n;
      h = word(h * 0x7feb352dn);
      h ^= h >> 15n;
      h = word(h * 0x846ca68bn);
      h ^= h >> 16n;
      return Number(h) / 2 ** 31 - 1;
    };
    for (const [i, k, seed] of [
      [0, 0, 0],
      [1, 2, 12345],
      [2_359_295, 170, 987_654_321],
      [12_287, 1_000_003, 12_345],
    ] as const) {
      assert.equal(hashValue(i, k, seed), big(BigInt(i), BigInt(k), BigInt(seed)));
    }
  });

  it('counts pictures in NCHW order and gives them in NHWC order', () => {
    const pictures = formulaPictures([2, 3, 4, 5], 9);
    const [b, c, y, x] = [1, 2, 3, 4];
    const index = ((b * 3 + c) * 4 + y) * 5 + x;
    const wave = Math.sin(0.17 * (b + 1) * x + 0.11 * (c + 2) * y + 0.9 * b);
    const expected = Math.fround(0.6 * hashValue(index, 1000003, 9) + 0.8 * wave);
    assert.equal(pictures[((b * 4 + y) * 5 + x) * 3 + c], expected);
  });
});

describe('tolerance', () => {
  it('is ten times the recorded noise and at least 1e-5, relative to the scale', () => {
    assert.equal(relativeTolerance(1e-9, 2), 1e-5);
    assert.equal(relativeTolerance(4e-4, 2), 2e-3);
    assert.equal(relativeTolerance(0, 0), 1e-5);
  });

  it('keeps the quantity that is worst in units of its own tolerance', () => {
    const result = new Comparison('f', 'n')
      .scalar('loose', 1.01, 1, 0.1)
      .scalar('tight', 1.001, 1, 1e-5)
      .result();
    assert.equal(result.ok, false);
    assert.equal(result.tolerance, 1e-5);
    assert.match(result.note ?? '', /largest in tight/);
  });

  it('fails on NaN, on other non-finite values than recorded, on shapes and on lengths', () => {
    const failing = [
      new Comparison('f', 'n').scalar('x', Number.NaN, 1, 1),
      new Comparison('f', 'n').scalar('x', 1, Number.POSITIVE_INFINITY, 1),
      new Comparison('f', 'n').array('x', [1, Number.NaN, 1], [1, 1, 1], 1),
      new Comparison('f', 'n').array('x', [1, 1], [1, 1, 1], 1),
      new Comparison('f', 'n').equal('x', [1], [2]),
      new Comparison('f', 'n').tensor(
        'x',
        { shape: [2, 1], data: [1, 1] },
        { shape: [1, 2], data: Float64Array.of(1, 1), dtype: 'float' },
        1,
      ),
    ];
    for (const comparison of failing) {
      const result = comparison.scalar('later', 1, 1, 1).result();
      assert.deepEqual([result.ok, result.maxError], [false, Number.MAX_VALUE]);
    }
    const same = new Comparison('f', 'n')
      .array('x', [Number.NaN, -Infinity], [Number.NaN, -Infinity], 0)
      .result();
    assert.equal(same.ok, true);
  });

  it('does not let a case pass that compared nothing', () => {
    assert.throws(() => new Comparison('f', 'n').result(), /compares nothing/);
  });
});
