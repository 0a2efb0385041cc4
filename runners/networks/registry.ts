import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import { type CifarResnetSpec, cifarResnet } from './cifar-resnet.ts';
import { mobileNetV1 } from './mobilenet-v1.ts';
import { mobileNetV2 } from './mobilenet-v2.ts';
import { type ResnetSpec, resnet } from './resnet.ts';
import { shuffleNetV1 } from './shufflenet-v1.ts';
import { shuffleNetV2 } from './shufflenet-v2.ts';
import type { Network } from './types.ts';
import { type VggSpec, vgg } from './vgg.ts';
import { type WideResnetSpec, wideResnet } from './wide-resnet.ts';

type Build = (name: string, classes: number, inputShape: Network['inputShape']) => Network;

const narrow: CifarResnetSpec['widths'] = [16, 16, 32, 64];
const wide: CifarResnetSpec['widths'] = [32, 64, 128, 256];
/** A builder of a family's member by the family's specification. */
const member =
  <Spec>(
    family: (
      name: string,
      spec: Spec,
      classes: number,
      inputShape: Network['inputShape'],
    ) => Network,
  ) =>
  (spec: Spec): Build =>
  (name, classes, inputShape) =>
    family(name, spec, classes, inputShape);
const small = member<CifarResnetSpec>(cifarResnet);
const large = member<ResnetSpec>(resnet);
const wrn = member<WideResnetSpec>(wideResnet);
const vggOf = member<VggSpec>(vgg);
const mobile = member<'cifar' | 'imagenet'>(mobileNetV2);

/**
 * One line per network. Names are those of the columns of published tables. Tables of ImageNet use
 * some of them for other networks: those have the prefix `imagenet-`. `-a` stands for shortcuts
 * without parameters.
 */
const networks: Readonly<Record<string, Build>> = {
  resnet8: small({ depth: 8, widths: narrow }),
  resnet14: small({ depth: 14, widths: narrow }),
  resnet20: small({ depth: 20, widths: narrow }),
  resnet32: small({ depth: 32, widths: narrow }),
  resnet44: small({ depth: 44, widths: narrow }),
  resnet56: small({ depth: 56, widths: narrow }),
  resnet110: small({ depth: 110, widths: narrow }),
  'resnet20-a': small({ depth: 20, widths: narrow, shortcut: 'A' }),
  'resnet32-a': small({ depth: 32, widths: narrow, shortcut: 'A' }),
  'resnet44-a': small({ depth: 44, widths: narrow, shortcut: 'A' }),
  'resnet56-a': small({ depth: 56, widths: narrow, shortcut: 'A' }),
  'resnet110-a': small({ depth: 110, widths: narrow, shortcut: 'A' }),
  resnet8x4: small({ depth: 8, widths: wide }),
  resnet32x4: small({ depth: 32, widths: wide }),
  resnet18: large({ block: 'basic', counts: [2, 2, 2, 2], stem: 'cifar' }),
  resnet50: large({ block: 'bottleneck', counts: [3, 4, 6, 3], stem: 'cifar' }),
  wrn_16_1: wrn({ depth: 16, widen: 1 }),
  wrn_16_2: wrn({ depth: 16, widen: 2 }),
  wrn_40_1: wrn({ depth: 40, widen: 1 }),
  wrn_40_2: wrn({ depth: 40, widen: 2 }),
  vgg8: vggOf([1, 1, 1, 1, 1]),
  vgg11: vggOf([1, 1, 2, 2, 2]),
  vgg13: vggOf([2, 2, 2, 2, 2]),
  vgg16: vggOf([2, 2, 3, 3, 3]),
  vgg19: vggOf([2, 2, 4, 4, 4]),
  mobilenetv2: mobile('cifar'),
  shufflenetv1: shuffleNetV1,
  shufflenetv2: shuffleNetV2,
  'imagenet-resnet18': large({ block: 'basic', counts: [2, 2, 2, 2], stem: 'imagenet' }),
  'imagenet-resnet34': large({ block: 'basic', counts: [3, 4, 6, 3], stem: 'imagenet' }),
  'imagenet-resnet50': large({ block: 'bottleneck', counts: [3, 4, 6, 3], stem: 'imagenet' }),
  'imagenet-mobilenetv1': mobileNetV1,
  'imagenet-mobilenetv2': mobile('imagenet'),
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
  const build = hasNetwork(name) ? lookUp(networks, name) : undefined;
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
