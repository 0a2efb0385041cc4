import { resolve } from 'node:path';
import { DataError, exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { CocoAnnotations } from '../../runners/data/coco/annotations.ts';
import type { IouType } from '../../runners/metrics/coco/items.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { type CocoFigures, categoryLines, metricLines } from '../output/coco.ts';

export const command = defineCommand({
  name: 'coco-eval',
  summary: 'compute COCO AP and AR of a file of detections',
  description:
    'Compares a COCO result file with a COCO annotation file and prints the twelve figures of pycocotools, equal to its own ' +
    'in all printed digits: crowds, areas, ties, categories without objects (-1). With --iou segm, results that have a box ' +
    'are counted as small, medium or large by the area of the box, as in pycocotools. A file that is not as COCO ' +
    'defines it is a usage error that names file, index and field; what the comparison does not use (masks for boxes, boxes ' +
    'for masks, annotations of pictures that the file lacks) is left aside, noted and counted.',
  arguments: [],
  options: {
    gt: { kind: 'text', value: 'FILE', required: true, summary: 'annotations (instances_*.json)' },
    dt: { kind: 'text', value: 'FILE', required: true, summary: 'detections (a result list)' },
    iou: {
      kind: 'text',
      choices: ['bbox', 'segm'],
      default: 'bbox',
      summary: 'compare boxes or masks',
    },
    classAgnostic: {
      kind: 'flag',
      summary: 'let a detection match an object of any category (useCats = 0)',
    },
    perCategory: { kind: 'flag', summary: 'show the figures of every category, too' },
    json: sharedOptions.json,
  },
  examples: [
    {
      command: 'redistill coco-eval --gt instances_val2017.json --dt boxes.json',
      meaning: 'box AP',
    },
    {
      command: 'redistill coco-eval --gt val.json --dt masks.json --iou segm --json',
      meaning: 'mask AP for a program, per category as well',
    },
  ],
  async run(context, _args, { gt, dt, iou, classAgnostic, perCategory, json }) {
    const figures = await evaluate(context, {
      gt: resolve(context.cwd, gt),
      dt: resolve(context.cwd, dt),
      iou: iou as IouType,
      useCategories: !classAgnostic,
    }).catch((error: unknown) => {
      if (error instanceof DataError && error.code.startsWith('COCO_')) {
        throw new UsageError(error.code, error.message, { hint: error.hint, cause: error });
      }
      throw error;
    });
    if (json) {
      context.json({ schemaVersion, ...figures });
    } else {
      for (const line of metricLines(figures)) context.stdout(line);
      if (perCategory) for (const line of ['', ...categoryLines(figures)]) context.stdout(line);
    }
    return exitCodes.fine;
  },
});

async function evaluate(
  context: CommandContext,
  { gt, dt, iou, useCategories }: { gt: string; dt: string; iou: IouType; useCategories: boolean },
): Promise<CocoFigures> {
  const [{ readCocoAnnotations }, { ignoredSentence }, { readCocoJson }] = await Promise.all([
    import('../../runners/data/coco/annotations.ts'),
    import('../../runners/data/coco/ignored.ts'),
    import('../../runners/data/coco/json.ts'),
  ]);
  const [{ parseDetections }, { cocoIndex }] = await Promise.all([
    import('../../runners/metrics/coco/detections.ts'),
    import('../../runners/metrics/coco/items.ts'),
  ]);
  const [{ evaluateCoco }, { summarizeCategories, summarizeCoco }] = await Promise.all([
    import('../../runners/metrics/coco/evaluate.ts'),
    import('../../runners/metrics/coco/summary.ts'),
  ]);
  const annotations = readCocoAnnotations(gt, iou === 'bbox' ? 'boxes' : 'masks');
  const ignored = annotations.ignored ?? [];
  for (const each of ignored) context.stderr(`note: ${gt}: ${ignoredSentence(each)}.`);
  warnOfIdZero(context, annotations, gt);
  const detections = parseDetections(
    readCocoJson(dt),
    annotations,
    cocoIndex(annotations),
    iou,
    dt,
  );
  const evaluation = evaluateCoco(annotations, detections, { iou, useCategories, file: gt });
  const names = new Map(annotations.categories.map(({ id, name }) => [id, name]));
  const written = (id: number) => annotations.ids?.categories.nameOf(id) ?? id;
  return {
    iou,
    useCategories,
    metrics: summarizeCoco(evaluation),
    perCategory: summarizeCategories(evaluation).map(({ categoryId, ...figures }) => ({
      categoryId: categoryId === null ? null : written(categoryId),
      name: categoryId === null ? null : (names.get(categoryId) ?? null),
      ...figures,
    })),
    counts: {
      images: annotations.images.length,
      categories: annotations.categories.length,
      annotations: annotations.annotations.length,
      detections: detections.scores.length,
    },
    ignored,
  };
}

function warnOfIdZero(
  context: CommandContext,
  { annotations }: CocoAnnotations,
  file: string,
): void {
  if (annotations.every(({ id }) => id !== 0)) return;
  context.stderr(
    `note: ${file} has an annotation with the id 0. pycocotools takes a detection that matches it for a false positive, ` +
      'and so does this; number annotations from 1.',
  );
}
