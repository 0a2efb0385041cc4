import type { KindLoaders } from '../../common/kind-table.ts';
import type { NetworkKind } from './types.ts';

/**
 * Every network for classification, one line each. Names are those of the columns of published
 * tables. Tables of ImageNet, CUB-200 and Tiny-ImageNet use some of them for other networks: those
 * have the prefixes `imagenet-`, `cub200-` and `tiny-imagenet-`. `-a` stands for shortcuts without
 * parameters.
 *
 * A network of a new family is a file of its own and a line here; of a known family it is a line. A
 * training loads the families of its own networks alone, and so no other line is part of its
 * numerics fingerprint.
 */
// biome-ignore format: a table
export const networkKinds: KindLoaders<NetworkKind> = {
  resnet8: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 8 }),
  resnet14: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 14 }),
  resnet20: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 20 }),
  resnet32: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 32 }),
  resnet44: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 44 }),
  resnet56: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 56 }),
  resnet110: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 110 }),
  'resnet20-a': async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 20, shortcut: 'A' }),
  'resnet32-a': async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 32, shortcut: 'A' }),
  'resnet44-a': async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 44, shortcut: 'A' }),
  'resnet56-a': async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 56, shortcut: 'A' }),
  'resnet110-a': async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 110, shortcut: 'A' }),
  resnet8x4: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 8, widths: [32, 64, 128, 256] }),
  resnet32x4: async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 32, widths: [32, 64, 128, 256] }),
  resnet18: async () => (await import('./resnet.ts')).resnetOf({ block: 'basic', counts: [2, 2, 2, 2], stem: 'cifar' }),
  resnet50: async () => (await import('./resnet.ts')).resnetOf({ block: 'bottleneck', counts: [3, 4, 6, 3], stem: 'cifar' }),
  wrn_16_1: async () => (await import('./wide-resnet.ts')).wideResnetOf({ depth: 16, widen: 1 }),
  wrn_16_2: async () => (await import('./wide-resnet.ts')).wideResnetOf({ depth: 16, widen: 2 }),
  wrn_40_1: async () => (await import('./wide-resnet.ts')).wideResnetOf({ depth: 40, widen: 1 }),
  wrn_40_2: async () => (await import('./wide-resnet.ts')).wideResnetOf({ depth: 40, widen: 2 }),
  vgg8: async () => (await import('./vgg.ts')).vggOf([1, 1, 1, 1, 1]),
  vgg11: async () => (await import('./vgg.ts')).vggOf([1, 1, 2, 2, 2]),
  vgg13: async () => (await import('./vgg.ts')).vggOf([2, 2, 2, 2, 2]),
  vgg16: async () => (await import('./vgg.ts')).vggOf([2, 2, 3, 3, 3]),
  vgg19: async () => (await import('./vgg.ts')).vggOf([2, 2, 4, 4, 4]),
  mobilenetv2: async () => (await import('./mobilenet-v2.ts')).mobileNetV2Of('cifar'),
  shufflenetv1: async () => (await import('./shufflenet-v1.ts')).shuffleNetV1Of('cifar'),
  shufflenetv2: async () => (await import('./shufflenet-v2.ts')).shuffleNetV2,
  'cub200-resnet32x4': async () => (await import('./cifar-resnet.ts')).cifarResnetOf({ depth: 32, widths: [32, 64, 128, 256], stem: 'cub200' }),
  'cub200-resnet50': async () => (await import('./resnet.ts')).resnetOf({ block: 'bottleneck', counts: [3, 4, 6, 3], stem: 'cub200' }),
  'cub200-vgg8': async () => (await import('./vgg.ts')).cub200VggOf([1, 1, 1, 1, 1]),
  'cub200-vgg13': async () => (await import('./vgg.ts')).cub200VggOf([2, 2, 2, 2, 2]),
  'cub200-mobilenetv2': async () => (await import('./mobilenet-v2.ts')).mobileNetV2Of('cub200'),
  'cub200-shufflenetv1': async () => (await import('./shufflenet-v1.ts')).shuffleNetV1Of('cub200'),
  'tiny-imagenet-mobilenetv2': async () => (await import('./mobilenet-v2.ts')).mobileNetV2Of('tiny-imagenet'),
  'imagenet-resnet18': async () => (await import('./resnet.ts')).resnetOf({ block: 'basic', counts: [2, 2, 2, 2], stem: 'imagenet' }),
  'imagenet-resnet34': async () => (await import('./resnet.ts')).resnetOf({ block: 'basic', counts: [3, 4, 6, 3], stem: 'imagenet' }),
  'imagenet-resnet50': async () => (await import('./resnet.ts')).resnetOf({ block: 'bottleneck', counts: [3, 4, 6, 3], stem: 'imagenet' }),
  'imagenet-mobilenetv1': async () => (await import('./mobilenet-v1.ts')).mobileNetV1,
  deit_t: async () => (await import('./vit.ts')).vitOf({ width: 192, heads: 3 }),
  vit_s: async () => (await import('./vit.ts')).vitOf({ width: 384, heads: 6 }),
  swin_t: async () => (await import('./swin.ts')).swinOf({ width: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24] }),
  swin_n: async () => (await import('./swin.ts')).swinOf({ width: 64 }),
  swin_p: async () => (await import('./swin.ts')).swinOf({ width: 48 }),
  mixer_b16: async () => (await import('./mixer.ts')).mixerOf({ kind: 'mixer', width: 768 }),
  resmlp_s12: async () => (await import('./mixer.ts')).mixerOf({ kind: 'resmlp', width: 384 }),
  convnext_t: async () => (await import('./convnext.ts')).convnextOf({ depths: [3, 3, 9, 3], widths: [96, 192, 384, 768] }),
  deit_tiny: async () => (await import('./vit.ts')).vitOf({ width: 192, heads: 3, start: 'tiny-transformers' }),
  deit_tiny_distilled: async () => (await import('./vit.ts')).vitOf({ width: 192, heads: 3, start: 'tiny-transformers', distilled: true }),
  t2t_vit_7: async () => (await import('./t2t-vit.ts')).t2tVitOf({ width: 256, heads: 4, depth: 7 }),
  pit_tiny: async () => (await import('./pit.ts')).pitOf({ widths: [64, 128, 256], depths: [2, 6, 4], heads: [2, 4, 8] }),
  pvt_tiny: async () => (await import('./pvt.ts')).pvtOf({ widths: [64, 128, 320, 512], depths: [2, 2, 2, 2], heads: [1, 2, 5, 8], mlpRatios: [8, 8, 4, 4], reductions: [8, 4, 2, 1] }),
  resnet10_mini: async () => (await import('./resnet.ts')).resnetOf({ block: 'basic', counts: [1, 1, 1, 1], stem: 'imagenet', width: 32 }),
  resnet10_micro: async () => (await import('./resnet.ts')).resnetOf({ block: 'basic', counts: [1, 1, 1, 1], stem: 'imagenet', width: 8 }),
  vit_mini: async () => (await import('./vit.ts')).smallVitOf({ width: 96, heads: 4, patch: 8, depth: 4, stages: [0, 1, 2, 3] }),
  vit_nano: async () => (await import('./vit.ts')).smallVitOf({ width: 64, heads: 4, patch: 16, depth: 4, stages: [0, 1, 2, 3] }),
  'imagenet-mobilenetv2': async () => (await import('./mobilenet-v2.ts')).mobileNetV2Of('imagenet'),
};
