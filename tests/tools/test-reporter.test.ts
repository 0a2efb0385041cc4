import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const reporter = fileURLToPath(new URL('../../tools/test-reporter.mjs', import.meta.url));
const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));

/** Runs fixtures with a real test runner; times are left out. */
function run(...names: string[]) {
  const files = names.map((name) => join(fixtures, `${name}.mjs`));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--test', '--test-concurrency=1', `--test-reporter=${reporter}`, ...files],
    { cwd: fixtures, env, encoding: 'utf8' },
  );
  return {
    status,
    lines: stdout
      .replace(/ \d+\.\d s$/gm, '')
      .trimEnd()
      .split('\n'),
  };
}

describe('the test reporter', () => {
  test('gives a line per file and the counts', () => {
    const { status, lines } = run('passing');
    assert.deepEqual(lines, ['. passing.mjs: 2 passed', '2 passed, 0 failed']);
    assert.equal(status, 0);
  });

  test('gives failures in full, with their group and what the file printed', () => {
    const { status, lines } = run('mixed', 'passing');
    assert.equal(status, 1);
    assert.equal(lines[0], 'x mixed.mjs: 3 passed, 1 FAILED, 1 skipped');
    assert.match(lines[1] ?? '', /^FAILED a group > fails \(mixed\.mjs:\d+\)$/);
    const text = lines.join('\n');
    assert.match(text, /Expected values to be strictly equal/);
    assert.match(text, /mixed\.mjs:7/);
    assert.match(text, /\| printed before the failure/);
    assert.doesNotMatch(text, /nobody wants to read this/);
    assert.deepEqual(lines.slice(-3), [
      '. passing.mjs: 2 passed',
      '1 skipped',
      '5 passed, 1 failed',
    ]);
  });

  for (const name of ['crashing', 'unloadable', 'hook']) {
    test(`counts a file as failed that is ${name}`, () => {
      const { status, lines } = run(name);
      assert.equal(status, 1);
      const [, failed] = /^\d+ passed, (\d+) failed$/.exec(lines.at(-1) ?? '') ?? [];
      assert.ok(Number(failed) >= 1, lines.join('\n'));
    });
  }
});
