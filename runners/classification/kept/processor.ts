import { createHash } from 'node:crypto';
import { arch, cpus } from 'node:os';
import { instructionSets } from '../../engine/processor.ts';

/**
 * The kind of processor that TensorFlow's kernels are chosen by: its name, and where the system
 * tells them a digest of its instruction sets, since virtual machines of one name differ in them.
 */
export function processorKind(): string {
  return [arch(), cpus()[0]?.model.trim() ?? 'unknown', digestOfInstructionSets()].join(', ');
}

function digestOfInstructionSets(): string {
  const sorted = instructionSets()?.toSorted().join(' ');
  if (sorted === undefined) return 'unknown';
  return createHash('sha256').update(sorted).digest('hex').slice(0, 16);
}
