import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../docs/decisions', import.meta.url));
const names = readdirSync(folder)
  .filter((name) => /^\d/.test(name))
  .sort();

test('every decision has a number of its own, in one piece, and a date', () => {
  assert.ok(names.length > 0);
  for (const [index, name] of names.entries()) {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const heading = /^# (\d+)\. \S.*\n\nDecided (\d{4}-\d{2}-\d{2})\.\n\n\S/.exec(text);
    assert.ok(heading, `${name} begins with "# N. Title" and "Decided YYYY-MM-DD."`);
    assert.equal(Number(heading[1]), index + 1, name);
    assert.equal(name.slice(0, 4), `${String(index + 1).padStart(3, '0')}-`);
  }
});

test('the index has one row for every decision: number, title, file and date', () => {
  const index = readFileSync(`${folder}/README.md`, 'utf8');
  const rows = index.split('\n').filter((line) => /^\| \d/.test(line));
  const expected = names.map((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const [, number, title, date] = /^# (\d+)\. (.+)\n\nDecided (\S+)\.\n/.exec(text) ?? [];
    return `| ${number} | [${title}](${name}) | ${date} |`;
  });
  assert.deepEqual(rows, expected);
});

test('a link from a decision to another one leads to a file', () => {
  for (const name of names)
    for (const [, target] of readFileSync(`${folder}/${name}`, 'utf8').matchAll(
      /\]\((\d{3}-[^)]+)\)/g,
    ))
      assert.ok(names.includes(target ?? ''), `${name} links to ${target}`);
});
