import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';

/*
 * Comments are read more often than written: they keep to a width, and avoid phrases that readers
 * stumble over.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const width = 100;
/** Phrases that hide the subject of a sentence, or make its reader go back to the beginning. */
const stumbling = [
  /\bwhat of\b/i,
  /\b(but|save) for\b/i,
  /\b(none|some|each|all|most|any) of (which|whom)\b/i,
  /\bnobody who\b/i,
  /\blest\b/i,
];

interface Comment {
  readonly place: string;
  readonly text: string;
}

/** Lines that hold nothing but a comment. */
function comments(): readonly Comment[] {
  const { stdout } = execaSync('git', ['ls-files', '*.ts', '*.mjs'], { cwd: root });
  return stdout.split('\n').flatMap((path) =>
    readFileSync(`${root}/${path}`, 'utf8')
      .split('\n')
      .map((text, index) => ({ place: `${path}:${index + 1}`, text }))
      .filter(({ text }) => /^\s*(\/\/|\/\*|\*)/.test(text)),
  );
}

test('comments keep to the width of the formatter', () => {
  const wide = comments().filter(
    // An address cannot be broken, and the linter wants its own comment on one line.
    ({ text }) => text.length > width && !/https?:\/\/|biome-ignore/.test(text),
  );
  assert.deepEqual(
    wide.map(({ place }) => place),
    [],
  );
});

test('comments avoid phrases that hide the subject of a sentence', () => {
  const found = comments().filter(({ text }) => stumbling.some((phrase) => phrase.test(text)));
  assert.deepEqual(
    found.filter(({ place }) => !place.startsWith('tests/tools/comments.test.ts')),
    [],
  );
});
