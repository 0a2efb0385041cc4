import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '../../runners/engine/environment.mjs';
import { protections } from '../faults/protections.ts';
import { temporaryFolder } from '../results/temporary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const parts = [
  'app',
  'cli',
  'common',
  'contract',
  'package.json',
  'reference',
  'reports',
  'results',
  'runners',
  'suites',
  'tests',
  'tools',
];

describe('without its protection', () => {
  for (const [index, protection] of protections.entries()) {
    const { fault, what, file, line, without, name, fails } = protection;
    test(`${index + 1}. fault ${fault}: ${what}`, (t) => {
      const copy = join(temporaryFolder(t), 'checkout');
      for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
      const path = join(copy, file);
      const source = readFileSync(path, 'utf8');
      assert.equal(source.split(line).length, 2, `${file} has the line once`);
      writeFileSync(
        path,
        source.replace(line, () => without),
      );
      const { status, stdout } = spawnSync(
        process.execPath,
        [
          ...nodeArguments(),
          '--test',
          `--test-name-pattern=${name}`,
          '--test-reporter=spec',
          join(copy, protection.test),
        ],
        // Inside a test the runner would report to its parent instead.
        { cwd: copy, encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
      );
      assert.notEqual(status, 0, `the test passes without the protection:\n${stdout}`);
      assert.match(stdout, fails);
      assert.doesNotMatch(stdout, /SyntaxError|ERR_MODULE_NOT_FOUND/);
    });
  }
});
