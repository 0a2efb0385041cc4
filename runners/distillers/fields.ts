import type { Hyper } from '../../contract/spec.ts';
import type { HyperField, HyperFields, IdleRules } from './types.ts';

/** The fields that several methods have; each says where its own default is from. */

export function weight(about: string, source: string): HyperField {
  return { kind: 'number', min: 0, about, source };
}

export function temperature(source: string): HyperField {
  return {
    kind: 'number',
    min: 0,
    open: true,
    about: 'Softmax temperature of both networks',
    source,
  };
}

export function warmupEpochs(source: string): HyperField {
  return {
    kind: 'number',
    min: 0,
    about:
      'The distillation loss grows linearly over this many epochs; 1 or less is none, and is 0',
    same: (value) => (Number(value) <= 1 ? 0 : value),
    source,
  };
}

/** An idle rule: without effect where one of these weights is 0. */
export function unless(...weights: readonly string[]): (hyper: Hyper) => string | null {
  return (hyper) => {
    const off = weights.find((name) => hyper[name] === 0);
    return off === undefined ? null : `${off} is 0`;
  };
}

/** The same where all of these weights are 0. */
export function unlessAny(...weights: readonly string[]): (hyper: Hyper) => string | null {
  return (hyper) =>
    weights.every((name) => hyper[name] === 0) ? `${weights.join(' and ')} are 0` : null;
}

/** The first reason that one of several idle rules gives. */
export function firstOf<Given extends readonly unknown[]>(
  ...rules: readonly ((...given: Given) => string | null)[]
): (...given: Given) => string | null {
  return (...given) => {
    for (const rule of rules) {
      const reason = rule(...given);
      if (reason !== null) return reason;
    }
    return null;
  };
}

/** Idle rules of `klTerm`. */
export const klTermIdle: IdleRules = { temperature: unless('klWeight') };

/**
 * The KL term that CTKD's scripts put beside feature methods: `-a 0.9` at `--kd_T 4` or the learned
 * temperature.
 */
export function klTerm(): HyperFields {
  const source =
    'zhengli97/CTKD@7d52522 scripts/run_cifar_distill.sh (-a 0.9), train_student.py (--kd_T); mdistiller has no such term';
  return {
    klWeight: weight('Weight of KD beside the method; 0 is the method alone', source),
    temperature: temperature(source),
  };
}

/** What CTKD's scripts set for feature methods: `-r 0.1 -a 0.9`. */
export function withCurriculum(plugins: readonly string[]): Hyper {
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
