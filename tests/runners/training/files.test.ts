import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DataError } from '../../../common/errors.ts';
import { JournalWriter, readJournal } from '../../../contract/journal.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../runners/formats/safetensors.ts';
import { recoverCheckpoint, saveCheckpoint } from '../../../runners/training/checkpoint.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'redistill ü-'));
const clock = () => '2026-01-02T03:04:05.678Z';
const tensors = (value: number) => ({
  'layer1.0.weight': {
    dtype: 'float32' as const,
    shape: [2, 3],
    data: new Float32Array(6).fill(value),
  },
  steps: { dtype: 'int32' as const, shape: [], data: Int32Array.of(value) },
});

describe('safetensors', () => {
  it('come back as they were, with metadata', () => {
    const file = { tensors: tensors(7), metadata: { loop: '{"a":1}' } };
    assert.deepEqual(decodeSafetensors(encodeSafetensors(file), 'x'), file);
  });

  it('start at a multiple of eight bytes with the header length of the format', () => {
    const bytes = Buffer.from(encodeSafetensors({ tensors: tensors(1), metadata: {} }));
    const length = Number(bytes.readBigUInt64LE(0));
    assert.equal(length % 8, 0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    assert.deepEqual(header['layer1.0.weight'], {
      dtype: 'F32',
      shape: [2, 3],
      data_offsets: [0, 24],
    });
    assert.deepEqual(header.steps, { dtype: 'I32', shape: [], data_offsets: [24, 28] });
    assert.equal(bytes.byteLength, 8 + length + 28);
  });

  it('are refused by name when truncated, foreign or lying about their sizes', () => {
    const bytes = encodeSafetensors({ tensors: tensors(1), metadata: {} });
    const refused = (data: Uint8Array, pattern: RegExp) =>
      assert.throws(
        () => decodeSafetensors(data, 'weights.safetensors'),
        (error: unknown) => {
          assert.ok(error instanceof DataError);
          assert.match(error.message, /^weights\.safetensors /);
          assert.match(error.message, pattern);
          return true;
        },
      );
    refused(bytes.subarray(0, 4), /only 4 bytes/);
    refused(bytes.subarray(0, 40), /header is longer/);
    refused(bytes.subarray(0, bytes.byteLength - 1), /truncated/);
    refused(new TextEncoder().encode('PK\u0003\u0004 not at all this format'), /header is longer/);
    const lying = Buffer.from(bytes);
    lying.write('[9,3]', lying.indexOf('[2,3]'));
    refused(
      lying,
      /takes 24 bytes by its data_offsets .* and 108 by its dtype F32 and shape \[9,3\]/,
    );
  });
});

describe('a journal', () => {
  it('numbers and dates its lines and goes on after a torn one', () => {
    const path = join(folder(), 'runs', 'journal.jsonl');
    const first = JournalWriter.open(path, clock);
    first.writer.append({ type: 'event', kind: 'a', message: 'one' });
    first.writer.close();
    appendFileSync(path, '{"seq":1,"ti');
    assert.equal(readJournal(path).tornBytes, 12);
    const second = JournalWriter.open(path, clock);
    assert.equal(second.content.lines.length, 1);
    second.writer.append({ type: 'event', kind: 'b', message: 'two' });
    second.writer.close();
    assert.deepEqual(readJournal(path), {
      lines: [
        { seq: 0, time: clock(), type: 'event', kind: 'a', message: 'one' },
        { seq: 1, time: clock(), type: 'event', kind: 'b', message: 'two' },
      ],
      length: readFileSync(path).byteLength,
      tornBytes: 0,
    });
  });

  it('refuses a damaged line in the middle, naming file and line', () => {
    const path = join(folder(), 'journal.jsonl');
    const event = (seq: number) =>
      `${JSON.stringify({ seq, time: clock(), type: 'event', kind: 'note', message: '' })}\n`;
    writeFileSync(path, `${event(0)}nonsense\n${event(2)}`);
    assert.throws(() => readJournal(path), /journal\.jsonl, line 2: not a journal line/);
    writeFileSync(path, `${event(0)}${event(2)}`);
    assert.throws(() => readJournal(path), /line 2: seq is 2, but 1 was expected/);
  });
});

describe('checkpoints', () => {
  it('keep the newest two and come back with the loop state', () => {
    const path = folder();
    for (const step of [1, 2, 10])
      saveCheckpoint(path, step, { tensors: tensors(step), loop: { step } });
    assert.equal(readdirSync(path).length, 2);
    const { checkpoint, refused } = recoverCheckpoint<{ step: number }>(path);
    assert.deepEqual(checkpoint?.loop, { step: 10 });
    assert.deepEqual(checkpoint?.tensors, tensors(10));
    assert.deepEqual(refused, []);
  });

  for (const [damage, apply] of [
    ['truncated', (file: string) => truncateSync(file, 100)],
    [
      'with one flipped bit',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
        writeFileSync(file, bytes);
      },
    ],
  ] as const) {
    it(`that are ${damage} are refused and the one before is used`, () => {
      const path = folder();
      saveCheckpoint(path, 1, { tensors: tensors(1), loop: { step: 1 } });
      const newest = saveCheckpoint(path, 2, { tensors: tensors(2), loop: { step: 2 } });
      apply(join(path, newest.file));
      const { checkpoint, refused } = recoverCheckpoint<{ step: number }>(path);
      assert.equal(checkpoint?.step, 1);
      assert.equal(refused[0]?.file, newest.file);
      assert.match(refused[0]?.reason ?? '', /truncated or changed/);
    });
  }

  it('are none where an interrupted write left only its temporary file', () => {
    const path = folder();
    writeFileSync(join(path, '.step-00000001-0123456789abcdef.safetensors.1.tmp'), 'half');
    assert.equal(recoverCheckpoint(path).checkpoint, null);
  });
});
