import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { acquireLock, describeHolder, lockHolder, removeDeadLocks } from '../../../common/lock.ts';
import { identify, type ProcessIdentity } from '../../../common/process-identity.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redistill-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const self = identify(process.pid) as ProcessIdentity;

/** The number of a process that has certainly ended. */
function deadPid(): number {
  return spawnSync('true').pid;
}

test('a held lock is busy and names its process', () => {
  const first = acquireLock(folder);
  const second = acquireLock(folder);
  assert.equal(first.kind, 'held');
  assert.equal(second.kind, 'busy');
  assert.equal(
    second.kind === 'busy' && describeHolder(second.holder, hostname()),
    `process ${process.pid}`,
  );
  if (first.kind === 'held') first.lock.release();
  assert.equal(lockHolder(folder), undefined);
  assert.equal(acquireLock(folder).kind, 'held');
});

test('the lock of a dead process is taken over, and removed with the lock of its successor', () => {
  const owner = { ...self, pid: deadPid() };
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ owner, worker: null }));
  const attempt = acquireLock(folder);
  assert.equal(attempt.kind, 'held');
  assert.deepEqual(readdirSync(folder).sort(), ['lock.1', 'lock.2']);
  if (attempt.kind === 'held') attempt.lock.release();
  assert.deepEqual(readdirSync(folder), []);
});

test('a process number that now belongs to another process does not hold the lock', () => {
  const owner = { ...self, started: 'another boot/1' };
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ owner, worker: null }));
  assert.equal(acquireLock(folder).kind, 'held');
});

test('a worker that outlives its command keeps the lock', () => {
  const owner = { ...self, pid: deadPid() };
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ owner, worker: self }));
  const attempt = acquireLock(folder);
  assert.equal(
    attempt.kind === 'busy' && describeHolder(attempt.holder, hostname()),
    `process ${process.pid}`,
  );
});

test('a lock from another machine holds, because nobody here can tell', () => {
  const owner = { ...self, host: 'elsewhere' };
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ owner, worker: null }));
  const attempt = acquireLock(folder);
  assert.equal(
    attempt.kind === 'busy' && describeHolder(attempt.holder, hostname()),
    `process ${process.pid} on elsewhere`,
  );
});

test('a lock file that a power failure left empty holds nothing', () => {
  writeFileSync(join(folder, 'lock.3'), '');
  assert.equal(acquireLock(folder).kind, 'held');
  assert.deepEqual(readdirSync(folder).sort(), ['lock.3', 'lock.4']);
});

test('a process that chose its number before files were removed gives way to who holds the run now', () => {
  const held = acquireLock(folder);
  assert.equal(held.kind, 'held');
  // Killed between making its file and giving way: a dead lock above a living one.
  const owner = { ...self, pid: deadPid() };
  writeFileSync(join(folder, 'lock.2'), JSON.stringify({ owner, worker: null }));
  assert.equal(acquireLock(folder).kind, 'busy');
  assert.equal(lockHolder(folder)?.owner.pid, process.pid);
  if (held.kind === 'held') held.lock.release();
  assert.deepEqual(readdirSync(folder), []);
});

test('what killed holders left is removed once nobody needs the lock any more, and nothing else', () => {
  const owner = { ...self, pid: deadPid() };
  writeFileSync(join(folder, 'journal.jsonl'), '');
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ owner, worker: null }));
  writeFileSync(join(folder, 'lock.2'), '');
  writeFileSync(join(folder, `.lock.3.${hostname()}.${owner.pid}.tmp`), '');
  removeDeadLocks(folder);
  assert.deepEqual(readdirSync(folder), ['journal.jsonl']);
  const elsewhere = { ...self, host: 'elsewhere' };
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ owner: elsewhere, worker: null }));
  removeDeadLocks(folder);
  assert.deepEqual(readdirSync(folder).sort(), ['journal.jsonl', 'lock.1']);
});

test('a lock of other types than locks have is that of nobody', () => {
  for (const text of [
    'null',
    '[]',
    '{}',
    '{"owner":1}',
    '{"owner":{"pid":"x"}}',
    '{"owner":null}',
  ]) {
    writeFileSync(join(folder, 'lock.1'), text);
    assert.equal(lockHolder(folder), undefined, text);
  }
});
