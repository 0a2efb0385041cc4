import {
  type DetectionArtefact,
  type DetectionSample,
  type EvaluationArtefact,
  type LabelRuns,
  leastDrawnScore as leastScore,
  longestSampleSide,
  noClass,
  type SampleBox,
  type SegmentationArtefact,
  type SegmentationSample,
} from '../../contract/evaluation-artefact.ts';
import { fixed, plural } from '../format.ts';
import { labelHex, labelPicture } from '../label-picture.ts';
import { escapeMarkup } from '../markup.ts';
import type { EvaluationPage } from './evaluation-page.ts';
import type { Panel } from './panel.ts';

/** The first seed's pictures with truth, teacher and student beside each other. */
export function pictureRows(
  student: EvaluationArtefact,
  seed: number,
  teacher: EvaluationArtefact | null,
): Pick<EvaluationPage, 'pictures' | 'picturesNote' | 'legend' | 'definitions'> {
  const definitions = student.samples.map(
    ({ picture, width, height }, index) =>
      `<image id="picture-${index}" width="${width}" height="${height}" href="data:${picture.mediaType};base64,${escapeMarkup(picture.base64)}"/>`,
  );
  return {
    definitions: `<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>${definitions.join('')}</defs></svg>`,
    ...(student.task === 'detection'
      ? detections(student, seed, teacher)
      : areas(student, seed, teacher)),
  };
}

function detections(artefact: DetectionArtefact, seed: number, teacher: EvaluationArtefact | null) {
  const names = artefact.categories.map(({ name }) => name);
  const taught = new Map(
    ((teacher as DetectionArtefact | null)?.samples ?? []).map((one) => [one.file, one]),
  );
  return {
    picturesNote: `The first pictures of the split, as the student of seed ${seed} sees them: boxes with a score of at least ${fixed(leastScore, 2)}, each with category and score. Boxes of crowds are dashed.${artefact.samples.some(({ masks }) => masks !== undefined) ? ' Masks of the same detections are coloured by category.' : ''}`,
    legend: [],
    pictures: artefact.samples.map((sample, index) => {
      const panel = (title: string, boxes: readonly Box[], masks?: LabelRuns): Panel => ({
        title,
        svg: boxesSvg(title, sample, index, boxes, masks),
        words: boxWords(boxes),
      });
      const taughtSample = taught.get(sample.file);
      return {
        file: sample.file,
        panels: [
          panel(
            'Truth',
            sample.objects.map(({ box, category, crowd }) => ({
              box,
              category,
              label: names[category] as string,
              dashed: crowd,
            })),
            sample.masks?.truth,
          ),
          ...(taughtSample === undefined
            ? []
            : [panel('Teacher', found(taughtSample, names), taughtSample.masks?.detections)]),
          panel('Student', found(sample, names), sample.masks?.detections),
        ],
      };
    }),
  };
}

interface Box {
  readonly box: SampleBox;
  readonly category: number;
  readonly label: string;
  readonly dashed: boolean;
}

function found(sample: DetectionSample, names: readonly string[]): readonly Box[] {
  return sample.detections
    .filter(({ score }) => score >= leastScore)
    .map(({ box, category, score }) => ({
      box,
      category,
      label: `${names[category]} ${fixed(score, 2)}`,
      dashed: false,
    }));
}

function boxWords(boxes: readonly Box[]): string {
  if (boxes.length === 0) return 'nothing';
  const shown = boxes.slice(0, 12).map(({ label }) => label);
  const more = boxes.length - shown.length;
  return `${plural(boxes.length, 'box', 'boxes')}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const place = (value: number) => String(Number(value.toFixed(1)));

function boxesSvg(
  title: string,
  { width, height, file }: DetectionSample,
  index: number,
  boxes: readonly Box[],
  masks: LabelRuns | undefined,
): string {
  // Lines and letters are as large on a small picture as on a large one.
  const unit = Math.max(width, height) / longestSampleSide;
  const letter = 24 * unit;
  const drawn = boxes.flatMap(({ box: [left, top, wide, high], category, label, dashed }) => {
    const shape = `x="${place(left)}" y="${place(top)}" width="${place(wide)}" height="${place(high)}"`;
    const dash = dashed ? ` stroke-dasharray="${place(8 * unit)} ${place(6 * unit)}"` : '';
    const colour = labelHex(category);
    const above = top > letter * 1.3;
    const base = above ? top - 0.25 * letter : top + letter;
    return [
      `<rect ${shape} fill="none" stroke="#fff" stroke-width="${place(6 * unit)}"/>`,
      `<rect ${shape} fill="none" stroke="${colour}" stroke-width="${place(3 * unit)}"${dash}/>`,
      `<text x="${place(left)}" y="${place(base)}" font-size="${place(letter)}" fill="#000" stroke="#fff" stroke-width="${place(4 * unit)}" paint-order="stroke">${escapeMarkup(label)}</text>`,
    ];
  });
  return pictureSvg(`${title} of ${file}: ${boxWords(boxes)}`, width, height, [
    `<use href="#picture-${index}"/>`,
    ...(masks === undefined ? [] : [coloured(masks, width, height)]),
    ...drawn,
  ]);
}

function areas(artefact: SegmentationArtefact, seed: number, teacher: EvaluationArtefact | null) {
  const names = artefact.classes.map(({ name }) => name);
  const taught = new Map(
    ((teacher as SegmentationArtefact | null)?.samples ?? []).map((one) => [one.file, one]),
  );
  return {
    picturesNote: `The first pictures of the split, as the student of seed ${seed} divides them. Pixels of no class are left as they are.`,
    legend: names.map((name, label) => ({ name, colour: labelHex(label) })),
    pictures: artefact.samples.map((sample, index) => {
      const panel = (title: string, runs: LabelRuns): Panel => ({
        title,
        svg: areasSvg(title, sample, index, runs, names),
        words: areaWords(runs, names),
      });
      const taughtSample = taught.get(sample.file);
      return {
        file: sample.file,
        panels: [
          panel('Truth', sample.truth),
          ...(taughtSample === undefined ? [] : [panel('Teacher', taughtSample.prediction)]),
          panel('Student', sample.prediction),
        ],
      };
    }),
  };
}

/** The classes of a map by share of its pixels. */
function areaWords(runs: LabelRuns, names: readonly string[]): string {
  const pixels = new Map<number, number>();
  let all = 0;
  for (let index = 0; index < runs.length; index += 2) {
    const [label, count] = [runs[index] as number, runs[index + 1] as number];
    all += count;
    if (label !== noClass) pixels.set(label, (pixels.get(label) ?? 0) + count);
  }
  const parts = [...pixels]
    .sort(([a, one], [b, other]) => other - one || a - b)
    .slice(0, 6)
    .map(([label, count]) => `${names[label]} ${Math.round((100 * count) / all)} %`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function areasSvg(
  title: string,
  { width, height, file }: SegmentationSample,
  index: number,
  runs: LabelRuns,
  names: readonly string[],
): string {
  return pictureSvg(`${title} of ${file}: ${areaWords(runs, names)}`, width, height, [
    `<use href="#picture-${index}"/>`,
    coloured(runs, width, height),
  ]);
}

/** A map of labels to be laid over its picture. */
function coloured(runs: LabelRuns, width: number, height: number): string {
  const png = Buffer.from(labelPicture(runs, width, height)).toString('base64');
  return `<image width="${width}" height="${height}" opacity="0.62" href="data:image/png;base64,${png}"/>`;
}

function pictureSvg(
  description: string,
  width: number,
  height: number,
  content: readonly string[],
): string {
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeMarkup(description)}">${content.join('')}</svg>`;
}
