import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkYaml, compileSchema } from '../../common/checked-yaml.ts';
import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import type { TypeOf } from '../../contract/schema/define.ts';
import type * as schema from './weights-schema.ts';

/** Released weights of a backbone. */
export interface BackboneWeights {
  /** `torchvision/resnet50`. */
  readonly name: string;
  /** What the zoos call the network (`runners/catalogue/networks.ts`). */
  readonly architecture: string;
  /** Where the file is, or for a person where to find it. */
  readonly url: string | null;
  readonly page: string | null;
  /** First digits of the file's SHA-256, where its name ends in them. */
  readonly sha256Prefix: string | null;
  /** Who states name and address. */
  readonly source: string;
}

const validate = compileSchema<TypeOf<typeof schema.weightsFile>>(
  JSON.parse(readFileSync(join(import.meta.dirname, 'weights.schema.json'), 'utf8')) as object,
);

interface Known {
  readonly weights: ReadonlyMap<string, BackboneWeights>;
  /** By set and architecture. */
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, BackboneWeights>>;
}

let cached: Known | undefined;

function load(): Known {
  const shown = join('reference', 'backbones', 'weights.yaml');
  const content = readFileSync(join(import.meta.dirname, 'weights.yaml'), 'utf8');
  const checked = checkYaml(shown, content, validate, 'BACKBONES');
  const weights = new Map(
    Object.entries(checked.value.weights).map(([name, { url, ...raw }]) => {
      const found: BackboneWeights = {
        name,
        architecture: raw.architecture,
        url: url ?? null,
        page: raw.page ?? null,
        sha256Prefix: /-([0-9a-f]{8})\.pth$/.exec(url ?? '')?.[1] ?? null,
        source: raw.source,
      };
      return [name, found];
    }),
  );
  const sets = Object.entries(checked.value.sets).map(([set, { weights: names }]) => {
    const members = names.map((name, index) => {
      const member = weights.get(name);
      if (member !== undefined) return [member.architecture, member] as const;
      throw checked.error(
        'BACKBONES_SET',
        ['sets', set, 'weights', index],
        `no weights are called "${name}". ${suggestion(name, [...weights.keys()])}`,
      );
    });
    return [set, new Map(members)] as const;
  });
  return { weights, sets: new Map(sets) };
}

const known = (): Known => {
  cached ??= load();
  return cached;
};

/** All released weights of backbones, in the order of the file. */
export function backboneWeights(): readonly BackboneWeights[] {
  return [...known().weights.values()];
}

/** @throws UsageError `PRETRAINED_UNKNOWN` with the nearest known name */
export function weightsCalled(name: string): BackboneWeights {
  const found = known().weights.get(name);
  if (found !== undefined) return found;
  throw unknown(name, [...known().weights.keys()]);
}

/**
 * The weights that a recipe's `pretrained` means for an architecture: of a set those of this
 * architecture, of a single file that file, whatever its architecture is. Null where a set has
 * none.
 *
 * @throws UsageError `PRETRAINED_UNKNOWN` with the nearest known name
 */
export function pretrainedWeights(
  pretrained: string,
  architecture: string | null,
): BackboneWeights | null {
  const { weights, sets } = known();
  const set = sets.get(pretrained);
  if (set !== undefined) return architecture === null ? null : (set.get(architecture) ?? null);
  const single = weights.get(pretrained);
  if (single !== undefined) return single;
  throw unknown(pretrained, [...sets.keys(), ...weights.keys()]);
}

function unknown(name: string, names: readonly string[]): UsageError {
  return new UsageError(
    'PRETRAINED_UNKNOWN',
    `No weights of a backbone are called "${name}". ${suggestion(name, names)}`,
    { hint: 'They are in reference/backbones/weights.yaml.' },
  );
}
