import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DataError } from '../../../../common/errors.ts';
import type { FileTensor } from '../../../../runners/weights/checkpoints/tensors.ts';
import { readTorchFile } from '../../../../runners/weights/checkpoints/torch-file.ts';
import {
  type WeightGroup,
  weightGroups,
} from '../../../../runners/weights/checkpoints/weight-groups.ts';

/*
 * The fixtures were written by PyTorch 1.13 (Debian's python3-torch):
 * - zip.pth: an OrderedDict of tensors: arange(24) / 7 as [3, 2, 2, 2], [1.5, -2.25, 0.1], the
 *   integer 7, arange(12) as 3x4 transposed, and a slice of it (the two share a storage).
 * - legacy-nested.pth: the same in the format before 1.6, with `module.` before every name, under
 *   `model`, beside epoch, best_acc (a tensor) and the state of an optimizer.
 * - zip-state-dict.pth: a module's state_dict (which has `_metadata`) under `state_dict`, beside a
 *   Parameter.
 * - types.pth: float16, bfloat16, float64 and int64.
 */
const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));
const largest = (value: unknown, source: string): WeightGroup =>
  [...weightGroups(value, source)].sort(
    (a, b) => b.tensors.size - a.tensors.size,
  )[0] as WeightGroup;
const stateDict = (name: string) => largest(readTorchFile(fixture(name), name), name);
const fails = (run: () => unknown, code: string, pattern: RegExp) =>
  assert.throws(
    run,
    (error: unknown) =>
      error instanceof DataError && error.code === code && pattern.test(error.message),
  );

describe('a file of torch.save', () => {
  for (const [name, path, prefix] of [
    ['zip.pth', [], ''],
    ['legacy-nested.pth', ['model'], 'module.'],
  ] as const) {
    it(`${name}: tensors with their strides`, () => {
      const found = stateDict(name);
      assert.deepEqual(found.path, path);
      assert.deepEqual([...found.others], []);
      const values = (key: string) => [
        ...(found.tensors.get(`${prefix}${key}`) as FileTensor).values(),
      ];
      assert.deepEqual(
        [...found.tensors].map(([key, { type, shape }]) => [key.slice(prefix.length), type, shape]),
        [
          ['conv.weight', 'float32', [3, 2, 2, 2]],
          ['bn.weight', 'float32', [3]],
          ['bn.num_batches_tracked', 'integer', []],
          ['view', 'float32', [4, 3]],
          ['view2', 'float32', [4]],
        ],
      );
      assert.deepEqual(
        values('conv.weight'),
        Array.from({ length: 24 }, (_, index) => Math.fround(Math.fround(index) / 7)),
      );
      assert.deepEqual(values('bn.weight'), [1.5, -2.25, Math.fround(0.1)]);
      assert.deepEqual(values('view'), [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
      assert.deepEqual(values('view2'), [4, 5, 6, 7]);
    });
  }

  it('gives the state dict of a module, whose attributes are dropped, and parameters', () => {
    const value = readTorchFile(fixture('zip-state-dict.pth'), 'x') as Map<string, unknown>;
    assert.deepEqual([...(value.get('param') as FileTensor).values()], [1, 2]);
    const found = largest(value, 'x');
    assert.deepEqual(found.path, ['state_dict']);
    assert.equal(found.tensors.size, 7);
  });

  it('converts other floating-point numbers, and no integers', () => {
    const { tensors } = stateDict('types.pth');
    const values = (key: string) => [...(tensors.get(key) as FileTensor).values()];
    assert.deepEqual(values('h'), [0.0999755859375, -65504, 2 ** -24, Number.POSITIVE_INFINITY]);
    assert.deepEqual(values('b'), [0.10009765625, Math.fround(-3.00405527047391e38)]);
    assert.deepEqual(values('d'), [Math.fround(0.1), Number.POSITIVE_INFINITY]);
    fails(() => values('i'), 'CHECKPOINT_TYPE', /holds integers/);
  });

  it('is refused wherever it is cut short', () => {
    for (const name of ['zip.pth', 'legacy-nested.pth']) {
      const bytes = fixture(name);
      for (let length = 0; length < bytes.length; length += 13) {
        assert.throws(
          () => {
            const { tensors } = largest(readTorchFile(bytes.subarray(0, length), name), name);
            for (const tensor of tensors.values()) if (tensor.type !== 'integer') tensor.values();
          },
          DataError,
          `${name} cut at ${length}`,
        );
      }
    }
  });

  it('is refused where a byte of a tensor is damaged', () => {
    const bytes = Buffer.from(fixture('zip.pth'));
    const weights = Buffer.alloc(12);
    for (const [index, value] of [1.5, -2.25, 0.1].entries())
      weights.writeFloatLE(value, 4 * index);
    const at = bytes.indexOf(weights);
    assert.ok(at > 0);
    bytes[at] = 1;
    fails(
      () => largest(readTorchFile(bytes, 'x'), 'x').tensors.get('bn.weight')?.values(),
      'CHECKPOINT_ZIP',
      /data\/1 damaged: its checksum is wrong/,
    );
  });

  it('is refused where a tensor looks outside of its storage, or asks for more than there is', () => {
    const bytes = fixture('legacy-nested.pth');
    // The slice of `view`: offset 4 (BININT1), shape (4,) and stride (1,) as tuples of one.
    const slice = Buffer.from('4b044b0485', 'hex');
    const at = bytes.lastIndexOf(slice);
    assert.ok(at > 0);
    const outside = Buffer.from(bytes);
    outside[at + 1] = 9;
    fails(() => readTorchFile(outside, 'x'), 'CHECKPOINT_TENSOR', /does not fit into its storage/);
    const stride = bytes.indexOf(Buffer.from('4b0185', 'hex'), at + slice.length);
    const repeated = Buffer.from(bytes);
    repeated[at + 3] = 200;
    repeated[stride + 1] = 0;
    // As torch.Tensor.expand has it: every value is the one at the offset.
    const { tensors } = largest(readTorchFile(repeated, 'x'), 'x');
    assert.deepEqual([...(tensors.get('module.view2')?.values() ?? [])], Array(200).fill(4));
  });

  it('is told from other files', () => {
    fails(
      () => readTorchFile(Buffer.from('hello'), 'x'),
      'CHECKPOINT_FORMAT',
      /neither a zip file/,
    );
    fails(
      () => readTorchFile(Buffer.from([0x80, 2, 0x4e, 0x2e]), 'x'),
      'CHECKPOINT_FORMAT',
      /torch/,
    );
    const renamed = Buffer.from(fixture('zip.pth'));
    for (let at = renamed.indexOf('data.pkl'); at >= 0; at = renamed.indexOf('data.pkl')) {
      renamed.write('code.pkl', at);
    }
    fails(() => readTorchFile(renamed, 'x'), 'CHECKPOINT_FORMAT', /no single data\.pkl/);
  });
});
