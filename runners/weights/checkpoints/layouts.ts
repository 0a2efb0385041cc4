import { backgroundLast, type RowsOf } from './background-last.ts';

/** How a repository names the layers of a network that is the same function as one here. */
export interface Layout {
  /** The repository, for people. */
  readonly name: string;
  /** A pattern, and what stands in its place. Each is applied once to a name, in this order. */
  readonly renames: readonly (readonly [RegExp, string])[];
  /** Tensors in another order or number of rows than here, by the names here. Absent: none is. */
  readonly rows?: RowsOf;
}

/**
 * Layouts that are read besides the names that the networks here have. Those are the names of
 * mdistiller, RepDistiller, torchvision and timm's ResNets, and of
 * chenyaofo/pytorch-cifar-models@3e08427:pytorch_cifar_models/resnet.py. A layout is taken where
 * every name fits after it, and no other way.
 */
export const layouts: readonly Layout[] = [
  {
    // akamaster/pytorch_resnet_cifar10@d5489e8:resnet.py. Its released networks have option A,
    // whose shortcuts have no weights: `resnet20-a` and so on.
    name: 'akamaster/pytorch_resnet_cifar10',
    renames: [
      [/^linear\./, 'fc.'],
      [/(^|\.)shortcut\./, '$1downsample.'],
    ],
  },
  {
    // weiaicunzai/pytorch-cifar100@0d41819:models/resnet.py, its ResNet-18 and ResNet-50
    name: 'weiaicunzai/pytorch-cifar100',
    renames: [
      [/^conv1\.0\./, 'conv1.'],
      [/^conv1\.1\./, 'bn1.'],
      [/^conv2_x\./, 'layer1.'],
      [/^conv3_x\./, 'layer2.'],
      [/^conv4_x\./, 'layer3.'],
      [/^conv5_x\./, 'layer4.'],
      [/\.residual_function\.0\./, '.conv1.'],
      [/\.residual_function\.1\./, '.bn1.'],
      [/\.residual_function\.3\./, '.conv2.'],
      [/\.residual_function\.4\./, '.bn2.'],
      [/\.residual_function\.6\./, '.conv3.'],
      [/\.residual_function\.7\./, '.bn3.'],
      [/^fc\./, 'linear.'],
    ],
  },
  {
    // open-mmlab/mmpretrain@9fe593e:mmpretrain/models/heads/linear_head.py behind a ResNet backbone
    name: 'open-mmlab/mmpretrain',
    renames: [
      [/^backbone\./, ''],
      [/^head\.fc\./, 'fc.'],
    ],
  },
  {
    // open-mmlab/mmdetection v3.3.0:mmdet/models/dense_heads/anchor_free_head.py,
    // `_load_from_state_dict`: FCOS' last layers before version 2
    name: 'open-mmlab/mmdetection (before 2.0)',
    renames: [[/^bbox_head\.fcos_(cls|reg|centerness)\./, 'bbox_head.conv_$1.']],
  },
  {
    // open-mmlab/mmdetection v3.3.0:tools/model_converters/upgrade_model_version.py,
    // `upgrade_retina`
    name: 'open-mmlab/mmdetection (RetinaNet before 0.6)',
    renames: [
      [/^bbox_head\.(cls|reg)_convs\.(\d)\.(weight|bias)$/, 'bbox_head.$1_convs.$2.conv.$3'],
    ],
  },
  {
    // The same file: heads of regions before version 2, whose first class is the background.
    name: 'open-mmlab/mmdetection (two stages, before 2.0)',
    renames: [[/^(bbox|mask)_head\./, 'roi_head.$1_head.']],
    rows: backgroundLast,
  },
  {
    // lkhl/tiny-transformers@d2165f7:pycls/models/transformers, as LSKD has it too
    name: 'lkhl/tiny-transformers',
    renames: [
      [/(^|\.)qkv_transform\./, '$1qkv.'],
      [/(^|\.)projection\./, '$1proj.'],
      [/^layers\./, 'blocks.'],
      [/^distill_token$/, 'dist_token'],
      [/^distill_head\./, 'head_dist.'],
    ],
  },
  {
    // facebookresearch/pycls, its CIFAR ResNets, as in
    // lkhl/tiny-transformers@d2165f7:pycls/models/cnns/resnet.py
    name: 'facebookresearch/pycls',
    renames: [
      [/^stem\.conv\./, 'conv1.'],
      [/^stem\.bn\./, 'bn1.'],
      ...pyclsBlocks(),
      [/\.f\.a\./, '.conv1.'],
      [/\.f\.a_bn\./, '.bn1.'],
      [/\.f\.b\./, '.conv2.'],
      [/\.f\.b_bn\./, '.bn2.'],
      [/(^layer\d\.\d+)\.proj\./, '$1.downsample.0.'],
      [/(^layer\d\.\d+)\.bn\./, '$1.downsample.1.'],
      [/^head\.fc\./, 'fc.'],
    ],
  },
  {
    // huggingface/pytorch-image-models@v0.6.5:timm/models/efficientnet.py, its MobileNetV2
    name: 'huggingface/pytorch-image-models',
    renames: [
      [/^conv_stem\./, 'features.0.0.'],
      [/^bn1\./, 'features.0.1.'],
      [/^conv_head\./, 'features.18.0.'],
      [/^bn2\./, 'features.18.1.'],
      [/^classifier\.(?=weight|bias)/, 'classifier.1.'],
      [/^blocks\.0\.0\.conv_dw\./, 'features.1.conv.0.0.'],
      [/^blocks\.0\.0\.bn1\./, 'features.1.conv.0.1.'],
      [/^blocks\.0\.0\.conv_pw\./, 'features.1.conv.1.'],
      [/^blocks\.0\.0\.bn2\./, 'features.1.conv.2.'],
      ...mobileBlocks(),
      [/(^features\.\d+\.)conv_pw\./, '$1conv.0.0.'],
      [/(^features\.\d+\.)bn1\./, '$1conv.0.1.'],
      [/(^features\.\d+\.)conv_dw\./, '$1conv.1.0.'],
      [/(^features\.\d+\.)bn2\./, '$1conv.1.1.'],
      [/(^features\.\d+\.)conv_pwl\./, '$1conv.2.'],
      [/(^features\.\d+\.)bn3\./, '$1conv.3.'],
    ],
  },
  {
    // huggingface/pytorch-image-models@v0.6.5:timm/models/pit.py
    name: 'huggingface/pytorch-image-models (PiT)',
    renames: [[/^transformers\.(\d)\.pool\./, 'pools.$1.']],
  },
];

