import { readFileSync } from 'node:fs';

/**
 * Instruction sets of this processor in the words of Linux; null where the system does not tell.
 */
export function instructionSets(): readonly string[] | null {
  try {
    const cpu = readFileSync('/proc/cpuinfo', 'utf8');
    const found = /^(?:flags|Features)\s*:(.*)$/m.exec(cpu)?.[1];
    return found === undefined ? null : found.trim().split(/\s+/);
  } catch {
    return null;
  }
}

let fused: boolean | null = null;

/** Whether registers of 8 floats or more multiply and add in one rounding, on x86-64. */
export function multipliesAndAdds(): boolean {
  if (fused === null) {
    const sets = process.arch === 'x64' ? (instructionSets() ?? []) : [];
    fused = ['avx2', 'fma'].every((each) => sets.includes(each));
  }
  return fused;
}
