import { cocoEval } from '../../app/coco-eval.ts';
import { exitCodes } from '../../common/errors.ts';
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
    const options = { gt, dt, iou: iou as IouType, classAgnostic };
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
