import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

function redistill(...argv: string[]) {
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...argv], {
    encoding: 'utf8',
  });
}

test('the process ends with the exit code of the command, and keeps its two streams apart', () => {
  const { status, stdout, stderr } = redistill('statsu', '--json');
  assert.equal(status, 2);
  assert.equal(stderr, '');
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
  assert.equal(error.code, 'USAGE_UNKNOWN_COMMAND');
  assert.match(error.message, /Did you mean "status"\?/);
});

test('--version prints the version of the package', () => {
  const { status, stdout } = redistill('--version');
  assert.equal(status, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});
