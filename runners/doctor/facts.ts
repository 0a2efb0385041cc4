import { availableParallelism, cpus } from 'node:os';
import { execa } from 'execa';
import { cacheFolder } from '../../common/installation.mjs';
import { memoryLimit } from '../../common/memory-limit.ts';
import { findProgram } from '../../tools/setup/command.mjs';
import { freeSpace } from '../../tools/setup/requirements.mjs';
import { processorBfloat16 } from '../engine/bfloat16/processor.ts';
import { bindingBuild } from '../engine/environment.ts';
import { probeTensorflow } from './tensorflow.ts';
import type { DatasetFacts, Facts, Version } from './types.ts';

/**
 * Measures everything that `judge` judges. Never throws because of what is missing.
 *
 * @throws DOMException where its caller stops it
 */
export async function collectFacts(options: {
  /** Where runs would be written. */
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted: stop looking. */
  readonly signal: AbortSignal;
  datasets(): Promise<readonly DatasetFacts[]>;
}): Promise<Facts> {
  const { workspace, environment, signal } = options;
  const cache = cacheFolder(environment);
  const build = bindingBuild();
  const [tensorflow, gpus, libvips, duckdb, datasets] = await Promise.all([
    probeTensorflow({ signal }),
    gpuNames(),
    version(async () => (await import('sharp')).default.versions.vips ?? 'unknown'),
    version(async () => (await import('@duckdb/node-api')).version()),
    options.datasets(),
  ]);
  const find = (...names: readonly string[]) =>
    names.map((name) => findProgram(name, { ...environment })).find((path) => path) ?? null;
  return {
    node: { version: process.versions.node, path: process.execPath },
    tensorflow,
    build:
      build === undefined
        ? null
        : {
            flavour: build.flavour,
            folder: build.tensorflow,
            kernels: build.kernels ?? null,
          },
    gpus,
    processor: {
      model: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      bfloat16: processorBfloat16(),
    },
    memory: { total: memoryLimit(), available: process.availableMemory() },
    disks: [
      { use: 'workspace', folder: workspace, free: freeSpace(workspace) },
      { use: 'cache', folder: cache, free: freeSpace(cache) },
    ],
    libvips,
    duckdb,
    xz: find('xz'),
    chromium: find('chromium', 'chromium-browser', 'google-chrome'),
    datasets,
  };
}

async function version(load: () => Promise<string>): Promise<Version> {
  try {
    return { version: await load() };
  } catch (error) {
    return {
      reason: (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '',
    };
  }
}

async function gpuNames(): Promise<readonly string[]> {
  const query = await execa('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    reject: false,
    timeout: 10_000,
  });
  if (query.exitCode !== 0) return [];
  return query.stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
