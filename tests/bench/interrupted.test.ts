import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeArguments, tensorflowEnvironment } from '../../runners/engine/environment.ts';
import { temporaryFolder } from '../results/temporary.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

const lives = (pid: number) => existsSync(`/proc/${pid}`);

test('a bench that is interrupted ends its processes and says so in one sentence', async (context) => {
  const folder = temporaryFolder(context);
  const started = join(folder, 'started');
  // A peer that never greets: the bench waits for it, with its own measuring process beside it.
  const peer = join(folder, 'peer');
  writeFileSync(peer, `#!/bin/sh\necho $$ > '${started}.tmp'\nmv '${started}.tmp' '${started}'\nexec sleep 600\n`, { mode: 0o755 }); // biome-ignore format: a script
  const bench = spawn(
    process.execPath,
    [...nodeArguments(), main, 'bench', '--suite', 'step', '--threads', '1'],
    {
      cwd: folder,
      env: { ...process.env, ...tensorflowEnvironment(), REDISTILL_PYTHON: peer },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  bench.stderr.on('data', (text) => {
    said += text;
  });
  const ended = once(bench, 'exit');
  while (!existsSync(started)) {
    assert.equal(bench.exitCode, null, said);
    await wait(50);
  }
  const [child] = readFileSync(started, 'utf8').trim().split(' ').map(Number) as [number];
  const children = readFileSync(`/proc/${bench.pid}/task/${bench.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  assert.ok(children.includes(child) && children.length >= 2, children.join(' '));
  bench.kill('SIGINT');
  assert.deepEqual(await ended, [130, null], said);
  assert.match(said, /\nredistill: Stopped before the end\.\n$/);
  assert.doesNotMatch(said, /defect/);
  assert.deepEqual(children.filter(lives), []);
});
