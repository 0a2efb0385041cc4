import { lookUp } from '../../common/look-up.ts';
import type {
  DetectionArtefact,
  EvaluationArtefact,
  PrecisionCurve,
  SegmentationArtefact,
} from '../../contract/evaluation-artefact.ts';
import { sample } from '../../reference/verdict/sample.ts';
import { lineStyle } from '../charts/frame.ts';
import { precisionRecall } from '../charts/precision-recall.ts';
import { fixed, meanAndSpread, plural, signed } from '../format.ts';
import type { EvaluationGroup } from '../model/evaluations.ts';
import type { EvaluationPage } from './evaluation-page.ts';
import { pictureRows } from './picture-view.ts';
import { metricName, pairName } from './words.ts';

/** A student's evaluation with its seed. */
interface Student {
  readonly seed: number;
  readonly artefact: EvaluationArtefact;
}

/** Null where the artefacts of the group are of different kinds. */
export function evaluationPage(
  group: EvaluationGroup,
  stored: ReadonlyMap<string, EvaluationArtefact>,
): EvaluationPage | null {
  const students = group.students.flatMap(({ run, seed }): readonly Student[] => {
    const found = stored.get(run);
    return found === undefined ? [] : [{ seed, artefact: found }];
  });
  const artefact = students[0]?.artefact;
  if (artefact === undefined) return null;
  const teacher = group.teacher === null ? null : (stored.get(group.teacher) ?? null);
  if (students.some((one) => one.artefact.task !== artefact.task)) return null;
  const usable = teacher?.task === artefact.task ? teacher : null;
  const own = students.map((one) => one.artefact);
  const parts = tableOf(artefact);
  return {
    title: `${group.name}, ${pairName(group.column)}: what was learned`,
    conditions: `Evaluated after epoch ${artefact.epoch} on ${plural(artefact.pictures, 'picture')} of ${artefact.dataset} (${artefact.split}). Figures are means over ${plural(students.length, 'seed')}${students.length > 1 ? ' with their standard deviation' : ''}, in percent.${usable === null ? ' The teacher left no evaluation to set beside them.' : ''}`,
    heads: parts.heads,
    metrics: Object.keys(artefact.metrics)
      .filter((name) => !name.includes('/'))
      .map((name) => ({
        name: metricName(name),
        count: '',
        countSort: '',
        cells: [
          figureCell(
            own.map(({ metrics }) => lookUp(metrics, name) ?? null),
            lookUp(usable?.metrics ?? {}, name) ?? null,
          ),
        ],
      })),
    kinds: parts.kinds,
    categories: parts.names.map((name, index) => ({
      name,
      count: String(parts.counts[index]),
      countSort: String(parts.counts[index]),
      cells: parts.figures.map((figure) =>
        figureCell(
          own.map((one) => figure(one, index)),
          usable === null ? null : figure(usable, index),
        ),
      ),
    })),
    curves: artefact.task === 'detection' ? curvesOf(students, usable) : [],
    ...pictureRows(artefact, students[0]?.seed ?? 0, usable),
  };
}

/** Figures of a category of objects; those of masks stand where a detector finds some. */
const figures = [
  { key: 'AP', head: 'AP' },
  { key: 'AP50', head: 'AP50' },
  { key: 'AP75', head: 'AP75' },
  { key: 'maskAP', head: 'AP of masks' },
  { key: 'maskAP50', head: 'AP50 of masks' },
  { key: 'maskAP75', head: 'AP75 of masks' },
] as const;

/**
 * What the categories of a kind of artefact have: names, how many there are, and figures by
 * position.
 */
function tableOf(artefact: EvaluationArtefact) {
  if (artefact.task === 'detection') {
    const of =
      (key: (typeof figures)[number]['key']) =>
      (one: EvaluationArtefact, index: number): number | null =>
        (one as DetectionArtefact).categories[index]?.[key] ?? null;
    const shown = figures.filter(({ key }) =>
      artefact.categories.some((category) => category[key] !== undefined),
    );
    return {
      kinds: 'Categories',
      heads: ['Category', 'Objects', ...shown.map(({ head }) => head)],
      names: artefact.categories.map(({ name }) => name),
      counts: artefact.categories.map(({ objects }) => objects),
      figures: shown.map(({ key }) => of(key)),
    };
  }
  const of =
    (key: 'IoU' | 'accuracy') =>
    (one: EvaluationArtefact, index: number): number | null =>
      (one as SegmentationArtefact).classes[index]?.[key] ?? null;
  return {
    kinds: 'Classes',
    heads: ['Class', 'Pixels', 'IoU', 'Accuracy'],
    names: artefact.classes.map(({ name }) => name),
    counts: artefact.classes.map(({ pixels }) => pixels),
    figures: [of('IoU'), of('accuracy')],
  };
}

function figureCell(values: readonly (number | null)[], teacher: number | null) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { text: '\u2013', sort: '', detail: 'not defined' };
  const { mean, sd } = sample(known);
  return {
    text: meanAndSpread(mean, sd, 1),
    sort: String(mean),
    detail:
      teacher === null ? '' : `teacher ${fixed(teacher, 1)}, student ${signed(mean - teacher, 1)}`,
  };
}

const thresholds: readonly { readonly iou: PrecisionCurve['iou']; readonly title: string }[] = [
  { iou: '0.50', title: 'Overlap of at least 0.50' },
  { iou: '0.75', title: 'Overlap of at least 0.75' },
  { iou: '0.50:0.95', title: 'Mean over overlaps of 0.50 to 0.95' },
];

/** Precision over recall, the mean over the categories: a line per seed, and the teacher's. */
function curvesOf(
  students: readonly Student[],
  teacher: EvaluationArtefact | null,
): EvaluationPage['curves'] {
  const kinds = ([undefined, 'masks'] as const).flatMap((of) =>
    thresholds.map(({ iou, title }) => ({
      ...{ iou, of },
      title: of === undefined ? title : `Masks: ${title}`,
    })),
  );
  return kinds.flatMap(({ iou, of, title }) => {
    const curve = (artefact: EvaluationArtefact) =>
      (artefact as DetectionArtefact).curves.find(
        (one) => one.iou === iou && one.category === null && one.of === of,
      )?.precision;
    const lines = [
      ...students.map(({ seed, artefact }) => ({
        label: `seed ${seed}`,
        precision: curve(artefact),
      })),
      ...(teacher === null ? [] : [{ label: 'teacher', precision: curve(teacher) }]),
    ].flatMap(({ label, precision }, index) =>
      precision === undefined ? [] : [{ label, precision, ...lineStyle(index) }],
    );
    if (lines.length === 0) return [];
    const description = `Precision over recall, ${title.toLowerCase()}: ${lines.map(({ label, precision }) => `${label} ${fixed(precision[50] ?? 0, 0)} % at half of the objects`).join('; ')}.`;
    return [
      {
        title,
        svg: precisionRecall({ lines, description }),
        legend: lines.map(({ label, stroke, dash }) => ({ label, stroke, dash })),
      },
    ];
  });
}
