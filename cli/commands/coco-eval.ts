import type { AskedRange } from '../../app/coco/parameters.ts';
import { cocoEval } from '../../app/coco-eval.ts';
import { exitCodes, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { IouType } from '../../runners/metrics/coco/items.ts';
import { defineCommand, sharedOptions } from '../command.ts';
import { effectsOf } from '../effects.ts';
import { categoryLines, metricLines } from '../output/coco.ts';

export const command = defineCommand({
  name: 'coco-eval',
  summary: 'compute COCO AP and AR of a file of detections',
  description:
    'Compares a COCO result file with a COCO annotation file and prints the twelve figures of pycocotools, equal to its own ' +
    'in all printed digits: crowds, areas, ties, categories without objects (-1). AP is over 100 detections per picture, all ' +
    'else over the greatest of --max-dets; where 100 is not among them, AP is over the greatest too (pycocotools: -1). With --iou segm, results that have a box ' +
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
    maxDets: {
      kind: 'integers',
      value: 'N,N',
      minimum: 1,
      summary: 'detections per picture and category that are looked at (default: 1,10,100)',
    },
    iouThresholds: {
      kind: 'list',
      value: 'X,X',
      summary: 'IoU thresholds (default: 0.5 to 0.95 in steps of 0.05)',
    },
    area: {
      kind: 'list',
      value: 'NAME=LEAST..MOST',
      summary: 'ranges of areas in pixels, instead of small, medium and large',
    },
    categories: {
      kind: 'list',
      value: 'NAME,NAME',
      summary: 'evaluate these categories only, by name or id',
    },
    pictures: {
      kind: 'text',
      value: 'FILE',
      summary: 'evaluate the pictures of this list only: an id or a file name per line',
    },
    curves: {
      kind: 'text',
      value: 'FILE',
      summary: 'write the precision-recall curve of every category there, as CSV',
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
      command:
        'redistill coco-eval --gt val.json --dt boxes.json --max-dets 100,300,1000 --area tiny=0..256',
      meaning: 'other limits and areas',
    },
    {
      command: 'redistill coco-eval --gt val.json --dt masks.json --iou segm --json',
      meaning: 'mask AP for a program, per category as well',
    },
  ],
  async run(context, _args, { iou, maxDets, iouThresholds, area, perCategory, json, ...given }) {
    const options = {
      ...given,
      iou: iou as IouType,
      maxDetections: maxDets,
      iouThresholds: iouThresholds?.map((text) => numberOf(text, '--iou-thresholds')),
      areaRanges: area?.map(areaRange),
    };
    const figures = await cocoEval(options, effectsOf(context));
    if (json) {
      context.json({ schemaVersion, ...figures });
    } else {
      for (const line of metricLines(figures)) context.stdout(line);
      if (perCategory) for (const line of ['', ...categoryLines(figures)]) context.stdout(line);
    }
    return exitCodes.fine;
  },
});

/** @throws UsageError `COCO_OPTION` for a text that is no `NAME=LEAST..MOST` */
function areaRange(text: string): AskedRange {
  const [, name, least, most] = /^([^=]+)=([^=]*?)\.\.([^=]*)$/.exec(text) ?? [];
  if (name === undefined) {
    throw new UsageError('COCO_OPTION', `--area has "${text}", but takes NAME=LEAST..MOST.`, {
      hint: 'For example --area tiny=0..256; without an end, tiny=256.. goes up to all areas.',
    });
  }
  return {
    name,
    least: least ? numberOf(least, '--area') : 0,
    most: most ? numberOf(most, '--area') : undefined,
  };
}

/** @throws UsageError `COCO_OPTION` */
function numberOf(text: string, option: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  throw new UsageError('COCO_OPTION', `${option} has "${text}", which is no number.`, {
    hint: 'Write numbers with a point, such as 0.5.',
  });
}
