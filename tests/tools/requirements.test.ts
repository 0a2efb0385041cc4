import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findNode, runsTypeScript } from '../../tools/setup/node.mjs';
import {
  checkPlatform,
  checkSpace,
  freeSpace,
  thisSystem,
} from '../../tools/setup/requirements.mjs';

test('Node runs TypeScript from 22.18 and 23.6 on', () => {
  const versions = [
    '18.20.8',
    '20.20.2',
    '22.17.9',
    '22.18.0',
    '23.5.0',
    '23.6.0',
    '24.0.0',
    '26.1.0',
  ];
  assert.deepEqual(versions.filter(runsTypeScript), ['22.18.0', '23.6.0', '24.0.0', '26.1.0']);
});

test('the Node that runs this is the one to use', () => {
  assert.equal(findNode('/nowhere'), process.execPath);
});

describe('platforms', () => {
  const here = { platform: 'linux', arch: 'x64', glibc: '2.36' };
  test('this one is supported', () => checkPlatform(thisSystem(), 'cpu'));

  const refused = [
    {
      name: 'another system',
      system: { ...here, platform: 'darwin' },
      flavour: 'cpu',
      sentence: /runs on Linux .* this is darwin on x64/,
    },
    {
      name: 'another processor',
      system: { ...here, arch: 'riscv64' },
      flavour: 'cpu',
      sentence: /this is linux on riscv64/,
    },
    {
      name: 'another C library',
      system: { ...here, glibc: undefined },
      flavour: 'cpu',
      sentence: /has another C library/,
    },
    {
      name: 'an old C library',
      system: { ...here, glibc: '2.26' },
      flavour: 'cpu',
      sentence: /2\.27 or newer, and this system has 2\.26/,
    },
    {
      name: 'CUDA on Arm',
      system: { ...here, arch: 'arm64' },
      flavour: 'cuda',
      sentence: /TF=cuda is available on x86-64 only/,
    },
  ] as const;
  for (const { name, system, flavour, sentence } of refused) {
    test(`${name} is refused`, () => assert.throws(() => checkPlatform(system, flavour), sentence));
  }
});

describe('space', () => {
  test('is that of the nearest folder that exists', () => {
    assert.ok(freeSpace(join(tmpdir(), 'not', 'there', 'yet')) > 0);
  });
  test('too little is refused with both figures', () => {
    assert.throws(
      () => checkSpace(tmpdir(), 1e9),
      /needs 1000000000 GB of free space, and .* has [\d.]+ GB; free some or set REDISTILL_CACHE/,
    );
  });
});
