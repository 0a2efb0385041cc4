import { lookUp } from '../../common/look-up.ts';
import { methods } from './registry.ts';

/**
 * Names that papers print for methods, as what they mean. Comparison ignores case, spaces and
 * asterisks.
 *
 * Only names that cannot be composed from ids are here: `KD+LSKD` is a method id once its case is
 * ignored.
 */

/** Names of whole rows. */
const rows: Readonly<Record<string, string>> = {
  vanilla: 'none',
  student: 'none',
  baseline: 'none',
  base: 'none',
  'base(nodistillation)': 'none',
  ce: 'none',
  cc: 'correlation',
  ctkd: 'kd+ctkd',
  'sd-kd': 'kd+sdd',
  'sd-dkd': 'dkd+sdd',
  'sd-nkd': 'nkd+sdd',
};

/** Names of parts, between the plus signs. */
const parts: Readonly<Record<string, string>> = {
  'logitstand.': 'lskd',
  logitstand: 'lskd',
  logitstandardization: 'lskd',
  'z-score': 'lskd',
  curriculumtemperature: 'ctkd',
  scaledecoupled: 'sdd',
};

/** What `Ours` means in the tables of a paper, by the paper's key in `reference/published`. */
const ours: Readonly<Record<string, string>> = { lskd: 'lskd', sdd: 'sdd', ctkd: 'ctkd' };

/** Keys of the papers whose `Ours` is known. */
export const papersWithOurs: readonly string[] = Object.keys(ours);

/**
 * The ids behind a printed name, lower case and split at plus signs; parts that are no alias stay
 * as they are.
 *
 * `CTKD` alone or beside plug-ins means KD with a curriculum temperature. `Ours` depends on the
 * paper: it stays `ours` where no paper, or an unknown one, is given.
 */
export function expandAliases(printed: string, paper?: string): string[] {
  const bare = printed.toLowerCase().replaceAll(/[\s*]/g, '');
  const split = (lookUp(rows, bare) ?? bare).split('+').flatMap((part) => {
    if (part === 'ours' && paper !== undefined) return [lookUp(ours, paper) ?? part];
    const row = part === 'ctkd' ? undefined : lookUp(rows, part);
    return (row ?? lookUp(parts, part) ?? part).split('+');
  });
  // CTKD's and LSKD's tables write `CTKD+LSKD` for KD with both.
  const whole = split.some((part) => methods.has(part));
  return split.includes('ctkd') && !whole ? ['kd', ...split] : split;
}

/** Every printed name, for suggestions. */
export const aliasNames: readonly string[] = [...Object.keys(rows), ...Object.keys(parts)];
