import { unless } from './idle.ts';
import type { PluginIds } from './types.ts';

/*
 * What methods that compare features have in common. Some have KD beside them (`option.klTerm`), as
 * CTKD's scripts do.
 */

/** Idle rules of `option.klTerm`. */
export const klTermIdle = { temperature: unless('klWeight') };

/** What CTKD's scripts set for feature methods: `-r 0.1 -a 0.9`. */
export function withCurriculum(plugins: PluginIds): { ceWeight?: number; klWeight?: number } {
  return plugins.includes('ctkd') ? { ceWeight: 0.1, klWeight: 0.9 } : {};
}

/**
 * The plug-ins of a method that compares features: CTKD's temperature of the KL term where it has
 * one.
 */
export function onFeatures(id: string, hasKlTerm: boolean): (plugin: string) => string | null {
  return (plugin) => {
    if (plugin === 'ctkd' && hasKlTerm) return null;
    if (plugin === 'ctkd') return `${id} has no temperature to learn`;
    return `${id} does not compare logits row by row`;
  };
}
