import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lockedPackages } from '../../../../runners/training/fingerprint/packages.ts';

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
const names = new Map([['a', 'runners/x.ts']]);
const entry = { version: '1.0.0', integrity: 'sha512-x' };

describe('locked packages', () => {
  it('are those that are imported and what they need, each as its neighbours see it', () => {
    const text = lock({
      '': { dependencies: { a: '1', z: '1' } },
      'node_modules/a': {
        ...entry,
        dependencies: { b: '1' },
        optionalDependencies: { 'native-x64': '1', 'native-arm': '1' },
        peerDependencies: { peer: '1', absent: '1' },
      },
      'node_modules/a/node_modules/b': { ...entry, version: '2.0.0', dependencies: { c: '1' } },
      'node_modules/a/node_modules/c': { ...entry, version: '3.0.0', dependencies: { b: '1' } },
      'node_modules/b': entry,
      'node_modules/c': entry,
      'node_modules/native-x64': entry,
      'node_modules/peer': entry,
      'node_modules/z': entry,
    });
    assert.deepEqual(
      Object.entries(lockedPackages(text, names)).map(([folder, { version }]) => [folder, version]),
      [
        ['node_modules/a', '1.0.0'],
        ['node_modules/a/node_modules/b', '2.0.0'],
        ['node_modules/a/node_modules/c', '3.0.0'],
        ['node_modules/native-x64', '1.0.0'],
        ['node_modules/peer', '1.0.0'],
      ],
    );
  });

  it('are refused where an imported one is not pinned', () => {
    for (const text of [undefined, 'no JSON', '{}', lock({ 'node_modules/b': entry })]) {
      assert.throws(() => lockedPackages(text, names), {
        code: 'FINGERPRINT_PACKAGE',
        message: /runners\/x\.ts imports the package a,/,
      });
    }
  });
});
