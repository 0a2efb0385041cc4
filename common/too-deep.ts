/**
 * Records nest a few levels deep; what nests further would overflow the stack of whoever writes it
 * out.
 */
export const deepest = 64;

export function isTooDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const name in value) {
    if (isTooDeep((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return true;
  }
  return false;
}
