/*
 * Checkpoints come from strangers: no code, no more memory than their bytes, no name that reaches
 * an object.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpickle } from '../../runners/formats/pickle.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  parseSafetensors,
} from '../../runners/formats/safetensors.ts';
import { readTorchFile } from '../../runners/weights/checkpoints/torch-file.ts';
import { weightGroups } from '../../runners/weights/checkpoints/weight-groups.ts';

function safetensors(header: unknown, data = new Uint8Array(0)): Uint8Array {
  return withHeader(JSON.stringify(header), data);
}

function withHeader(header: string | Buffer, data = new Uint8Array(0)): Uint8Array {
  const json = Buffer.from(header);
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
  assert.throws(() => weightGroups(value, 'x'), {
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

const four = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';

test('a header that contradicts the format is refused with tensor and field', () => {
  for (const [header, message, bytes = 4] of [
    [`{"a":${four},"a":${four}}`, /it has the key "a" twice/],
    [`{"a":${four},"\\u0061":${four}}`, /it has the key "a" twice/],
    ['{"__metadata__":{"k":"1","k":"2"}}', /tensor "__metadata__" has the field "k" twice/, 0],
    [
      '{"a":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}',
      /tensor "a" has the field "dtype" twice/,
    ],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":["0","4"]}}',
      /tensor "a" has data_offsets that are not two whole numbers: \["0","4"\]/,
    ],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0.5,4.5]}}',
      /tensor "a", field "data_offsets", holds the number 0\.5/,
    ],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4.0]}}',
      /field "data_offsets", holds the number 4\.0/,
    ],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[-0,4]}}',
      /field "data_offsets", holds the number -0/,
    ],
    [
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[9007199254740993,9007199254740997]}}',
      /tensor "a" has data_offsets that are not two whole numbers/,
    ],
    [
      '{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}',
      /tensor "a" has no valid shape: "1"/,
    ],
    [
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
      /takes 4 bytes .* and 8 by its dtype/,
    ],
    [
      '{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}}',
      /takes 4 bytes .* and 2 by its dtype/,
    ],
    [
      '{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}',
      /has the dtype "F4", which is not known/,
    ],
    ['{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', /no tensor has the bytes 0 to 4/, 8],
    [
      `{"a":${four},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}`,
      /no tensor has the bytes 4 to 8, before tensor "b"/,
      12,
    ],
    [`{"a":${four}}`, /96 bytes follow its last tensor/, 100],
    [`{"a":${four}}`, /tensor "a" .* lies outside of the file/, 3],
    [`{"a":${four},"b":${four}}`, /its tensors overlap: tensor "b"/, 8],
    ['{"__metadata__":{"k":1}}', /__metadata__ is not made of texts/, 0],
    ['{"__metadata__":["k"]}', /__metadata__ is not made of texts/, 0],
    [` {"a":${four}}`, /does not begin with \{/],
    [Buffer.from('{"\xff":1}', 'latin1'), /its header is not UTF-8/],
    ['{"a":[[[0]]]}', /tensor "a" is nested more than 3 levels deep/],
    [
      `{"a":{"dtype":"F32","shape":[${Array(65).fill(1)}],"data_offsets":[0,4]}}`,
      /more than 64 values/,
    ],
    [`{"${'module.'.repeat(1_000_000)}x":${four}}`, /a tensor with a name of 7000001 bytes/],
  ] as const) {
    assert.throws(
      () => parseSafetensors(withHeader(header, new Uint8Array(bytes)), 'weights.safetensors'),
      { code: 'SAFETENSORS', message },
      String(header).slice(0, 100),
    );
  }
});

test('a header of a million tensors, or of a million sides, is refused before it is parsed', () => {
  const none = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
  const many = Array.from({ length: 1_000_000 }, (_, index) => `"${index}":${none}`).join();
  assert.throws(() => parseSafetensors(withHeader(`{${many}}`), 'x'), {
    code: 'SAFETENSORS',
    message: /names more than 100000 tensors/,
  });
  const ones = Array(1_000_000).fill(1).join();
  const shape = `{"a":{"dtype":"F32","shape":[${ones}],"data_offsets":[0,4]}}`;
  assert.throws(() => parseSafetensors(withHeader(shape, new Uint8Array(4)), 'x'), {
    code: 'SAFETENSORS',
    message: /tensor "a", field "shape", has more than 64 values/,
  });
});

test('what is valid stays valid: spaces after the header, empty tensors, scalars, any order', () => {
  const header =
    '{"b":{"shape":[],"data_offsets":[4,6],"dtype":"BF16"},"__metadata__":{"a \\"b\\": [1.5":"{-1}"},' +
    '"e":{"dtype":"F8_E4M3","shape":[0,3],"data_offsets":[4,4]},' +
    `"a" : ${four}}   `;
  const { tensors, metadata } = parseSafetensors(withHeader(header, new Uint8Array(6)), 'x');
  assert.deepEqual([...tensors.keys()].sort(), ['a', 'b', 'e']);
  assert.deepEqual(metadata, { 'a "b": [1.5': '{-1}' });
});

/**
 * The pickle of a legacy file with this content, its list of storages, and one storage of a float.
 */
