/* Checkpoints come from strangers: no code, no more memory than their bytes, no name that reaches an object. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpickle } from '../../runners/checkpoints/pickle.ts';
import { findStateDict } from '../../runners/checkpoints/state-dict.ts';
import { readTorchFile } from '../../runners/checkpoints/torch-file.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  parseSafetensors,
} from '../../runners/trial/safetensors.ts';

function safetensors(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.byteLength));
  return Buffer.concat([length, json, data]);
}

test('tensors that share their bytes are refused: a small file must not fill the memory', () => {
  const tensor = { dtype: 'F32', shape: [256], data_offsets: [0, 1024] };
  const header = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`t${n}`, tensor]));
  const bytes = safetensors(header, new Uint8Array(1024));
  assert.throws(() => parseSafetensors(bytes, 'x'), {
    code: 'SAFETENSORS',
    message: /tensors overlap/,
  });
});

test('a header as long as it says it is not, or of absurd shapes, is refused', () => {
  const long = safetensors({});
  long[7] = 0x7f;
  assert.throws(() => parseSafetensors(long, 'x'), { message: /header is longer than the file/ });
  for (const shape of [[2 ** 53], [-1], [1.5], ['1'], [2 ** 30, 2 ** 30, 2 ** 30], 'x', null]) {
    const bytes = safetensors(
      { a: { dtype: 'F32', shape, data_offsets: [0, 4] } },
      new Uint8Array(4),
    );
    assert.throws(() => parseSafetensors(bytes, 'x'), { code: 'SAFETENSORS' }, String(shape));
  }
  for (const offsets of [[-4, 0], [4, 0], [0, 1e300], ['0', '4'], [0], null]) {
    const bytes = safetensors(
      { a: { dtype: 'F32', shape: [1], data_offsets: offsets } },
      new Uint8Array(4),
    );
    assert.throws(() => parseSafetensors(bytes, 'x'), { code: 'SAFETENSORS' }, String(offsets));
  }
  for (const header of [
    null,
    [],
    'text',
    { __metadata__: { loop: { a: 1 } } },
    { a: null },
    { a: 1 },
  ]) {
    assert.throws(() => parseSafetensors(safetensors(header), 'x'), { code: 'SAFETENSORS' });
  }
});

test('a tensor called __proto__ is a tensor like any other', () => {
  const tensor = { dtype: 'float32' as const, shape: [1], data: Float32Array.of(7) };
  const tensors = Object.fromEntries(['__proto__', 'constructor'].map((name) => [name, tensor]));
  const bytes = encodeSafetensors({ tensors, metadata: {} });
  const read = decodeSafetensors(bytes, 'x').tensors;
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
  assert.deepEqual(Object.keys(read).sort(), ['__proto__', 'constructor']);
});

/** Lists of lists: 40 levels of two, written in some hundred bytes, are a text of a terabyte. */
const doubled = Buffer.concat([
  Buffer.from([0x5d]), // EMPTY_LIST
  ...Array.from({ length: 40 }, (_, level) =>
    // BINPUT n, POP, EMPTY_LIST, MARK, BINGET n, BINGET n, APPENDS
    Buffer.from([0x71, level, 0x30, 0x5d, 0x28, 0x68, level, 0x68, level, 0x65]),
  ),
]);

test('a name that is a list of lists is refused, not written out', () => {
  const world = { globals: new Map() };
  const twice = Buffer.concat([Buffer.from([0x80, 2]), doubled, Buffer.from([0x32, 0x93, 0x2e])]);
  assert.throws(() => unpickle(twice, 'x', world), {
    code: 'CHECKPOINT_PICKLE',
    message: /a global has no name/,
  });
  const key = Buffer.concat([
    Buffer.from([0x80, 2, 0x7d]),
    doubled,
    Buffer.from([0x4b, 1, 0x73, 0x2e]),
  ]);
  const { value } = unpickle(key, 'x', world);
  assert.throws(() => findStateDict(value, 'x'), {
    code: 'CHECKPOINT_NO_WEIGHTS',
    message: /only no name/,
  });
});

test('a legacy file whose version or storages are lists of lists is refused', () => {
  const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
  const version = Buffer.concat([Buffer.from([0x80, 2]), doubled, Buffer.from([0x2e])]);
  assert.throws(() => readTorchFile(Buffer.concat([magic, version]), 'x'), {
    code: 'CHECKPOINT_FORMAT',
    message: /version no name/,
  });
});
