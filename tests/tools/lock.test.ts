import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { takeLock } from '../../tools/setup/lock.mjs';

describe('the lock of the set-up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-lock-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'setup.lock');
  let said: string[] = [];
  beforeEach(() => {
    rmSync(file, { force: true });
    said = [];
  });
  const options = () => ({ folder: '/checkout', say: (line: string) => said.push(line), poll: 10 });
  const lockModule = JSON.stringify(new URL('../../tools/setup/lock.mjs', import.meta.url).href);
  /** A process that takes the lock, says so, and then does what `then` says. */
  const holder = (then: string) => [
    '--input-type=module',
    '-e',
    `import { takeLock } from ${lockModule};
     await takeLock(${JSON.stringify(file)}, { folder: '/other', say() {} });
     console.log('taken'); ${then}`,
  ];

  test('is there while it is held, and leaves nothing', async () => {
    const release = await takeLock(file, options());
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).pid, process.pid);
    release();
    assert.deepEqual(readdirSync(folder), []);
  });

  test('of a process that was killed is taken over at once', async () => {
    spawnSync(process.execPath, holder('process.kill(process.pid, "SIGKILL")'));
    assert.ok(existsSync(file), 'the dead process left it');
    const release = await takeLock(file, options());
    assert.deepEqual(said, []);
    release();
  });

  test('of another process with the same number is taken over', async () => {
    const other = { pid: process.pid, host: hostname(), started: '', folder: '', birth: '1' };
    writeFileSync(file, JSON.stringify(other));
    (await takeLock(file, options()))();
  });

  test('that is held is waited for, and its holder named once', async () => {
    const child = spawn(process.execPath, holder('setTimeout(() => {}, 100_000)'));
    await once(child.stdout, 'data');
    const taken = takeLock(file, options());
    while (said.length === 0) await new Promise((settle) => setTimeout(settle, 5));
    assert.match(
      said[0] ?? '',
      new RegExp(`process ${child.pid} on ${hostname()}, since .*, for /other`),
    );
    child.kill('SIGKILL');
    (await taken)();
    assert.equal(said.length, 1);
  });

  test('names the holder when it waited long enough', async () => {
    const child = spawn(process.execPath, holder('setTimeout(() => {}, 100_000)'));
    await once(child.stdout, 'data');
    await assert.rejects(takeLock(file, { ...options(), waitAtMost: 20 }), {
      name: 'SetupFailure',
      message: new RegExp(`process ${child.pid} on .* end it with "kill ${child.pid}"`),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  test('of another machine counts as long as it shows signs of life', async () => {
    const other = { pid: 1, host: 'elsewhere', started: '', folder: '', birth: '1' };
    writeFileSync(file, JSON.stringify(other));
    await assert.rejects(takeLock(file, { ...options(), waitAtMost: 20 }), /on elsewhere/);
  });

  test('goes to exactly one of many that find it abandoned', async () => {
    const abandoned = { pid: 2 ** 22 + 1, host: hostname(), started: '', folder: '', birth: '1' };
    writeFileSync(file, JSON.stringify(abandoned));
    const log = join(folder, 'log');
    const script = `import { takeLock } from ${lockModule};
      import { appendFileSync } from 'node:fs';
      const release = await takeLock(${JSON.stringify(file)}, { folder: '', say() {}, poll: 5 });
      appendFileSync(${JSON.stringify(log)}, 'in\\n');
      await new Promise((settle) => setTimeout(settle, 20));
      appendFileSync(${JSON.stringify(log)}, 'out\\n');
      release();`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script]),
    );
    await Promise.all(children.map((child) => once(child, 'exit')));
    assert.equal(readFileSync(log, 'utf8'), 'in\nout\n'.repeat(4));
    rmSync(log);
  });
});
