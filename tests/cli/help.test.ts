import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands } from '../../cli/commands/index.ts';
import { main } from '../../cli/main.ts';
import { fakeContext } from './fake-context.ts';

/*
 * The help of every command as a user sees it. After a wanted change:
 * REDISTILL_UPDATE_GOLDEN=1 node --test tests/cli/help.test.ts
 */
const folder = new URL('./fixtures/help/', import.meta.url);

for (const { name, summary, load } of commands) {
  test(`help of ${name}`, async () => {
    const context = fakeContext();
    assert.equal(await main([name, '--help'], context), 0);
    const text = `${context.out.join('\n')}\n`;
    const file = new URL(`${name}.txt`, folder);
    if (process.env['REDISTILL_UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  });

  test(`the list says of ${name} what its file says`, async () => {
    const { command } = await load();
    assert.equal(command.name, name);
    assert.equal(command.summary, summary);
  });
}

test('no help text is left of a command that is gone', () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.txt$/, ''));
  assert.deepEqual(files.sort(), commands.map(({ name }) => name).sort());
});
