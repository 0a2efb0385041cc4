import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  loadSlurmConfig,
  memoryMiB,
  parseSlurmConfig,
  timeSeconds,
} from '../../../../runners/executors/slurm/config.ts';
import { slurm } from '../../../../runners/executors/slurm/executor.ts';
import { temporaryFolder } from '../../../results/temporary.ts';

const parse = (...lines: string[]) =>
  parseSlurmConfig('slurm.yaml', ['schemaVersion: 1', ...lines, ''].join('\n'));

test('without a file everything is the cluster’s default', () => {
  const config = loadSlurmConfig(null);
  assert.equal(config.resources.teacher.partition, undefined);
  assert.deepEqual([config.requeue, config.grace, config.poll], [true, 180, 15]);
});

test('teachers ask for what is theirs, and otherwise for what everybody asks for', () => {
  const { resources } = parse(
    ...['partition: gpu', 'time: 60', 'options: {nice: 10}'],
    'teachers: {time: 2-0, memory: 32G, options: {exclusive: true}}',
  );
  assert.deepEqual([resources.student.time, resources.student.memory], [60, undefined]);
  assert.deepEqual([resources.teacher.partition, resources.teacher.time], ['gpu', '2-0']);
  assert.deepEqual(resources.teacher.options, { nice: 10, exclusive: true });
  assert.equal(resources.teacher.memory, '32G');
});

test('mistakes are named with file, line and field', () => {
  const cases: [string[], string, RegExp][] = [
    [
      ['gpuMemory: 80GB'],
      'SLURM_CONFIG_SCHEMA',
      /^slurm\.yaml:2: gpuMemory: must match pattern .*"80GB"\. Memory of one GPU, as 80G/,
    ],
    [['gpuMemory: 80'], 'SLURM_CONFIG_SCHEMA', /gpuMemory: must be text, not 80\. .*as 80G/],
    [
      ['gpuMemory: "80"'],
      'SLURM_CONFIG_FIELD',
      /^slurm\.yaml:2: gpuMemory: 80 is 80 MiB as sbatch reads it/,
    ],
    [['gpus: a100x2'], 'SLURM_CONFIG_SCHEMA', /gpus: must match .*"a100x2"\. .*as a100:2/],
    [
      ['partitions: gpu'],
      'SLURM_CONFIG_SCHEMA',
      /^slurm\.yaml:2: partitions: unknown field.*"partition"/,
    ],
    [['time: tomorrow'], 'SLURM_CONFIG_SCHEMA', /^slurm\.yaml:2: time: /],
    [['teachers:', '  memory: lots'], 'SLURM_CONFIG_SCHEMA', /^slurm\.yaml:3: teachers\.memory: /],
    [['gpus: -1'], 'SLURM_CONFIG_SCHEMA', /^slurm\.yaml:2: gpus: /],
    [['partition: --wrap=sh'], 'SLURM_CONFIG_SCHEMA', /^slurm\.yaml:2: partition: /],
    [
      ['options: {array: 0-9}'],
      'SLURM_CONFIG_FIELD',
      /^slurm\.yaml:2: options\.array: --array is set by Redistill/,
    ],
    [['options: {mem: 4G}'], 'SLURM_CONFIG_FIELD', /^slurm\.yaml:2: options\.mem: .*"memory"/],
    [
      ['time: 4'],
      'SLURM_CONFIG_FIELD',
      /^slurm\.yaml:2: time: the limit of 240 s leaves no time to train/,
    ],
    [['environment: {"a b": x}'], 'SLURM_CONFIG_SCHEMA', /^slurm\.yaml:2: environment/],
    [['time: [1'], 'SLURM_CONFIG_SYNTAX', /^slurm\.yaml:/],
  ];
  for (const [lines, code, message] of cases) {
    assert.throws(() => parse(...lines), { code, message, exitCode: 2 }, lines.join('; '));
  }
  assert.throws(() => loadSlurmConfig('/nowhere/slurm.yaml'), {
    code: 'SLURM_CONFIG_FILE',
    message: /\/nowhere\/slurm\.yaml/,
  });
});

test('the processors of a job are shared by the trainings on its GPUs', async (t) => {
  const workspace = temporaryFolder(t);
  const threads = async (lines: string, asked: { device: 'cpu' | 'gpu'; gpus?: number }) => {
    writeFileSync(join(workspace, 'slurm.yaml'), `schemaVersion: 1\n${lines}`);
    return (await slurm.open({}, asked, { cwd: '/', workspace, environment: {} })).threads;
  };
  assert.equal(await threads('cpus: 8\n', { device: 'gpu' }), 8);
  assert.equal(await threads('cpus: 8\ngpus: a100:4\n', { device: 'gpu' }), 2);
  assert.equal(await threads('cpus: 8\n', { device: 'gpu', gpus: 2 }), 4);
  assert.equal(await threads('cpus: 8\ngpus: 0\n', { device: 'gpu' }), 8);
  // Other options of sbatch ask for the GPUs; each training has its processes all the same.
  assert.equal(await threads('cpus: 8\ngpus: 0\n', { device: 'gpu', gpus: 2 }), 4);
  assert.equal(await threads('cpus: 8\ngpus: 4\n', { device: 'gpu', gpus: 2 }), 2);
  assert.equal(await threads('cpus: 8\ngpus: 4\n', { device: 'cpu' }), 1);
  assert.equal(await threads('gpus: 4\n', { device: 'gpu' }), 1);
});

test('a job with fewer GPUs than each training is to have is refused before it waits', async (t) => {
  const workspace = temporaryFolder(t);
  const open = (lines: string, device: 'cpu' | 'gpu' = 'gpu') => {
    writeFileSync(join(workspace, 'slurm.yaml'), `schemaVersion: 1\n${lines}`);
    return slurm.open({}, { device, gpus: 2 }, { cwd: '/', workspace, environment: {} });
  };
  await assert.rejects(open('gpus: a100:1\n'), { code: 'SLURM_GPUS', message: /2 GPUs.*a100:1/ });
  await assert.rejects(open('gpus: 2\nteachers: {gpus: 1}\n'), { message: /job of a teacher/ });
  await open('gpus: 2\n');
  await open('gpus: 0\n');
  await open('');
  await open('gpus: 1\n', 'cpu');
});

test('time limits are read as sbatch reads them', () => {
  const cases: [string | number, number][] = [
    [90, 5400],
    ['90:30', 5430],
    ['12:00:00', 43_200],
    ['2-12', 216_000],
    ['1-1:30', 91_800],
    ['1-0:0:5', 86_405],
  ];
  for (const [time, seconds] of cases) assert.equal(timeSeconds(time), seconds, String(time));
});

test('memory is read as sbatch reads it', () => {
  const cases: [string, number][] = [
    ['512', 512],
    ['16G', 16_384],
    ['1T', 1_048_576],
    ['2048K', 2],
    ['300M', 300],
  ];
  for (const [memory, mebibytes] of cases) assert.equal(memoryMiB(memory), mebibytes, memory);
});
