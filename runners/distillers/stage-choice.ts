import type { MapShape, NetworkShapes } from '../networks/shapes.ts';
import { stagePlaces } from '../networks/stages.ts';
import * as option from './option.ts';
import type { ChoiceOption } from './option-types.ts';
import { numbersOf } from './option-values.ts';
import { refuseNetworks } from './parts.ts';

/*
 * The stages of two networks, for methods that look at several of them (OFA, its FitNets).
 */

const choices = [
  'all',
  '[1,2,3,4]',
  '[1,2,3]',
  '[2,3,4]',
  '[2,4]',
  '[3,4]',
  '[4]',
  '[3]',
  '[1]',
  '[2]',
  '[1,2]',
  '[1,3]',
  '[1,4]',
  '[2,3]',
  '[1,2,4]',
  '[1,3,4]',
] as const;

export type Stages = (typeof choices)[number];

/** An option that says which stages a method looks at. */
export function stagesOption(about: string, source: string): ChoiceOption<Stages> {
  return option.choice({ default: 'all', choices, about, source });
}

/**
 * The stages that are meant, counted from 1.
 *
 * @throws UsageError `METHOD_NETWORKS` where the network has no such stage
 */
export function chosenStages(
  method: string,
  stages: Stages,
  network: NetworkShapes,
): readonly number[] {
  const last = stagePlaces(network, network.features.length).places.length;
  const chosen =
    stages === 'all' ? Array.from({ length: last }, (_, index) => index + 1) : numbersOf(stages);
  if (last < 1 || chosen.some((stage) => stage > last)) {
    return refuseNetworks(method, `${network.name} has ${last} stages, not [${chosen}]`);
  }
  return chosen;
}

/** The feature of a stage: a map, or tokens of which the first `classTokens` are no patches. */
export type StageShape =
  | { readonly of: 'map'; readonly shape: MapShape }
  | {
      readonly of: 'tokens';
      readonly count: number;
      readonly width: number;
      readonly classTokens: number;
    };

/** The features of all stages of a network, in their order. */
export function stageShapes(network: NetworkShapes): readonly StageShape[] {
  const { of, places } = stagePlaces(network, network.features.length);
  return places.map((place): StageShape => {
    if (of !== 'tokens') return { of: 'map', shape: network[of][place] as MapShape };
    const [count, width] = network.tokens?.[place] ?? [0, 0];
    return { of, count, width, classTokens: network.classTokens ?? 0 };
  });
}
