import { lookUp } from '../../../common/look-up.ts';
import { expansion } from '../../networks/resnet-blocks.ts';
import { aspp } from '../../segmentation/networks/aspp-head.ts';
import { dilatedBackbones, dilatedStages } from '../../segmentation/networks/backbone.ts';
import { encoderDecoder, type SegmenterSpec } from '../../segmentation/networks/encoder-decoder.ts';
import { psp } from '../../segmentation/networks/psp-head.ts';
import {
  type TorchDistillerSpec,
  torchDistillerBackbones,
  torchDistillerPspnet,
} from '../../segmentation/networks/torchdistiller.ts';
import { type Segmenter, usualReading } from '../../segmentation/networks/types.ts';
import type { GoldenNode } from '../golden.ts';

/** What a file's config says of a segmenter: of mmsegmentation's or of TorchDistiller's. */
export type SegnetConfig = { readonly classes: number } & (
  | { readonly of: 'mmsegmentation'; readonly spec: SegmenterSpec }
  | { readonly of: 'torchdistiller'; readonly spec: TorchDistillerSpec }
);

/**
 * Reads a file's config for the product's own functions. What the product does in one way only must
 * say that way.
 *
 * @throws DataError `GOLDEN_SETTING` where it does not
 */
export function segnetConfig(root: GoldenNode): SegnetConfig {
  const classes = root.get('num_classes').number();
  const config = root.get('config');
  return config.get('type').text() === 'Res_pspnet'
    ? { of: 'torchdistiller', classes, spec: torchDistillerSpec(root, config) }
    : { of: 'mmsegmentation', classes, spec: encoderDecoderSpec(root, config) };
}

/** The product's segmenter of a config. */
export function segnetOf(config: SegnetConfig): Segmenter {
  return config.of === 'torchdistiller'
    ? torchDistillerPspnet('segmenter', config.spec, config.classes)
    : encoderDecoder('segmenter', config.spec, config.classes);
}

function torchDistillerSpec(root: GoldenNode, config: GoldenNode): TorchDistillerSpec {
  config.get('num_classes').sameAs(root.get('num_classes'));
  // The files were made without dropout, whose random numbers nobody could repeat.
  config.allFixed({ dropout_ratio: 0 });
  const [block, counts] = [config.get('block').text(), config.get('layers').shape()];
  const kind = lookUp({ BasicBlock: 'basic', Bottleneck: 'bottleneck' } as const, block);
  const found = Object.values<TorchDistillerSpec>(torchDistillerBackbones).find(
    (spec) => spec.width === undefined && spec.block === kind && `${spec.counts}` === `${counts}`,
  );
  if (found === undefined) throw config.malformed('is of no backbone that there is');
  return found;
}

function encoderDecoderSpec(root: GoldenNode, config: GoldenNode): SegmenterSpec {
  config.allFixed({ type: 'EncoderDecoder', data_preprocessor: null, pretrained: null });
  config.get('test_cfg').allFixed({ mode: 'whole' });
  const backbone = backboneOf(config.get('backbone'));
  const [decode, auxiliary] = [config.get('decode_head'), config.get('auxiliary_head')];
  const channelsOf = (stage: number) => 64 * 2 ** stage * expansion[backbone.block];
  for (const [head, stage] of [
    [decode, 3],
    [auxiliary, 2],
  ] as const) {
    head.get('num_classes').sameAs(root.get('num_classes'));
    head.allFixed({
      in_channels: channelsOf(stage),
      in_index: stage,
      // The files were made without dropout, whose random numbers nobody could repeat.
      dropout_ratio: 0,
      norm_cfg: norm,
      align_corners: false,
    });
    head.get('loss_decode').allFixed({ type: 'CrossEntropyLoss', use_sigmoid: false });
  }
  decode.get('loss_decode').allFixed({ loss_weight: 1 });
  auxiliary.get('loss_decode').allFixed({ loss_weight: usualReading.auxiliaryWeight });
  auxiliary.allFixed({ type: 'FCNHead', num_convs: 1, concat_input: false });
  return {
    backbone,
    decode: decodeOf(decode),
    auxiliary: { channels: auxiliary.get('channels').number() },
  };
}

const norm = { type: 'BN', requires_grad: true };

function backboneOf(node: GoldenNode): SegmenterSpec['backbone'] {
  node.allFixed({
    type: 'ResNetV1c',
    num_stages: 4,
    out_indices: [0, 1, 2, 3],
    ...dilatedStages,
    norm_cfg: norm,
    norm_eval: false,
    style: 'pytorch',
    contract_dilation: true,
  });
  const backbone = lookUp(dilatedBackbones, `r${node.get('depth').number()}`);
  if (backbone === undefined) throw node.get('depth').malformed('is of no backbone that there is');
  return backbone;
}

function decodeOf(node: GoldenNode): SegmenterSpec['decode'] {
  const channels = node.get('channels').number();
  const kind = node.get('type').text();
  if (kind === 'ASPPHead') {
    return aspp({ channels, dilations: [...node.get('dilations').numbers()] });
  }
  if (kind === 'PSPHead') {
    return psp({ channels, scales: [...node.get('pool_scales').numbers()] });
  }
  throw node.get('type').malformed(`is "${kind}", a head that Redistill does not have`);
}
