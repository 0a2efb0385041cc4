import { convnext } from '../networks/convnext.ts';
import { mixer } from '../networks/mixer.ts';
import { pit } from '../networks/pit.ts';
import { pvt } from '../networks/pvt.ts';
import { resnetOf } from '../networks/resnet.ts';
import { swin } from '../networks/swin.ts';
import { t2tVit } from '../networks/t2t-vit.ts';
import type { Network } from '../networks/types.ts';
import { vit } from '../networks/vit.ts';
import type { GoldenNode } from './golden.ts';

type Stages = readonly [number, number, number, number];

/**
 * Small networks of the classes of the full-size ones, by what a file says of its constructor's
 * arguments. `stages`: places of the stages' blocks, where the class has none of its own.
 */
export const smallTokenNetworks: Readonly<
  Record<
    string,
    (
      args: GoldenNode,
      classes: number,
      inputShape: Network['inputShape'],
      stages?: Stages,
    ) => Network
  >
> = {
  vit: (args, classes, inputShape, stages = [0, 1, 2, 3]) =>
    vit('vit', { ...ofVit(args), stages }, { classes, inputShape }),
  deit: (args, classes, inputShape) =>
    vit(
      'deit',
      { ...ofVit(args), stages: [], distilled: args.get('distilled').flag() },
      { classes, inputShape },
    ),
  t2t: (args, classes, inputShape) =>
    t2tVit(
      't2t',
      {
        width: args.get('embed_dim').number(),
        depth: args.get('depth').number(),
        heads: args.get('num_heads').number(),
        tokenWidth: args.get('token_dim').number(),
      },
      { classes, inputShape },
    ),
  pit: (args, classes, inputShape) =>
    pit(
      'pit',
      {
        ...ofStages(args),
        patch: args.get('patch_size').number(),
        stride: args.get('stride').number(),
      },
      { classes, inputShape },
    ),
  pvt: (args, classes, inputShape) =>
    pvt(
      'pvt',
      {
        ...ofStages(args),
        mlpRatios: [...args.get('mlp_ratios').numbers()],
        reductions: [...args.get('sr_ratios').numbers()],
      },
      { classes, inputShape },
    ),
  swin: (args, classes, inputShape) =>
    swin(
      'swin',
      {
        patch: args.get('patch_size').number(),
        window: args.get('window_size').number(),
        width: args.get('embed_dim').number(),
        depths: fourOf(args.get('depths')),
        heads: fourOf(args.get('num_heads')),
      },
      { classes, inputShape },
    ),
  mixer: (args, classes, inputShape) => mixerOf('mixer', args, classes, inputShape),
  resmlp: (args, classes, inputShape) => mixerOf('resmlp', args, classes, inputShape),
  resnet: (args, classes, inputShape) =>
    resnetOf({ block: 'basic', counts: fourOf(args.get('layers')), stem: 'imagenet' }).build(
      'resnet',
      { classes, inputShape },
    ),
  convnext: (args, classes, inputShape) =>
    convnext(
      'convnext',
      { depths: fourOf(args.get('depths')), widths: fourOf(args.get('dims')) },
      { classes, inputShape },
    ),
};

const ofVit = (args: GoldenNode) => ({
  patch: args.get('patch_size').number(),
  width: args.get('embed_dim').number(),
  depth: args.get('depth').number(),
  heads: args.get('num_heads').number(),
});

const ofStages = (args: GoldenNode) => ({
  widths: [...args.get('embed_dims').numbers()],
  depths: [...args.get('depths').numbers()],
  heads: [...args.get('num_heads').numbers()],
});

function mixerOf(
  kind: 'mixer' | 'resmlp',
  args: GoldenNode,
  classes: number,
  inputShape: Network['inputShape'],
): Network {
  const spec = {
    kind,
    patch: args.get('patch_size').number(),
    width: args.get('embed_dim').number(),
    depth: args.get('num_blocks').number(),
    stages: [0, 1, 2, 3],
  } as const;
  return mixer(kind, spec, { classes, inputShape });
}

function fourOf(node: GoldenNode): readonly [number, number, number, number] {
  const numbers = node.numbers();
  if (numbers.length !== 4) throw node.malformed('must be four numbers');
  return Array.from(numbers) as unknown as readonly [number, number, number, number];
}
