/*
 * Names in messages come from files that others wrote: a terminal and a CI server must show them,
 * not obey them.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { printable, printableLine } from '../../common/printable.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('whatever begins an escape sequence or turns the direction of text is shown', () => {
  assert.equal(
    printable('\u001b[2J\u009b31m\u0007\r\b'),
    '<U+001B>[2J<U+009B>31m<U+0007><U+000D><U+0008>',
  );
  assert.equal(printable('abc\u202edef\u2066'), 'abc<U+202E>def<U+2066>');
  const plain = 'KD+LSKD · 漢字 · naïve · 𝕏 · tab\there\nnext';
  assert.equal(printable(plain), plain);
});

test('a line feed in a name begins no command of GitHub', () => {
  const text = 'the suite x\n::error file=a::b\n  ##[set-output name=c]d';
  for (const line of printableLine(text).split('\n').slice(1)) {
    assert.doesNotMatch(line, /^\s*(?:::|##\[)/);
  }
});

test('the command line shows what a file of hostile names says, on both streams and in JSON', (t) => {
  const folder = temporaryFolder(t);
  const hostile = '\u001b]0;owned\u0007\u009b2J';
  const suite = join(folder, 'x.yaml');
  writeFileSync(suite, `schemaVersion: 1\nid: x\n${JSON.stringify(hostile)}: 1\n`);
  mkdirSync(join(folder, 'runs', 'plans'), { recursive: true });
  const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
  for (const json of [[], ['--json']]) {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--no-warnings', cli, 'plan', suite, ...json],
      { encoding: 'utf8' },
    );
    assert.equal(status, 2, stderr);
    assert.match(stdout + stderr, /owned/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    if (json.length > 0) assert.match(JSON.parse(stdout).error.message, /owned/);
  }
});
