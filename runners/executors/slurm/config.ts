import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckedYaml, checkYaml, compileSchema } from '../../../common/checked-yaml.ts';
import { UsageError } from '../../../common/errors.ts';
import { regularFile } from '../../../common/regular-file.ts';
import type { ClusterSettings } from '../cluster/options.ts';

type OptionValue = string | number | boolean;

/** What the jobs of one role ask for, as the file has it. */
interface RequestedResources {
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly reservation?: string;
  readonly constraint?: string;
  readonly exclude?: string;
  readonly time?: string | number;
  readonly cpus?: number;
  readonly memory?: string;
  /** How many, `a100:2` with their type. */
  readonly gpus?: string | number;
  readonly options?: Readonly<Record<string, OptionValue>>;
}

interface SlurmFile extends RequestedResources {
  readonly schemaVersion: 1;
  readonly teachers?: RequestedResources;
  readonly gpuMemory?: string;
  readonly grace?: number;
  readonly requeue?: boolean;
  readonly maxRunning?: number;
  readonly arraySize?: number;
  readonly poll?: number;
  readonly setup?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface SlurmConfig extends ClusterSettings {
  /** What jobs ask for beyond Redistill's own options, by the role of their trials. */
  readonly resources: Readonly<Record<'teacher' | 'student', RequestedResources>>;
  readonly requeue: boolean;
  readonly setup: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const validate = compileSchema<SlurmFile>(
  JSON.parse(readFileSync(join(import.meta.dirname, 'slurm.schema.json'), 'utf8')) as object,
);

/** Options of sbatch that Redistill sets, or that would break how it finds its jobs again. */
const reserved: ReadonlySet<string> = new Set([
  ...['array', 'begin', 'chdir', 'clusters', 'dependency', 'error', 'export', 'export-file'],
  ...['get-user-env', 'help', 'hold', 'ignore-pbs', 'input', 'job-name', 'kill-on-invalid-dep'],
  ...['no-requeue', 'nodes', 'ntasks', 'ntasks-per-node', 'open-mode', 'output', 'parsable'],
  ...['quiet', 'requeue', 'signal', 'test-only', 'uid', 'gid', 'usage', 'version', 'wait', 'wrap'],
]);

/** Fields of the file that are options of sbatch by another name. */
const fields: Readonly<Record<string, string>> = {
  partition: 'partition',
  account: 'account',
  qos: 'qos',
  reservation: 'reservation',
  constraint: 'constraint',
  exclude: 'exclude',
  time: 'time',
  mem: 'memory',
  'cpus-per-task': 'cpus',
  gres: 'gpus',
};

/**
 * Reads a Slurm configuration; without a file, every job takes the cluster's defaults.
 *
 * @throws UsageError `SLURM_CONFIG_FILE` for a file that cannot be read; `SLURM_CONFIG_SYNTAX`,
 *   `SLURM_CONFIG_SCHEMA` and `SLURM_CONFIG_FIELD`, each naming file, line and field
 */
export function loadSlurmConfig(file: string | null): SlurmConfig {
  if (file === null) return parseSlurmConfig('the defaults', 'schemaVersion: 1\n');
  let text: string;
  try {
    const found = regularFile(file);
    if (typeof found === 'string') throw new TypeError(found);
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError('SLURM_CONFIG_FILE', `The Slurm configuration ${file} cannot be read.`, {
      hint: 'docs/slurm.md has an example.',
      cause,
    });
  }
  return parseSlurmConfig(file, text);
}

/** @param file name for messages */
export function parseSlurmConfig(file: string, text: string): SlurmConfig {
  const checked = checkYaml<SlurmFile>(file, text, validate, 'SLURM_CONFIG');
  const { teachers = {}, ...own } = checked.value;
  const { grace = 180, requeue = true, maxRunning = null, arraySize = 1000 } = own;
  const { poll = 15, setup = [], environment = {} } = own;
  checkOptions(checked, ['options'], own.options);
  checkOptions(checked, ['teachers', 'options'], teachers.options);
  checkGpuMemory(checked, own.gpuMemory);
  checkTime(checked, ['time'], own.time, grace);
  checkTime(checked, ['teachers', 'time'], teachers.time, grace);
  const options = { ...own.options, ...teachers.options };
  return {
    resources: { student: own, teacher: { ...own, ...teachers, options } },
    studentMiB: own.memory === undefined ? null : memoryMiB(own.memory),
    studentCpus: own.cpus ?? null,
    studentGpus: own.gpus === undefined ? null : gpuCount(own.gpus),
    gpuMiB: own.gpuMemory === undefined ? null : memoryMiB(own.gpuMemory),
    ...{ grace, requeue, maxRunning, arraySize, poll, setup, environment },
  };
}

function checkOptions(
  { error }: CheckedYaml<SlurmFile>,
  path: readonly string[],
  options: RequestedResources['options'] = {},
): void {
  for (const name of Object.keys(options)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined && !reserved.has(name)) continue;
    const sentence =
      field === undefined
        ? `--${name} is set by Redistill and cannot be changed.`
        : `--${name} has a field of its own: "${field}".`;
    throw error('SLURM_CONFIG_FIELD', [...path, name], sentence);
  }
}

/** No GPU that trains has less: whoever writes so little means another unit. */
const leastGpuMiB = 1024;

function checkGpuMemory({ error }: CheckedYaml<SlurmFile>, memory: string | undefined): void {
  if (memory === undefined || memoryMiB(memory) >= leastGpuMiB) return;
  throw error(
    'SLURM_CONFIG_FIELD',
    ['gpuMemory'],
    `${memory} is ${memoryMiB(memory)} MiB as sbatch reads it, and no GPU that trains has so little.`,
    'Give the memory of one GPU with its unit, as 80G.',
  );
}

/** A job whose warning comes at its start would never train. */
function checkTime(
  { error }: CheckedYaml<SlurmFile>,
  path: readonly string[],
  time: RequestedResources['time'],
  grace: number,
): void {
  if (time === undefined) return;
  const seconds = timeSeconds(time);
  // Slurm may send the warning a minute early.
  const least = grace + 60;
  if (seconds > least) return;
  throw error(
    'SLURM_CONFIG_FIELD',
    path,
    `the limit of ${seconds} s leaves no time to train: the warning comes up to ${least} s before it.`,
    'Ask for more time, or for a shorter "grace".',
  );
}

/**
 * Seconds of a time limit as sbatch reads it: `minutes`, `m:s`, `h:m:s`, `d-h`, `d-h:m`, `d-h:m:s`.
 */
export function timeSeconds(time: string | number): number {
  if (typeof time === 'number') return time * 60;
  const [days, rest] = time.includes('-') ? (time.split('-') as [string, string]) : [null, time];
  const parts = rest.split(':').map(Number);
  if (days !== null) {
    const [hours = 0, minutes = 0, seconds = 0] = parts;
    return Number(days) * 86_400 + hours * 3600 + minutes * 60 + seconds;
  }
  const [seconds = 0, minutes = 0, hours = 0] = parts.reverse();
  return hours * 3600 + minutes * 60 + seconds;
}

/** @param gpus as the configuration has them: `2`, `a100:2` */
export function gpuCount(gpus: string | number): number {
  return typeof gpus === 'number' ? gpus : Number(gpus.slice(gpus.lastIndexOf(':') + 1));
}

/**
 * A job that has fewer GPUs than each training is to have would wait in the queue to fail. 0 leaves
 * it to other options of sbatch.
 *
 * @throws UsageError `SLURM_GPUS`
 */
export function checkGpus({ resources }: SlurmConfig, wanted: number): void {
  for (const [role, { gpus }] of Object.entries(resources)) {
    if (gpus === undefined || gpuCount(gpus) === 0 || gpuCount(gpus) >= wanted) continue;
    throw new UsageError(
      'SLURM_GPUS',
      `Each training is to have ${wanted} GPUs, and the Slurm configuration gives the job of a ${role} "gpus: ${gpus}".`,
      { hint: 'Take a smaller --gpus, or change "gpus"; without it a job has as many as needed.' },
    );
  }
}

/** MiB of a memory as sbatch reads it: a number of MiB, or with `K`, `G`, `T`. */
export function memoryMiB(memory: string): number {
  const factors: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 ** 2 };
  return Number.parseInt(memory, 10) * (factors[memory.at(-1) as string] ?? 1);
}