/** pycls counts stages and blocks from 1; torchvision, as we, the blocks from 0. */
function pyclsBlocks(): [RegExp, string][] {
  return Array.from({ length: 18 }, (_, index): [RegExp, string] => [
    new RegExp(`^s(\\d)\\.b${index + 1}\\.`),
    `layer$1.${index}.`,
  ]);
}

/** timm counts the blocks of MobileNetV2 by stage, torchvision all of them. */
function mobileBlocks(): [RegExp, string][] {
  let order = 1;
  return [2, 3, 4, 3, 3, 1].flatMap((count, stage) =>
    Array.from({ length: count }, (_, place): [RegExp, string] => {
      order += 1;
      return [new RegExp(`^blocks\\.${stage + 1}\\.${place}\\.`), `features.${order}.`];
    }),
  );
}

/** The layout of a repository, by its owner. */
export function layoutOf(owner: string): Layout {
  return layouts.find(({ name }) => name.startsWith(`${owner}/`)) as Layout;
}

/** The name that a tensor of the layout has here. */
export function ourName({ renames }: Layout, name: string): string {
  return renames.reduce((text, [from, to]) => text.replace(from, to), name);
}

/**
 * A dictionary with a layout's names changed to ours; null where it changes none, or makes two
 * names one.
 */
export function renamed<Value>(
  layout: Layout,
  values: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> | null {
  const result = new Map<string, Value>();
  let changed = false;
  for (const [name, value] of values) {
    const ours = ourName(layout, name);
    if (result.has(ours)) return null;
    changed ||= ours !== name;
    result.set(ours, value);
  }
  return changed ? result : null;
}
