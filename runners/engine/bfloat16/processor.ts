import { instructionSets } from '../processor.ts';

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

/** What instruction sets, as Linux names them, say of a processor; null: it has nothing. */
export function bfloat16Of(sets: readonly string[]): Bfloat16 | null {
  if (sets.includes('amx_bf16')) return 'amx';
  return sets.includes('avx512_bf16') ? 'avx512' : null;
}

let asked: Bfloat16 | null = null;
let found: Bfloat16 | null | undefined;

/** What this machine's processor has; null where nobody says so. */
export function processorBfloat16(): Bfloat16 | null {
  if (asked !== null) return asked;
  if (found === undefined) found = bfloat16Of(instructionSets() ?? []);
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
