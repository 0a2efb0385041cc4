import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  loadSlurmConfig,
  memoryMiB,
  parseSlurmConfig,
  timeSeconds,
} from '../../../../runners/executors/slurm/config.ts';

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
