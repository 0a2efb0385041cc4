import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownMigrations } from '../../results/migrate.ts';

test('migrations are numbered from 1 without gaps or doubles', () => {
  const versions = ownMigrations().map(({ version }) => version);
  assert.deepEqual(
    versions,
    versions.map((_, index) => index + 1),
  );
});
