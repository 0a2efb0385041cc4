import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';

/**
 * The kind of processor that TensorFlow's kernels are chosen by: its name, and where the system
 * tells them a digest of its instruction sets, since virtual machines of one name differ in them.
 */
export function processorKind(): string {
  return [arch(), cpus()[0]?.model.trim() ?? 'unknown', instructionSets()].join(', ');
}

function instructionSets(): string {
  try {
    const found = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    if (found === undefined) return 'unknown';
    const sorted = found.trim().split(/\s+/).sort().join(' ');
    return createHash('sha256').update(sorted).digest('hex').slice(0, 16);
  } catch {
    return 'unknown';
  }
}
