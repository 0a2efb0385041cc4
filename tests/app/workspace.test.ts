import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { workspaceOf } from '../../app/effects.ts';
import { temporaryFolder } from '../results/temporary.ts';

test('a workspace is the folder of the configuration, else the current one, else the one named', (t) => {
  const repository = temporaryFolder(t);
  const inside = join(repository, 'methods/mine');
  mkdirSync(join(repository, '.git'));
  mkdirSync(inside, { recursive: true });
  assert.equal(workspaceOf({}, { cwd: inside }), inside);
  writeFileSync(join(repository, 'redistill.config.yaml'), '{}');
  assert.equal(workspaceOf({}, { cwd: inside }), repository);
  assert.equal(workspaceOf({}, { cwd: repository }), repository);
  assert.equal(workspaceOf({ workspace: 'w' }, { cwd: inside }), join(inside, 'w'));
  // A configuration above a repository is another project's.
  mkdirSync(join(inside, '.git'));
  assert.equal(workspaceOf({}, { cwd: inside }), inside);
});
