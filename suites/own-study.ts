import type { Scale } from '../contract/spec.ts';
import type { SuiteFile } from './suite-types.ts';

/** Whether a suite is a study of its author's own: it has the scale `own`. */
export function isOwnStudy({ scales }: SuiteFile): boolean {
  return scales.own !== undefined;
}

/**
 * Whether a scale has nothing to be held against: the own study, and a smoke run of a suite that
 * names no table.
 */
export function standsAlone(definition: SuiteFile, scale: Scale): boolean {
  if (scale === 'own') return true;
  return scale === 'smoke' && isOwnStudy(definition) && definition.table === undefined;
}
