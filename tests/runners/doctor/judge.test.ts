import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from '../../../runners/doctor/judge.ts';
import type { DoctorFinding, Facts } from '../../../runners/doctor/types.ts';

const healthy: Facts = {
  node: { version: '22.23.3', path: '/bin/node' },
  tensorflow: { kind: 'loaded', version: '2.21.0', usesGpu: false },
  build: { flavour: 'cpu', folder: '/cache/tensorflow', kernels: '0123456789abcdef' },
  gpus: [],
  processor: { model: 'A processor', cores: 2, bfloat16: 'amx' },
  memory: { total: 16e9, available: 12e9 },
  disks: [
    { use: 'workspace', folder: '/work', free: 50e9 },
    { use: 'cache', folder: '/cache', free: 50e9 },
  ],
  libvips: { version: '8.18.7' },
  duckdb: { version: 'v1.5.5' },
  xz: '/usr/bin/xz',
  chromium: '/usr/bin/chromium',
  datasets: [{ id: 'embedded', present: true, note: 'generated' }],
};

function one(id: string, change: Partial<Facts>): DoctorFinding {
  const found = judge({ ...healthy, ...change }).filter((finding) => finding.id === id);
  assert.equal(found.length, 1);
  return found[0] as DoctorFinding;
}

describe('the doctor', () => {
  test('has nothing to say about a healthy machine', () => {
    const findings = judge(healthy);
    assert.deepEqual([...new Set(findings.map(({ state }) => state))], ['fine']);
    assert.ok(findings.every(({ advice }) => advice === null));
  });

  test('says which kernels of ours the binding has', () => {
    assert.match(one('tensorflow', {}).value, /cpu, own kernels 01234567, /);
    const build = { flavour: 'cpu', folder: '', kernels: null } as const;
    assert.match(one('tensorflow', { build }).value, /own kernels none/);
  });

  test('whatever is not fine comes with what to do about it', () => {
    const findings = judge({
      ...healthy,
      tensorflow: { kind: 'failed', reason: 'the binding is not built' },
      gpus: ['A card'],
      memory: { total: 2e9, available: 1e9 },
      disks: healthy.disks.map((disk) => ({ ...disk, free: 1e6 })),
      libvips: { reason: 'no' },
      duckdb: { reason: 'no' },
      xz: null,
      chromium: null,
      datasets: [{ id: 'cifar10', present: false, note: 'Fetch it.' }],
    });
    for (const { id, state, advice } of findings)
      assert.equal(advice === null, state === 'fine', `${id} is ${state}`);
  });

  test('names the command that repairs the build at hand', () => {
    const tensorflow = { kind: 'failed', reason: 'gone' } as const;
    assert.equal(one('tensorflow', { tensorflow }).advice, 'Run "make setup".');
    const build = { flavour: 'cuda', folder: '', kernels: null } as const;
    assert.equal(one('tensorflow', { tensorflow, build }).advice, 'Run "TF=cuda make setup".');
  });

  const cuda = { flavour: 'cuda', folder: '', kernels: null } as const;
  const onGpu = { kind: 'loaded', version: '2.21.0', usesGpu: true } as const;
  const devices = [
    {
      name: 'a GPU in use',
      change: { tensorflow: onGpu, build: cuda, gpus: ['A card'] },
      state: 'fine',
      advice: null,
    },
    {
      name: 'a CUDA build without a GPU',
      change: { build: cuda },
      state: 'warning',
      advice: /no NVIDIA GPU or driver/,
    },
    {
      name: 'a CUDA build that does not use the GPU',
      change: { build: cuda, gpus: ['A card'] },
      state: 'warning',
      advice: /driver must be 525/,
    },
    {
      name: 'a GPU beside a CPU build',
      change: { gpus: ['A card'] },
      state: 'warning',
      advice: /TF=cuda make setup/,
    },
  ] as const;
  for (const { name, change, state, advice } of devices) {
    test(`judges ${name}`, () => {
      const finding = one('device', change);
      assert.equal(finding.state, state);
      if (advice === null) assert.equal(finding.advice, null);
      else assert.match(finding.advice ?? '', advice);
    });
  }

  test('warns of a small disk and refuses a full one', () => {
    const free = (bytes: number) => ({
      disks: [{ use: 'workspace', folder: '/work', free: bytes } as const],
    });
    assert.equal(one('disk-workspace', free(3e9)).state, 'fine');
    assert.equal(one('disk-workspace', free(1e9)).state, 'warning');
    assert.equal(one('disk-workspace', free(1e6)).state, 'missing');
  });

  test('a program or data set that only some need is optional', () => {
    assert.equal(one('xz', { xz: null }).state, 'optional');
    const datasets = [{ id: 'cifar10', present: false, note: 'Fetch it.' }];
    assert.deepEqual(one('data-cifar10', { datasets }), {
      id: 'data-cifar10',
      title: 'Data: cifar10',
      state: 'optional',
      value: 'not present',
      advice: 'Fetch it.',
    });
  });
});
