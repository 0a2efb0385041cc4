import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import { type CifarResnetSpec, cifarResnet } from './cifar-resnet.ts';
import type { Network } from './types.ts';

type Build = (name: string, classes: number, inputShape: Network['inputShape']) => Network;

const narrow: CifarResnetSpec['widths'] = [16, 16, 32, 64];
const wide: CifarResnetSpec['widths'] = [32, 64, 128, 256];
const resnet =
  (depth: number, widths: CifarResnetSpec['widths']): Build =>
  (name, classes, inputShape) =>
    cifarResnet(name, { depth, widths }, classes, inputShape);

/** One line per network. Names are mdistiller's. */
const networks: Readonly<Record<string, Build>> = {
  resnet8: resnet(8, narrow),
  resnet14: resnet(14, narrow),
  resnet20: resnet(20, narrow),
  resnet32: resnet(32, narrow),
  resnet44: resnet(44, narrow),
  resnet56: resnet(56, narrow),
  resnet110: resnet(110, narrow),
  resnet8x4: resnet(8, wide),
  resnet32x4: resnet(32, wide),
};

export function networkNames(): readonly string[] {
  return Object.keys(networks);
}

export function hasNetwork(name: string): boolean {
  return Object.hasOwn(networks, name);
}

/**
 * The network called `name`.
 *
 * @param inputShape height, width, channels of a picture
 * @throws UsageError `MODEL_UNKNOWN` with the nearest known name
 */
export function createNetwork(
  name: string,
  { classes, inputShape = [32, 32, 3] }: { classes: number; inputShape?: Network['inputShape'] },
): Network {
  const build = hasNetwork(name) ? networks[name] : undefined;
  if (build === undefined) {
    throw new UsageError(
      'MODEL_UNKNOWN',
      `There is no network called "${name}". ${suggestion(name, networkNames())}`,
    );
  }
  if (!Number.isInteger(classes) || classes < 1) {
    throw new UsageError(
      'MODEL_CLASSES',
      `The network "${name}" needs a whole number of classes of at least 1, not ${classes}.`,
    );
  }
  return build(name, classes, inputShape);
}
