import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { retinaAnchors } from '../../detection/families/retinanet/anchors.ts';
import {
  type AnchorConfig,
  baseAnchors,
  gridAnchors,
  insideFlags,
  levelCounts,
  type Size,
  validFlags,
} from '../../detection/geometry/anchors.ts';
import { assignMaxIou } from '../../detection/geometry/assign.ts';
import { overlaps, takeBoxes } from '../../detection/geometry/boxes.ts';
import {
  type DeltaCoder,
  decodeDeltas,
  encodeDeltas,
  shapeRatioClip,
} from '../../detection/geometry/delta-coder.ts';
import { GoldenNode } from '../golden.ts';
import { Comparison, largest, relativeTolerance } from '../tolerance.ts';
import { assignOf } from './detector-config.ts';
import { boxesOf, integersOf, sizeOf } from './layout.ts';

/**
 * Two units in the last place of a float32: anchors are a few exact operations away from the
 * config.
 */
const lastPlaces = 2 ** -22;

/** A generator of the file with the pictures to which assignments refer. */
interface Generator {
  readonly config: AnchorConfig;
  readonly pictures: readonly { readonly sizes: readonly Size[]; readonly padShape: Size }[];
}

/**
 * Anchors, valid and inside flags, assignments (equal in every anchor, rounding-sensitive ones
 * too), box coding.
 */
export const anchorsCheck: ParityCheck = (file) => {
  const root = GoldenNode.of(file);
  const generators = new Map<string, Generator>();
  const cases: ParityCase[] = [];
  for (const node of root.get('generators').list()) {
    const name = node.get('name').text();
    const generator = generatorOf(node);
    generators.set(name, generator);
    cases.push(generatorCase(file.path, name, node, generator));
  }
  for (const node of root.get('assign').list()) cases.push(assignCase(file.path, node, generators));
  root
    .get('coder')
    .list()
    .forEach((node, index) => {
      cases.push(coderCase(file.path, `coder ${index + 1}`, node));
    });
  return cases;
};

function generatorOf(node: GoldenNode): Generator {
  const config = node.get('config');
  const strides = [...config.get('strides').numbers()];
  const ratios = [...config.get('ratios').numbers()];
  const scales = config.optional('scales');
  const anchors =
    scales === null
      ? retinaAnchors({
          strides,
          ratios,
          octaveBaseScale: config.get('octave_base_scale').number(),
          scalesPerOctave: config.get('scales_per_octave').number(),
        })
      : { strides, ratios, scales: [...scales.numbers()] };
  const pictures = node
    .get('pictures')
    .list()
    .map((picture) => ({
      sizes: picture.get('feature_sizes').list().map(sizeOf),
      padShape: sizeOf(picture.get('pad_shape')),
    }));
  return { config: anchors, pictures };
}

function generatorCase(
  path: string,
  name: string,
  node: GoldenNode,
  { config, pictures }: Generator,
): ParityCase {
  const comparison = new Comparison(path, `${name} anchors`);
  const bases = node.get('base_anchors').list();
  comparison.equal('the number of levels', config.strides.length, bases.length);
  bases.forEach((base, level) => {
    const data = baseAnchors(config, level);
    const own = { shape: [data.length / 4, 4], data };
    comparison.tensor(`base anchors ${level}`, own, base.tensor(), lastPlaces);
  });
  node
    .get('pictures')
    .list()
    .forEach((picture, index) => {
      const { sizes, padShape } = pictures[index] as Generator['pictures'][number];
      const anchors = gridAnchors(config, sizes);
      const valid = validFlags(config, sizes, padShape);
      const full = picture.optional('anchors_full')?.tensor();
      if (full !== undefined) comparison.array('all anchors', anchors, full.data, lastPlaces);
      let start = 0;
      const levels = picture.get('levels').list();
      levelCounts(config, sizes).forEach((count, level) => {
        const golden = levels[level] as GoldenNode;
        const where = `picture ${index} level ${level}`;
        comparison.equal(`${where}, count`, count, golden.get('count').number());
        const first = golden.get('first').tensor().data;
        const own = anchors.subarray(start * 4, (start + count) * 4);
        comparison.array(`${where}, first`, own.subarray(0, first.length), first, lastPlaces);
        const last = golden.get('last').tensor().data;
        comparison.array(`${where}, last`, own.subarray(-last.length), last, lastPlaces);
        const flags = [...valid.subarray(start, start + count)];
        comparison.equal(`${where}, valid`, flags, [...golden.get('valid').numbers()]);
        start += count;
      });
      insideCases(comparison, picture, anchors, valid);
    });
  return comparison.result();
}

