import type { Hyper } from '../trial/spec.ts';
import type { HyperField, HyperFields } from './types.ts';

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
    about: 'The distillation loss grows linearly over this many epochs; 0 or 1 is none',
    source,
  };
}

/** The KL term that CTKD's scripts put beside feature methods: `-a 0.9` at `--kd_T 4` or the learned temperature. */
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

/** The plug-ins of a method that compares features: CTKD's temperature of the KL term where it has one. */
export function onFeatures(id: string, hasKlTerm: boolean): (plugin: string) => string | null {
  return (plugin) => {
    if (plugin === 'ctkd' && hasKlTerm) return null;
    if (plugin === 'ctkd') return `${id} has no temperature to learn`;
    return `${id} does not compare logits row by row`;
  };
}
