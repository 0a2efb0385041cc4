import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readLog } from '../../../runners/official/log-reader.ts';
import { logText } from '../../../runners/official/log-text.ts';

const log = 'epoch,test_acc\n1,10.5\n';
const finding = (bytes: Uint8Array) => {
  const found = logText(bytes);
  assert.notEqual(typeof found, 'string');
  return found as Exclude<typeof found, string>;
};

test('a byte-order mark is no error, in UTF-8 and in both orders of UTF-16', () => {
  const little = Buffer.from(`\uFEFF${log}`, 'utf16le');
  for (const bytes of [
    Buffer.from(log),
    Buffer.from(`\uFEFF${log}`),
    little,
    Buffer.from(little).swap16(),
  ])
    assert.equal(logText(bytes), log);
  // What is read without its bytes, too.
  assert.deepEqual(readLog(`\uFEFF${log}`).problems, []);
});

test('what is no text is said in one sentence', () => {
  assert.match(finding(gzipSync(log)).message, /packed \(gzip\); unpack it first \(gunzip\)/);
  const xz = Buffer.concat([Buffer.from('fd377a585a00', 'hex'), Buffer.alloc(50)]);
  assert.match(finding(xz).message, /xz -d/);
  assert.match(finding(Buffer.from(log, 'utf16le')).message, /zero bytes/);
  assert.match(finding(Buffer.alloc(100)).message, /zero bytes/);
});

test('more lines than any log has are refused before they are taken apart', () => {
  assert.match(finding(Buffer.alloc(2_000_001, '\n')).message, /more than 2000000 lines/);
});
