import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readCocoAnnotations } from '../../../runners/data/coco/annotations.ts';
import { readCocoJson } from '../../../runners/data/coco/json.ts';
import { decodeCounts, encodeCounts } from '../../../runners/data/coco/rle.ts';
import { parseDetections } from '../../../runners/metrics/coco/detections.ts';
import { evaluateCoco } from '../../../runners/metrics/coco/evaluate.ts';
import { cocoIndex } from '../../../runners/metrics/coco/items.ts';
import { summarizeCategories, summarizeCoco } from '../../../runners/metrics/coco/summary.ts';
import { corpusTexts } from '../corpus.ts';
import { jsonText, mutateBytes, mutateJson, mutateText, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';

const evaluated = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../runners/metrics/coco/fixtures/evaluated.json'),
    'utf8',
  ),
) as readonly {
  readonly iou: 'bbox' | 'segm';
  readonly annotations: unknown;
  readonly results: unknown;
}[];
const polygons = {
  annotations: {
    images: [{ id: 1, width: 40, height: 30, file_name: 'a.png' }],
    categories: [{ id: 7, name: 'dog' }],
    annotations: [
      {
        id: 1,
        image_id: 1,
        category_id: 7,
        area: 50,
        iscrowd: 0,
        bbox: [4, 6, 10, 5],
        segmentation: [[4, 6, 14, 6, 14, 11, 4, 11]],
      },
      {
        id: 2,
        image_id: 1,
        category_id: 7,
        area: 9,
        iscrowd: 1,
        bbox: [0, 0, 3, 3],
        segmentation: { size: [30, 40], counts: [0, 5, 1195] },
      },
    ],
  },
  results: [
    { image_id: 1, category_id: 7, score: 0.9, bbox: [4, 6, 10, 5] },
    { image_id: 1, category_id: 7, score: 0.9, segmentation: { size: [30, 40], counts: '04oT1' } },
    { image_id: 1, category_id: 7, score: 0.1, segmentation: [[4, 6, 14, 6, 14, 11]] },
  ],
};
const small = evaluated.filter((each) => JSON.stringify(each).length < 30_000);
const truths: readonly unknown[] = [
  polygons.annotations,
  ...small.map((each) => each.annotations),
  ...corpusTexts('coco').flatMap(parsed),
];
const results: readonly unknown[] = [polygons.results, ...small.map((each) => each.results)];

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

interface Input {
  readonly iou: 'bbox' | 'segm';
  readonly useCategories: boolean;
  readonly changed: 'truth' | 'results' | 'both' | 'text' | 'counts';
  readonly pair: number;
  readonly recipe: Recipe;
}

function filesOf({ changed, pair, recipe }: Input): { gt: string; dt: string } {
  const own = { ...recipe, seed: pair };
  const plain = { ...own, edits: [] };
  const gt = jsonText(mutateJson(truths, changed === 'truth' || changed === 'both' ? own : plain));
  const dt = jsonText(
    mutateJson(results, changed === 'results' || changed === 'both' ? own : plain),
  );
  if (changed !== 'text') return { gt, dt };
  const words = [
    'NaN',
    'Infinity',
    '-Infinity',
    '1e400',
    '"bbox":',
    '[[]]',
    '\ufeff',
    '//',
    'nan',
    '{"size":[30,40],"counts":"04oT1"}',
  ];
  return recipe.other % 2 === 0
    ? { gt: mutateText([gt], recipe, words), dt }
    : { gt, dt: mutateText([dt], recipe, words) };
}

export const target: FuzzTarget<Input> = {
  name: 'coco',
  short: 150,
  inputs: () =>
    fc.record({
      iou: fc.constantFrom('bbox', 'segm'),
      useCategories: fc.boolean(),
      changed: fc.constantFrom('truth', 'results', 'both', 'text', 'counts'),
      pair: fc.nat(9999),
      recipe: recipes(),
    }),
  show: (input) => {
    const { gt, dt } = filesOf(input);
    return Buffer.from(`${input.iou} ${input.useCategories}\n${gt}\n${dt}`);
  },
  run: (input, world) => {
    if (input.changed === 'counts') return runCounts(input.recipe);
    const { gt, dt } = filesOf(input);
    const files = [world.file('gt.json', gt), world.file('dt.json', dt)] as const;
    return readOrRefused(
      ['gt.json', 'dt.json'],
      () => {
        const truth = readCocoAnnotations(files[0], input.iou === 'bbox' ? 'boxes' : 'masks');
        const found = parseDetections(
          readCocoJson(files[1]),
          truth,
          cocoIndex(truth),
          input.iou,
          files[1],
        );
        const { useCategories, iou } = input;
        return evaluateCoco(truth, found, { iou, useCategories, file: files[0] });
      },
      (evaluation) => {
        const every = [summarizeCoco(evaluation), ...summarizeCategories(evaluation)];
        for (const { categoryId: _, ...figures } of every as readonly Record<
          string,
          number | null
        >[]) {
          for (const [name, value] of Object.entries(figures)) {
            expect(
              typeof value === 'number' && (value === -1 || (value >= 0 && value <= 1)),
              `${name} is ${value}`,
            );
          }
        }
      },
    );
  },
};

/** Run lengths as text: what is read is written and read alike. */
function runCounts(recipe: Recipe): void {
  const text = mutateBytes(
    ['04oT1', 'PPYo1', '', '0', 'e1f2X`0_ObQ1'].map((each) => Buffer.from(each)),
    recipe,
  ).toString('latin1');
  let counts: Uint32Array;
  try {
    counts = decodeCounts(text);
  } catch (cause) {
    // By contract: its callers make a sentence of it.
    expect(cause instanceof RangeError, `a raw ${cause}`);
    return;
  }
  const kept = Uint32Array.from(counts);
  const again = decodeCounts(encodeCounts(kept));
  expect(
    kept.length === again.length && kept.every((run, at) => run === again[at]),
    'runs are written as they are read',
  );
}
