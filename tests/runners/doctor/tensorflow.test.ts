import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { probeTensorflow } from '../../../runners/doctor/tensorflow.ts';

describe('loading TensorFlow in a process of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-doctor-'));
  after(() => rmSync(folder, { recursive: true }));
  /** Probes with a process that runs `code` in place of the real one. */
  const probe = (code: string, timeout?: number) => {
    const file = join(folder, 'probe.cjs');
    writeFileSync(file, code);
    return probeTensorflow({ file, timeout });
  };

  test('finds the real one', async () => {
    const facts = await probeTensorflow();
    assert.equal(facts.kind, 'loaded');
    assert.match(facts.kind === 'loaded' ? facts.version : '', /^2\.\d+\.\d+$/);
  });

  const failures = [
    {
      name: 'no binding',
      code: `throw new Error('The Node.js native addon module (tfjs_binding.node) can not be found at path: /x')`,
      reason: 'the binding is not built',
    },
    {
      name: 'no package',
      code: `require('not-installed')`,
      reason: 'the npm packages are not installed',
    },
    {
      name: 'a cache that was removed',
      code: `throw new Error('libtensorflow_cc.so.2: cannot open shared object file: No such file or directory')`,
      reason: 'the library libtensorflow_cc.so.2 is not where the binding was built for',
    },
    {
      name: 'an old processor',
      code: `process.kill(process.pid, 'SIGILL')`,
      reason: 'this processor lacks instructions that the build needs (AVX)',
    },
    {
      name: 'a crash',
      code: `process.kill(process.pid, 'SIGSEGV')`,
      reason: 'the process that loaded it was ended by SIGSEGV',
    },
    {
      name: 'anything else',
      code: `throw new TypeError('never seen')`,
      reason: 'TypeError: never seen',
    },
  ];
  for (const { name, code, reason } of failures) {
    test(`explains ${name}`, async () => {
      assert.deepEqual(await probe(code), { kind: 'failed', reason });
    });
  }

  test('does not wait for ever', async () => {
    assert.deepEqual(await probe('setInterval(() => {}, 1000)', 500), {
      kind: 'failed',
      reason: 'did not load within 0.5 s',
    });
  });

  test('stops where its caller stops it, and its process is gone', async () => {
    const file = join(folder, 'waits.cjs');
    const pid = join(folder, 'pid');
    const note = `require('node:fs').writeFileSync(${JSON.stringify(pid)}, String(process.pid))`;
    writeFileSync(file, `${note}; setInterval(() => {}, 1000)`);
    const stop = new AbortController();
    const probing = probeTensorflow({ file, signal: stop.signal });
    while (!existsSync(pid) || readFileSync(pid, 'utf8') === '') await pause(10);
    stop.abort();
    await assert.rejects(probing, { name: 'AbortError' });
    assert.throws(() => process.kill(Number(readFileSync(pid, 'utf8')), 0), { code: 'ESRCH' });
  });
});
