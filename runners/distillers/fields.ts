import type { HyperField } from './types.ts';

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
