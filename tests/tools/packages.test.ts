import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { packagesAreCurrent } from '../../tools/setup/packages.mjs';

describe('whether the packages are current', () => {
  const one = { version: '1.0.0', integrity: 'sha512-a' };
  const forMac = { version: '2.0.0', integrity: 'sha512-b', optional: true };
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'redistill-packages-'));
    mkdirSync(join(root, 'node_modules/one'), { recursive: true });
    writeFileSync(join(root, 'node_modules/one/package.json'), '{}');
    wanted({ '': {}, 'node_modules/one': one, 'node_modules/for-mac': forMac });
    present({ 'node_modules/one': one });
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const write = (file: string, packages: object) =>
    writeFileSync(join(root, file), JSON.stringify({ packages }));
  const wanted = (packages: object) => write('package-lock.json', packages);
  const present = (packages: object) => write('node_modules/.package-lock.json', packages);

  test('yes, when all but optional ones are there', () => assert.ok(packagesAreCurrent(root)));

  test('not without what npm leaves at its end', () => {
    rmSync(join(root, 'node_modules/.package-lock.json'));
    assert.equal(packagesAreCurrent(root), false);
  });
  test('not with another version', () => {
    present({ 'node_modules/one': { ...one, version: '1.0.1' } });
    assert.equal(packagesAreCurrent(root), false);
  });
  test('not with another content', () => {
    present({ 'node_modules/one': { ...one, integrity: 'sha512-c' } });
    assert.equal(packagesAreCurrent(root), false);
  });
  test('not with a package more in the lock file', () => {
    wanted({ 'node_modules/one': one, 'node_modules/two': one });
    assert.equal(packagesAreCurrent(root), false);
  });
  test('not when a folder was removed', () => {
    rmSync(join(root, 'node_modules/one'), { recursive: true });
    assert.equal(packagesAreCurrent(root), false);
  });
});
