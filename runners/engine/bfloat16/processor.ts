import { readFileSync } from 'node:fs';

/**
 * What a processor has for bfloat16: units that multiply matrices (AMX), or instructions for
 * vectors alone.
 */
export type Bfloat16 = 'amx' | 'avx512';

/** Their names. */
export const bfloat16Words: Readonly<Record<Bfloat16, string>> = {
  amx: 'AMX',
  avx512: 'AVX512-BF16',
};

/** What flags of a processor, as Linux names them, say of it; null: it has nothing. */
export function bfloat16Of(cpuinfo: string): Bfloat16 | null {
  if (/\bamx_bf16\b/.test(cpuinfo)) return 'amx';
  return /\bavx512_bf16\b/.test(cpuinfo) ? 'avx512' : null;
}

let asked: Bfloat16 | null = null;
let found: Bfloat16 | null | undefined;

/** What this machine's processor has; null where nobody says so. */
export function processorBfloat16(): Bfloat16 | null {
  if (asked !== null) return asked;
  if (found === undefined) found = bfloat16Of(cpuinfo());
  return found;
}

/**
 * Records for such a processor from now on: tests run what one with AMX gets on one without.
 * Trainings never ask.
 *
 * @param kind null: that which is there
 */
export function recordForBfloat16(kind: Bfloat16 | null): void {
  asked = kind;
}

function cpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    // Another system than Linux.
    return '';
  }
}
