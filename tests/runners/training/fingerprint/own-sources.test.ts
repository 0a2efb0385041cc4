import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../../../common/canonical.ts';
import { packageAt } from '../../../../runners/training/fingerprint/own-sources.ts';
import { temporaryFolder } from '../../../results/temporary.ts';

test('a package reads the sources of what runs, and refuses an edited or missing file', (t) => {
  const folder = temporaryFolder(t);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const lock = { packages: { 'node_modules/yaml': { version: '2.0.0', integrity: 'sha512-a' } } };
  write('dist/sources/common/a.ts', 'const a: number = 1;');
  write('dist/common/a.js', 'const a = 1;');
  write('dist/sources/package-lock.json', JSON.stringify(lock));
  const emitted = { 'common/a.ts': sha256(Buffer.from('const a = 1;')) };
  write('dist/sources/emitted.json', JSON.stringify(emitted));
  const checkout = packageAt(join(folder, 'dist'));
  const textOf = (path: string) => new TextDecoder().decode(checkout.read(path));
  assert.equal(textOf('common/a.ts'), 'const a: number = 1;');
  assert.equal(checkout.read('common/b.ts'), undefined);
  assert.deepEqual(JSON.parse(textOf('package-lock.json')), lock);

  write('node_modules/yaml/package.json', '{"version":"2.0.1"}');
  const installed = { 'node_modules/yaml': { version: '2.0.1', integrity: '' } };
  assert.deepEqual(JSON.parse(textOf('package-lock.json')), { packages: installed });

  write('dist/common/a.js', 'const a = 2;');
  assert.throws(() => checkout.read('common/a.ts'), { code: 'PACKAGE_EDITED', message: /not as/ });
  rmSync(join(folder, 'dist/common/a.js'));
  assert.throws(() => checkout.read('common/a.ts'), { code: 'PACKAGE_EDITED', message: /missing/ });
});
