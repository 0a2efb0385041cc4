import { setupCommand } from '../../common/installation.mjs';
import { bfloat16Words } from '../engine/bfloat16/processor.ts';
import type { DoctorFinding, Facts, FindingState, Version } from './types.ts';

const GB = 1e9;
/**
 * Below these a default suite gets into trouble: recording resnet32x4 takes up to 3 GB, its
 * checkpoints 0.5 GB.
 */
const wanted = { memory: 4 * GB, workspace: 2 * GB, cache: 0.5 * GB };
/** Below this nothing can be written. */
const least = 0.1 * GB;

/**
 * What the facts mean, one finding per thing, in the order in which one would repair them. Pure.
 */
export function judge(facts: Facts): readonly DoctorFinding[] {
  return [
    finding('node', 'Node', 'fine', `${facts.node.version} (${facts.node.path})`),
    tensorflow(facts),
    device(facts),
    threads(facts),
    bfloat16(facts),
    memory(facts),
    ...facts.disks.map(disk),
    library('libvips', 'Picture decoder', 'libvips', facts.libvips),
    library('duckdb', 'Result store', 'DuckDB', facts.duckdb),
    program('xz', facts.xz, '.tar.xz data sets cannot be read', 'xz-utils'),
    program('chromium', facts.chromium, 'the tests of the report page are skipped', 'chromium'),
    ...facts.datasets.map(dataset),
  ];
}

function tensorflow({ tensorflow, build }: Facts): DoctorFinding {
  const title = 'TensorFlow';
  if (tensorflow.kind === 'loaded') {
    const origin =
      build === null
        ? 'not built by the set-up'
        : `${build.flavour}, own kernels ${build.kernels?.slice(0, 8) ?? 'none'}, ${build.folder}`;
    return finding('tensorflow', title, 'fine', `${tensorflow.version} (${origin})`);
  }
  const command = build?.flavour === 'cuda' ? `TF=cuda ${setupCommand}` : setupCommand;
  return finding('tensorflow', title, 'missing', tensorflow.reason, `Run "${command}".`);
}

function device({ tensorflow, build, gpus, processor }: Facts): DoctorFinding {
  const card = gpus.join(', ');
  if (tensorflow.kind === 'loaded' && tensorflow.usesGpu)
    return finding('device', 'Device', 'fine', `GPU: ${card || 'of unknown name'}`);
  const cpu = `CPU: ${processor.model}`;
  if (build?.flavour === 'cuda') {
    const advice =
      gpus.length === 0
        ? `TensorFlow is the CUDA build, and there is no NVIDIA GPU or driver (nvidia-smi): install the driver, or use the smaller CPU build with "TF=cpu ${setupCommand}".`
        : `TensorFlow does not use ${card}: its driver must be 525 or newer (nvidia-smi) and CUDA_VISIBLE_DEVICES must not hide it.`;
    return finding('device', 'Device', 'warning', cpu, advice);
  }
  if (gpus.length === 0) return finding('device', 'Device', 'fine', cpu);
  return finding(
    'device',
    'Device',
    'warning',
    `${cpu}; ${card} is not used`,
    `Run "TF=cuda ${setupCommand}" for the CUDA build.`,
  );
}

function threads({ processor: { cores } }: Facts): DoctorFinding {
  const value = `${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return finding('threads', 'Threads', 'fine', value);
}

function bfloat16({ processor }: Facts): DoctorFinding {
  const title = 'Mixed precision';
  if (processor.bfloat16 === null) {
    const value = 'this processor has no bfloat16';
    return finding('bfloat16', title, 'optional', value, 'Suites that ask for it need a GPU.');
  }
  const speed = processor.bfloat16 === 'amx' ? '' : ', slower than 32 bits';
  const value = `bfloat16 by ${bfloat16Words[processor.bfloat16]}${speed}`;
  return finding('bfloat16', title, 'fine', value);
}

function memory({ memory: { total, available } }: Facts): DoctorFinding {
  const value = `${size(available)} available of ${size(total)}`;
  if (available >= wanted.memory) return finding('memory', 'Memory', 'fine', value);
  const advice = `A training with a large teacher takes up to ${size(wanted.memory)}: end other programs, or run one trial at a time.`;
  return finding('memory', 'Memory', 'warning', value, advice);
}

function disk({ use, folder, free }: Facts['disks'][number]): DoctorFinding {
  const value = `${size(free)} free (${folder})`;
  const title = use === 'workspace' ? 'Disk for runs' : 'Disk for the cache';
  const elsewhere =
    use === 'workspace'
      ? 'choose another folder with --workspace'
      : 'set REDISTILL_CACHE to another folder';
  if (free >= wanted[use]) return finding(`disk-${use}`, title, 'fine', value);
  const state = free < least ? 'missing' : 'warning';
  const advice = `Free some space (${size(wanted[use])} are wanted), or ${elsewhere}.`;
  return finding(`disk-${use}`, title, state, value, advice);
}

function library(id: string, title: string, name: string, found: Version): DoctorFinding {
  if ('version' in found) return finding(id, title, 'fine', `${name} ${found.version}`);
  return finding(id, title, 'missing', `${name}: ${found.reason}`, `Run "${setupCommand}".`);
}

/** A program that only some things need. */
function program(
  id: string,
  path: string | null,
  consequence: string,
  from: string,
): DoctorFinding {
  if (path !== null) return finding(id, id, 'fine', path);
  const advice = `Where that matters: apt-get install ${from} (Debian, Ubuntu).`;
  return finding(id, id, 'optional', `not found: ${consequence}`, advice);
}

function dataset({ id, present, note }: Facts['datasets'][number]): DoctorFinding {
  const title = `Data: ${id}`;
  return present
    ? finding(`data-${id}`, title, 'fine', note)
    : finding(`data-${id}`, title, 'optional', 'not present', note);
}

function finding(
  id: string,
  title: string,
  state: FindingState,
  value: string,
  advice: string | null = null,
): DoctorFinding {
  return { id, title, state, value, advice };
}

function size(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