function insideCases(
  comparison: Comparison,
  picture: GoldenNode,
  anchors: Float32Array,
  valid: Uint8Array,
): void {
  const shape = sizeOf(picture.get('img_shape'));
  for (const [key, node] of picture.entries()) {
    const border = /^inside_allowed_border_(-?\d+)$/.exec(key)?.[1];
    if (border === undefined) continue;
    const inside = insideFlags(anchors, valid, shape, Number(border));
    const indices = [...inside.keys()].filter((index) => inside[index] === 1);
    if (node.has('indices')) {
      comparison.equal(key, indices, [...node.get('indices').numbers()]);
    } else {
      comparison.equal(key, indices.length, node.number());
    }
  }
}

function assignCase(
  path: string,
  node: GoldenNode,
  generators: ReadonlyMap<string, Generator>,
): ParityCase {
  const comparison = new Comparison(path, `assign ${node.get('name').text()}`);
  const priors = node.has('priors') ? boxesOf(node.get('priors')) : gridOf(node, generators);
  const truth = boxesOf(node.get('gt_bboxes'));
  const ignored = node.optional('gt_bboxes_ignore');
  const { boxOf, overlap } = assignMaxIou(
    priors,
    truth,
    assignOf(node.get('config')),
    ignored === null ? undefined : boxesOf(ignored),
  );
  comparison.equal('gt_inds', [...boxOf], [...integersOf(node.get('gt_inds'))]);
  const given = integersOf(node.get('gt_labels'));
  const labels = Array.from(boxOf, (box) => (box > 0 ? given[box - 1] : -1));
  comparison.equal('labels', labels, [...integersOf(node.get('labels'))]);
  const maxima = node.optional('max_overlaps')?.tensor().data;
  if (maxima !== undefined) comparison.array('max_overlaps', overlap, maxima, 1e-6);
  const summary = node.optional('max_overlaps_stat');
  if (summary !== null) {
    const first = summary.get('first').numbers();
    comparison.array('max_overlaps', overlap.subarray(0, first.length), first, 1e-6, 1);
    const mean = overlap.reduce((sum, value) => sum + value, 0) / overlap.length;
    comparison.scalar('mean of max_overlaps', mean, summary.get('mean').number(), 1e-6, 1);
  }
  const best = node.optional('gt_max_overlaps')?.tensor().data;
  if (best !== undefined && ignored === null) {
    const columns = priors.length / 4;
    const rows = overlaps(truth, priors);
    const own = Array.from(best, (_, box) =>
      rows.subarray(box * columns, (box + 1) * columns).reduce((a, b) => Math.max(a, b), -1),
    );
    comparison.array('gt_max_overlaps', own, best, 1e-6);
  }
  return comparison.result();
}

/** Anchors with valid flag of the picture to which an assignment refers. */
function gridOf(node: GoldenNode, generators: ReadonlyMap<string, Generator>): Float32Array {
  const generator = generators.get(node.get('anchors').text());
  const picture = generator?.pictures[node.get('picture').number()];
  if (generator === undefined || picture === undefined) {
    throw node.malformed('refers to anchors that the file does not have');
  }
  const valid = validFlags(generator.config, picture.sizes, picture.padShape);
  const indices = [...valid.keys()].filter((index) => valid[index] === 1);
  return takeBoxes(gridAnchors(generator.config, picture.sizes), indices);
}

function coderCase(path: string, name: string, node: GoldenNode): ParityCase {
  const config = node.get('config');
  const four = (key: string) => [...config.get(key).numbers()] as [number, number, number, number];
  const coder: DeltaCoder = {
    means: four('target_means'),
    stds: four('target_stds'),
    clip: config.get('clip_border').flag(),
  };
  node.get('wh_ratio_clip').fixed(shapeRatioClip);
  const anchors = boxesOf(node.get('anchors'));
  const shape = sizeOf(node.get('max_shape'));
  const comparison = new Comparison(path, name);
  const compare = (key: string, own: Float32Array): void => {
    const golden = node.get(key).tensor().data;
    const precise = node.optional(`${key}_f64`)?.tensor().data ?? golden;
    const noise = golden.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (precise[index] as number))),
      0,
    );
    comparison.array(key, own, golden, relativeTolerance(noise, largest(golden), { floor: 1e-6 }));
  };
  compare('encoded', encodeDeltas(anchors, boxesOf(node.get('gt')), coder));
  const deltas = boxesOf(node.get('deltas'));
  compare('decoded', decodeDeltas(anchors, deltas, coder, null));
  compare('decoded_max_shape', decodeDeltas(anchors, deltas, coder, shape));
  const classDeltas = boxesOf(node.get('deltas_3_classes'));
  compare('decoded_3_classes_max_shape', decodeDeltas(anchors, classDeltas, coder, shape));
  return comparison.result();
}
