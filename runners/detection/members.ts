import type { DenseNetworkWords } from '../distillers/dense/network-words.ts';
import { type BackboneSpec, backbones } from './parts/backbone.ts';
import type { Detector, DetectorKind, DetectorOptions } from './types.ts';

/** What a line of `kinds.ts` says of a detector. */
export type Member<Spec> = Omit<Spec, 'backbone'> & {
  readonly backbone: keyof typeof backbones;
  /** What published tables call it, where one has it. */
  readonly printed?: string;
};

/** The members of a family: a specification becomes a kind, which a line of `kinds.ts` names. */
export function membersOf<Spec extends { readonly backbone: BackboneSpec }>(
  words: Pick<DenseNetworkWords, 'kind' | 'family' | 'masks'>,
  build: (name: string, spec: Spec, options: DetectorOptions) => Detector,
): (member: Member<Spec>) => DetectorKind {
  return ({ backbone: id, printed = null, ...own }) => {
    const backbone: BackboneSpec = backbones[id];
    const spec = { ...own, backbone } as unknown as Spec;
    return {
      ...words,
      architecture: backbone.architecture ?? null,
      printed,
      build: (name, options) => build(name, spec, options),
    };
  };
}
