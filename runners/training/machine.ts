import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { execaSync } from 'execa';
import sharp from 'sharp';
import { codeRoot } from '../../common/installation.mjs';
import { packed } from '../../common/packed.mjs';
import type { Environment } from '../../contract/journal-types.ts';
import { unrecorded } from '../../contract/spec.ts';
import { processorBfloat16 } from '../engine/bfloat16/processor.ts';
import { gpuSettings } from '../engine/gpu-settings.ts';
import { tensorflowVersion, usesGpu } from '../engine/tensorflow.ts';

/** The machine and software that a run is measured on, as its journal records them. */
export function describeEnvironment(threads: Environment['threads']): Environment {
  return describe(threads, usesGpu() ? 'gpu' : 'cpu', {
    tensorflow: tensorflowVersion(),
    libvips: sharp.versions.vips,
  });
}

/** The same for code that is not ours, which computes with libraries of its own. */
export function describeMachine(
  threads: Environment['threads'],
  device: 'cpu' | 'gpu',
): Environment {
  return describe(threads, device, { tensorflow: unrecorded, libvips: unrecorded });
}

function describe(
  threads: Environment['threads'],
  device: 'cpu' | 'gpu',
  libraries: Pick<Environment, 'tensorflow' | 'libvips'>,
): Environment {
  const processors = cpus();
  const bfloat16 = processorBfloat16();
  return {
    hardware: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      gpu: device === 'gpu' ? gpuName() : null,
    },
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
    device,
    ...(device === 'gpu' ? { gpuSettings: gpuSettings() } : bfloat16 !== null && { bfloat16 }),
    threads,
    ...libraries,
    ...checkoutVersion(),
  };
}

/** The driver's own name of the first visible GPU; needs no CUDA tool kit. */
export function gpuName(): string {
  try {
    const information = readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n')[0] ?? '';
    const query = execaSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
      reject: false,
    });
    const name = query.exitCode === 0 ? query.stdout.split('\n')[0]?.trim() : undefined;
    return name ?? information.trim();
  } catch {
    return 'unknown GPU';
  }
}

/** The commit that this code is of, and whether tracked files differ from it. */
export function checkoutVersion(): Pick<Environment, 'commit' | 'dirty'> {
  // A package may lie in the repository of whoever uses it, whose commit says nothing of this code.
  if (packed !== undefined) return { commit: packed.commit, dirty: packed.dirty };
  const commit = git('rev-parse', 'HEAD');
  if (commit === null) return { commit: null, dirty: false };
  return { commit, dirty: git('status', '--porcelain', '--untracked-files=no') !== '' };
}

/** What git says of the checkout; null where it fails. */
function git(...args: readonly string[]): string | null {
  const { exitCode, stdout } = execaSync('git', args, { cwd: codeRoot, reject: false });
  return exitCode === 0 ? stdout.trim() : null;
}
