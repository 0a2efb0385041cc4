import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from '../../cli/commands/index.ts';
import { parseCommandLine } from '../../cli/parse.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every guide: the root's Markdown files and those below docs/. */
const guides = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].sort();

/** Command lines in a guide: `inline code` and the lines of code blocks. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)?\n([\s\S]*?)^```/gm)].flatMap(
    ([, body = '']) => body.replaceAll('\\\n', ' ').split('\n'),
  );
  const inline = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(
    ([, code = '']) => code.replaceAll(/\s+/g, ' '),
  );
  return [...blocks, ...inline].flatMap((line) => {
    const found =
      /^\s*(?:\$ )?(?:npx (?:--no-install )?)?redistill ([a-z].*?)(?:\s+[#|>&].*)?$/.exec(line);
    return found?.[1] === undefined ? [] : [found[1]];
  });
}

/**
 * Words of a command line, placeholders as values that fit: `N` is a number, `[NAME]` is absent.
 */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? bare ?? '')
    .filter((word) => !/^\[.*\]$|^\.\.\.$|^…$/.test(word))
    .map((word) => (/^[NK]$/.test(word) ? '1' : word));
}

for (const guide of guides) {
  const lines = commandLines(readFileSync(join(root, guide), 'utf8'));
  if (lines.length === 0) continue;
  test(`every command in ${relative(root, join(root, guide))} is one that Redistill takes`, async () => {
    for (const line of lines) {
      const [name, ...words] = wordsOf(line);
      const entry = commands.find((each) => each.name === name);
      assert.ok(entry, `\`redistill ${line}\`: there is no command "${name}"`);
      const { command } = await entry.load();
      // A guide that speaks of a command alone names no arguments.
      if (words.length === 0) continue;
      assert.doesNotThrow(() => parseCommandLine(command, words), `\`redistill ${line}\``);
    }
  });
}

test('the table of README.md has every command', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (`[^|]+) \|/gm)].map(([, first = '']) => first);
  const named = new Set(rows.flatMap((row) => row.match(/(?<=`)[a-z-]+/g) ?? []));
  const missing = commands.map(({ name }) => name).filter((name) => !named.has(name));
  assert.deepEqual(missing, []);
});

test('command lines are found in code blocks and in sentences', () => {
  const text =
    'Say `npx --no-install redistill plan A --scale\npaper`.\n```sh\nredistill run B  # why\n```\n';
  assert.deepEqual(commandLines(text), ['run B', 'plan A --scale paper']);
});

test('no guide was committed with the marks of an unfinished merge', () => {
  for (const guide of guides) {
    const text = readFileSync(join(root, guide), 'utf8');
    // A row of equals signs alone would be a heading.
    assert.doesNotMatch(text, /^(?:<{7}|>{7}|\|{7}) /m, guide);
  }
});
