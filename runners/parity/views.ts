import { createHash } from 'node:crypto';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import type { SquareInputRecipe } from '../../contract/spec.ts';
import type { Picture } from '../data/augment/picture.ts';
import { inMemory } from '../data/views/batch.ts';
import { testView, trainingView } from '../data/views/input.ts';
import { type Bounds, type Draws, randomRegion } from '../data/views/regions.ts';
import { type Filter, resample } from '../data/views/resample.ts';
import { GoldenNode } from './golden.ts';
import { Comparison } from './tolerance.ts';

/**
 * What trainings and evaluations see of a picture, byte for byte as torchvision and Pillow make it:
 * resizing of parts, the parts that random crops choose, and both together.
 */
export const viewsCheck: ParityCheck = async (file) => {
  const root = GoldenNode.of(file);
  const pictures = new Map(
    root
      .get('pictures')
      .entries()
      .map(([name, node]) => [name, pictureOf(node)]),
  );
  const named = (node: GoldenNode): Picture => {
    const found = pictures.get(node.get('picture').text());
    if (found === undefined) throw node.malformed('names a picture that there is not');
    return found;
  };
  const seen = root.get('views').list();
  return [
    ...root
      .get('resized')
      .list()
      .map((node, index) => resized(file.path, node, named(node), index)),
    ...root
      .get('parts')
      .list()
      .map((node, index) => part(file.path, node, index)),
    ...(
      await Promise.all(seen.map((node, index) => views(file.path, node, named(node), index)))
    ).flat(),
  ];
};

function resized(file: string, node: GoldenNode, picture: Picture, index: number): ParityCase {
  const [x, y, width, height] = node.get('part').numbers() as unknown as Quadruple;
  const [rows, columns] = [node.get('height').number(), node.get('width').number()];
  const filter = filterOf(node);
  const found = resample(picture, { x, y, width, height }, rows, columns, filter);
  const name = `resized ${index}: ${node.get('picture').text()} to ${columns} x ${rows}, ${filter}`;
  return sameBytes(file, name, found, node.get('sha256').text());
}

function part(file: string, node: GoldenNode, index: number): ParityCase {
  const size = { width: node.get('width').number(), height: node.get('height').number() };
  const [scale, ratio] = ['scale', 'ratio'].map((key) => node.get(key).numbers()) as unknown as [
    Bounds,
    Bounds,
  ];
  const { x, y, width, height } = randomRegion(size, scale, ratio, drawsOf(node));
  const comparison = new Comparison(file, `part ${index} of ${size.width} x ${size.height}`);
  return comparison.array('part', [x, y, width, height], node.get('part').numbers(), 0).result();
}

async function views(
  file: string,
  node: GoldenNode,
  picture: Picture,
  index: number,
): Promise<ParityCase[]> {
  const kind = node.get('kind').text();
  if (kind !== 'random-resized-crop' && kind !== 'random-crop') {
    throw node.malformed('has another kind of input');
  }
  const [size, resize] = [node.get('size').number(), node.get('resize').number()];
  const input: SquareInputRecipe = { kind, size, resize, interpolation: filterOf(node) };
  const name = `view ${index}: ${kind} of ${node.get('picture').text()} to ${size}`;
  const source = inMemory(picture);
  const training = await trainingView(source, input, drawsOf(node));
  const test = await testView(source, input);
  return [
    sameBytes(file, `${name}, training`, training, node.get('trainSha256').text()),
    sameBytes(file, `${name}, test`, test, node.get('testSha256').text()),
  ];
}

type Quadruple = readonly [x: number, y: number, width: number, height: number];

/** The recorded random numbers in their order. */
function drawsOf(node: GoldenNode): Draws {
  const numbers = node.get('draws').numbers()[Symbol.iterator]();
  const uniform = (): number => {
    const { done, value } = numbers.next();
    if (done === true) throw node.malformed('has fewer random numbers than are drawn');
    return value;
  };
  return { uniform, below: (bound) => Math.floor(uniform() * bound) };
}

function filterOf(node: GoldenNode): Filter {
  const filter = node.get('filter').text();
  if (filter === 'bilinear' || filter === 'bicubic') return filter;
  throw node.malformed('has another filter');
}

function sameBytes(file: string, name: string, found: Picture, golden: string): ParityCase {
  const sum = createHash('sha256').update(found.pixels).digest('hex');
  return new Comparison(file, name).equal('bytes', sum, golden).result();
}

const pictureOf = (node: GoldenNode): Picture => ({
  pixels: Uint8Array.from(Buffer.from(node.get('pixels').text(), 'base64')),
  height: node.get('height').number(),
  width: node.get('width').number(),
});