function legacy(...content: readonly (string | Buffer)[]): Buffer {
  const pickle = (...parts: readonly (string | Buffer)[]) =>
    Buffer.concat([
      Buffer.from([0x80, 2]),
      ...parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
      Buffer.from('.'),
    ]);
  return Buffer.concat([
    Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'),
    pickle('M\xe9\x03'),
    pickle('}X\x0d\0\0\0little_endian\x88s'),
    pickle(...content),
    pickle(']X\x01\0\0\x000a'),
    Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f]),
  ]);
}
const storage = '(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x01NtQ';
const tensor = (shape: string, strides = '') =>
  `ctorch._utils\n_rebuild_tensor\n(${storage}K\0(${shape}t${strides}tR`;

test('a pickle cannot make work or memory out of proportion to its bytes', () => {
  const pickleRefused = (message: RegExp) => ({ code: 'CHECKPOINT_PICKLE', message });
  for (const [content, expected] of [
    [
      [`}X\x01\0\0\0a${tensor('K\x01'.repeat(300_000))}s`],
      { code: 'CHECKPOINT_FORMAT', message: /^x cannot .* has 300000 sides; up to 64 are read/ },
    ],
    [['('.repeat(3_900_000)], pickleRefused(/more than 1000000 lists/)],
    [['}'.repeat(3_900_000)], pickleRefused(/more than 1000000 lists/)],
    [[']', '\x85'.repeat(3_000_000)], pickleRefused(/more than 1000000 lists/)],
    // A list of 1000 pairs, and any number of dictionaries made of it.
    [
      [
        '](',
        'K\x01K\x02\x86'.repeat(1000),
        'eq\x01',
        'ccollections\nOrderedDict\nh\x01\x85R'.repeat(5000),
      ],
      pickleRefused(/more than 4000000 operations/),
    ],
    [[`c${'a'.repeat(5_000_000)}\nx\n`], pickleRefused(/a name of more than 1000 bytes/)],
    [
      [`ca\n${'b'.repeat(990)}\n`, `c${'a'.repeat(999)}\n${'b'.repeat(999)}\n`],
      pickleRefused(/a name of 1998 characters/),
    ],
  ] as const) {
    assert.throws(() => readTorchFile(legacy(...content), 'x'), expected);
  }
});

test('a text of megabytes is passed over: it names no tensor', () => {
  const text = Buffer.alloc(3_000_000, 'module.');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const weights = `X\x01\0\0\0a${tensor('K\x01', '(K\x01t')}`;
  const value = readTorchFile(legacy('}(X', length, text, 'K\x01', weights, 'u'), 'x');
  const [group] = weightGroups(value, 'x.pth');
  assert.deepEqual([...(group?.tensors.keys() ?? [])], ['a']);
  assert.deepEqual([...(group?.others.keys() ?? [])], ['a text of 3000000 bytes']);
});

test('an expanded tensor of more values than any network has is not written out', () => {
  const side = 'J\xff\xff\x00\x00'; // 65,535
  const bytes = legacy(`}X\x01\0\0\0a${tensor(`${side}${side}`, '(K\0K\0t')}s`);
  const [group] = weightGroups(readTorchFile(bytes, 'x'), 'x');
  assert.throws(() => group?.tensors.get('a')?.values(), {
    code: 'CHECKPOINT_TENSOR',
    message: /more values than the 268435456 that are read/,
  });
});
