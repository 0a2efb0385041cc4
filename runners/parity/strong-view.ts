import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import type { Picture } from '../data/augment/picture.ts';
import { cutout, operations } from '../data/augment/rand-augment.ts';
import { GoldenNode } from './golden.ts';
import { Comparison } from './tolerance.ts';

/** Every operation of the strong view, byte for byte. */
export const strongViewCheck: ParityCheck = (file) => {
  const root = GoldenNode.of(file);
  const pictures = new Map(
    root
      .get('pictures')
      .entries()
      .map(([name, node]) => [name, pictureOf(node)]),
  );
  return root
    .get('cases')
    .list()
    .map((node): ParityCase => {
      const picture = pictures.get(node.get('picture').text());
      const operation = node.get('operation').text();
      const value = node.get('value').number();
      const comparison = new Comparison(
        file.path,
        `${operation} ${value} of ${node.get('picture').text()}`,
      );
      const run = operation === 'cutout' ? cut(node) : operations[operation]?.run;
      if (picture === undefined || run === undefined) {
        throw node.malformed('names a picture or an operation that there is not');
      }
      const golden = bytes(node.get('pixels'));
      return comparison.array('bytes', run(picture, value).pixels, golden, 0).result();
    });
};

function cut(node: GoldenNode): (picture: Picture, side: number) => Picture {
  const [x, y] = node.get('at').numbers() as unknown as [number, number];
  return (picture, side) => cutout(picture, side, [x, y]);
}

function pictureOf(node: GoldenNode): Picture {
  return {
    pixels: bytes(node.get('pixels')),
    height: node.get('height').number(),
    width: node.get('width').number(),
  };
}

const bytes = (node: GoldenNode) => Uint8Array.from(Buffer.from(node.text(), 'base64'));
