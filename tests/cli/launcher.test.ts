import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A command line that shows what the launcher gave it, and tells of every signal. */
const fakeMain = `
const [what, value]: string[] = process.argv.slice(2);
// Before the first line: whoever reads it may send a signal at once.
if (what === 'wait' || what === 'block')
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => console.log(name));
console.log(JSON.stringify({
  pid: process.pid,
  args: process.argv.slice(2),
  level: process.env['TF_CPP_MIN_LOG_LEVEL'],
  launcher: process.env['REDISTILL_LAUNCHER'] ?? null,
}));
if (what === 'exit') process.exitCode = Number(value);
// It computes without a pause, so that its handlers never run.
if (what === 'block') for (;;);
if (what === 'die') process.kill(process.pid, value);
if (what === 'wait') {
  process.stdin.on('data', (data) => { if (String(data).trim() === 'end') process.exit(5); });
  process.stdin.resume();
}
`;

describe('the launcher', { timeout: 60_000 }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'redistill-launcher-'));
    for (const part of [
      'cli/bin.js',
      'tools',
      'common/installation.mjs',
      'common/packed.mjs',
      'runners/engine/environment.mjs',
      'runners/engine/native-package.mjs',
      'runners/engine/node-shim.mjs',
    ])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    mkdirSync(join(folder, 'node_modules/execa'), { recursive: true });
    writeFileSync(
      join(folder, 'node_modules/execa/package.json'),
      '{"exports":{"import":"./index.js"}}',
    );
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'cli/main.ts'), fakeMain);
  });
  after(() => rmSync(folder, { recursive: true }));

  const started: ChildProcess[] = [];
  // One that a failed test left waiting takes its command with it.
  afterEach(() => started.splice(0).forEach((child) => void child.kill('SIGKILL')));

  const start = (...args: string[]) => {
    const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env;
    const child = spawn(process.execPath, [join(folder, 'cli/bin.js'), ...args], { env });
    started.push(child);
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    let errors = '';
    child.stderr.on('data', (data) => {
      errors += data;
    });
    return { child, output: () => output, errors: () => errors };
  };
  const until = async (run: ReturnType<typeof start>, condition: () => boolean) => {
    while (!condition()) {
      assert.equal(run.child.exitCode ?? run.child.signalCode, null, run.output() + run.errors());
      await sleep(10);
    }
  };
  const firstLine = async (run: ReturnType<typeof start>) => {
    if (!run.output().includes('\n')) await once(run.child.stdout, 'data');
    return JSON.parse(run.output().split('\n')[0] ?? '');
  };
  const exitOf = async (child: ChildProcess) => (await once(child, 'close'))[0] as number;

  test('passes arguments, environment and exit code, and adds no warning', async () => {
    const run = start('exit', '7', '--an option', '');
    assert.equal(await exitOf(run.child), 7);
    const seen = await firstLine(run);
    assert.deepEqual(seen.args, ['exit', '7', '--an option', '']);
    assert.equal(seen.level, '3');
    assert.equal(seen.launcher, null, 'workers must not take themselves for launched commands');
    assert.equal(run.errors(), '');
  });

  test('ends when the command does, though the command kept its channel open', async () => {
    assert.equal(await exitOf(start('exit', '0').child), 0);
  });

  test('reports a command that a signal ended as a shell would', async () => {
    assert.equal(await exitOf(start('die', 'SIGKILL').child), 137);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`passes ${signal} on, waits for the command's own end, and gives its exit code`, async () => {
      const run = start('wait');
      await firstLine(run);
      run.child.kill(signal);
      await until(run, () => run.output().includes(signal));
      run.child.stdin.end('end\n');
      assert.equal(await exitOf(run.child), 5);
      assert.deepEqual(run.output().trim().split('\n').slice(1), [signal]);
    });
  }

  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    test(`ends a command that never hears ${signal}, and says so`, async () => {
      const run = start('block');
      await firstLine(run);
      run.child.kill(signal);
      await sleep(500);
      // The second wish has less patience than the first.
      run.child.kill(signal);
      assert.equal(await exitOf(run.child), code);
      assert.match(run.errors(), new RegExp(`did not stop within its time after ${signal}`));
    });
  }

  test('says what to do where a process may open hardly any file', {
    skip: process.platform !== 'linux',
  }, () => {
    const bin = join(folder, 'cli/bin.js');
    const command = `ulimit -n 40 && exec "${process.execPath}" "${bin}" exit 0`;
    const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    assert.equal(status, 3);
    assert.match(
      stderr,
      /^redistill: a process may have too few files open here, .*ulimit -n 1024/,
    );
    assert.equal(stderr.split('\n').length, 2);
  });

  test('takes two signals in one breath as one, and a later one as another', async () => {
    const run = start('wait');
    await firstLine(run);
    run.child.kill('SIGTERM');
    run.child.kill('SIGTERM');
    await until(run, () => run.output().includes('SIGTERM'));
    await sleep(500);
    assert.equal(run.output().split('SIGTERM').length - 1, 1);
    run.child.kill('SIGTERM');
    await until(run, () => run.output().split('SIGTERM').length === 3);
    run.child.stdin.end('end\n');
    assert.equal(await exitOf(run.child), 5);
  });

  test('takes the command with it when it is killed', async () => {
    const run = start('wait');
    const { pid } = await firstLine(run);
    run.child.kill('SIGKILL');
    while (isAlive(pid)) await sleep(10);
  });

  test('says what to do when the packages are missing', async () => {
    rmSync(join(folder, 'node_modules'), { recursive: true });
    const run = start('exit', '0');
    assert.equal(await exitOf(run.child), 3);
    assert.equal(
      run.errors(),
      'redistill: the npm packages are not installed: run "make setup".\n',
    );
  });
});

/** A process that ended but was not collected yet counts as dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
