import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import { cutmixAt, type Mix, mixLabels, type Size } from '../data/augment/mix.ts';
import { GoldenNode, type GoldenTensor } from './golden.ts';
import { type Mode, torchView } from './networks.ts';
import { mixedBy } from './timm-augment.ts';
import { Comparison } from './tolerance.ts';

/** timm's mixup and cutmix of given pictures: pictures, and targets with label smoothing. */
export const mixupCheck =
  (mode: Mode): ParityCheck =>
  (file) => {
    const root = GoldenNode.of(file);
    const inputs = root.get('inputs');
    const pictures = inputs.get('pictures').tensor();
    const labels = Int32Array.from(inputs.get('labels').tensor().data);
    const classes = root.get('num_classes').number();
    const smoothing = root.get('smoothing').number();
    return root
      .get('cases')
      .list()
      .map((node): ParityCase => {
        const share = node.get('lam').number();
        const kind = node.get('kind').text();
        const comparison = new Comparison(file.path, `${kind} ${share}`);
        const [, , height, width] = pictures.shape as [number, number, number, number];
        const mix = mixOf(node, kind, share, [height, width]);
        const turned = { pixels: channelsLast(pictures), height, width };
        const own = mixedBy(mix, turned, mode, false);
        const { shares } = mixLabels(labels, classes, mix.share);
        const targets = shares.map((each) => (1 - smoothing) * each + smoothing / classes);
        return comparison
          .tensor(
            'pictures',
            torchView([labels.length, height, width, 3], own),
            node.get('pictures').tensor(),
            1e-6,
          )
          .tensor(
            'targets',
            { shape: [labels.length, classes], data: targets },
            node.get('targets').tensor(),
            1e-6,
          )
          .result();
      });
  };

function mixOf(node: GoldenNode, kind: string, share: number, size: Size): Mix {
  if (kind === 'mixup') return { share, box: null };
  if (kind !== 'cutmix') throw node.get('kind').malformed('must be mixup or cutmix');
  const [y, x] = node.get('centre_y_x').numbers();
  return cutmixAt(share, [y as number, x as number], size);
}

/** [B, 3, H, W] as [B, H, W, 3]. */
function channelsLast({ shape, data }: GoldenTensor): Float32Array {
  const [, channels, height, width] = shape as [number, number, number, number];
  const area = height * width;
  const turned = new Float32Array(data.length);
  data.forEach((value, at) => {
    const [place, channel] = [at % area, Math.floor(at / area) % channels];
    const picture = Math.floor(at / area / channels);
    turned[(picture * area + place) * channels + channel] = value;
  });
  return turned;
}
