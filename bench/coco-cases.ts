import { RandomStream } from '../common/random.ts';
import { rleOfPolygon } from '../runners/data/coco/polygon.ts';
import { areaOf, boxOf, encodeCounts } from '../runners/data/coco/rle.ts';

/**
 * How large the generated set is; the full one has the size of COCO's val2017 with 100 detections
 * per picture.
 */
export interface CocoSize {
  readonly images: number;
  readonly detections: number;
}

export const fullSize: CocoSize = { images: 5000, detections: 100 };

const [width, height] = [640, 480];
const categories = 80;
const corners = 16;
const seed = 1;

/**
 * Drawing takes most of the time of generating: what is not near an object is one of so many
 * ellipses.
 */
const strayShapes = 2000;
/** Ways in which detections miss an object a little. */
const shiftsPerObject = 2;

/** Box and mask as COCO writes them, and the corners of the mask. */
interface Shape {
  readonly bbox: readonly number[];
  readonly segmentation: { readonly size: readonly number[]; readonly counts: string };
  readonly polygon: readonly number[];
  readonly area: number;
}

/**
 * A COCO annotation file and a result file for it, as they would be decoded from JSON: masks are
 * ellipses.
 */
export function generateCoco({ images, detections }: CocoSize): {
  readonly annotations: unknown;
  readonly results: readonly Readonly<Record<string, unknown>>[];
} {
  const random = RandomStream.named(seed, 'bench');
  const strays = Array.from({ length: strayShapes }, () => shapeOf(drawEllipse(random)));
  const results: Record<string, unknown>[] = [];
  const annotations: unknown[] = [];
  for (let image = 1; image <= images; image += 1) {
    const objects = Array.from({ length: 1 + random.below(14) }, () => {
      const ellipse = drawEllipse(random);
      return {
        category: 1 + random.below(categories),
        shape: shapeOf(ellipse),
        near: Array.from({ length: shiftsPerObject }, () => shapeOf(shift(ellipse, random))),
      };
    });
    for (const { category, shape } of objects) {
      annotations.push({
        id: annotations.length + 1,
        image_id: image,
        category_id: category,
        iscrowd: random.below(80) === 0 ? 1 : 0,
        area: shape.area,
        bbox: shape.bbox,
        segmentation: [shape.polygon],
      });
    }
    for (let detection = 0; detection < detections; detection += 1) {
      const object = objects[random.below(objects.length)] as (typeof objects)[number];
      const found = detection < 2 * objects.length;
      const shapes = found ? object.near : strays;
      const { bbox, segmentation } = shapes[random.below(shapes.length)] as Shape;
      results.push({
        image_id: image,
        category_id: found ? object.category : 1 + random.below(categories),
        score: Math.round(1000 * random.uniform() * (found ? 1 : 0.4)) / 1000,
        bbox,
        segmentation,
      });
    }
  }
  return {
    annotations: {
      images: Array.from({ length: images }, (_, index) => ({ id: index + 1, width, height })),
      categories: Array.from({ length: categories }, (_, index) => ({
        id: index + 1,
        name: `category ${index + 1}`,
      })),
      annotations,
    },
    results,
  };
}

function shapeOf(ellipse: Ellipse): Shape {
  const polygon = cornersOf(ellipse);
  const mask = rleOfPolygon(polygon, height, width);
  return {
    polygon,
    area: areaOf(mask),
    bbox: boxOf(mask),
    segmentation: { size: [height, width], counts: encodeCounts(mask.counts) },
  };
}

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function drawEllipse(random: RandomStream): Ellipse {
  // Mostly small, as in COCO: the side is 8 pixels at the least and doubles up to five times.
  const side = 8 * 2 ** (5 * random.uniform());
  return {
    x: width * random.uniform(),
    y: height * random.uniform(),
    width: side,
    height: side * (0.5 + random.uniform()),
  };
}

function shift({ x, y, width: wide, height: high }: Ellipse, random: RandomStream): Ellipse {
  const about = (size: number) => size * (random.uniform() - 0.5) * 0.4;
  return {
    x: x + about(wide),
    y: y + about(high),
    width: wide + about(wide),
    height: high + about(high),
  };
}

function cornersOf({ x, y, width: wide, height: high }: Ellipse): number[] {
  return Array.from({ length: corners }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / corners;
    const inside = (value: number, most: number) =>
      Math.round(100 * Math.min(Math.max(value, 0), most)) / 100;
    return [
      inside(x + (wide / 2) * Math.cos(angle), width),
      inside(y + (high / 2) * Math.sin(angle), height),
    ];
  }).flat();
}
