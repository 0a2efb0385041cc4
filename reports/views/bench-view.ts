import { lookUp } from '../../common/look-up.ts';
import { ratioInterval } from '../../common/ratio-interval.ts';
import type { BenchFigure, BenchRunRow } from '../../results/benches.ts';
import { fixed, plural } from '../format.ts';
import {
  type MethodRow,
  methodRows,
  type Side,
  type StepRow,
  stepRows,
  totalRows,
  workRows,
} from '../model/benches.ts';
import { benchFacts } from './bench-facts.ts';
import type { Fact } from './conditions.ts';

/** A table of the part of the cost page that shows `redistill bench`. */
export interface BenchView {
  readonly id: string;
  readonly title: string;
  readonly sentence: string;
  readonly conditions: readonly Fact[];
  readonly columns: readonly string[];
  readonly rows: readonly BenchRowView[];
}

interface BenchRowView {
  readonly name: string;
  readonly cells: readonly BenchCell[];
}

interface BenchCell {
  readonly text: string;
  readonly detail: string;
  /** What the column is sorted by. */
  readonly sort: string;
}

/** A table for each suite of the newest benches; a suite that measured nothing has none. */
export function benchViews(benches: readonly BenchRunRow[]): readonly BenchView[] {
  return benches
    .flatMap((run) => (run.suite === 'kept' ? [benchView(run), totalsView(run)] : [benchView(run)]))
    .filter(({ rows }) => rows.length > 0);
}

function benchView(run: BenchRunRow): BenchView {
  const shared = { id: `bench-${run.suite}`, conditions: benchFacts(run) };
  if (run.suite === 'methods') return { ...shared, ...methodsTable(run.figures) };
  if (isStepSuite(run.suite)) return { ...shared, ...stepTable(run.suite, run.figures) };
  return { ...shared, ...workTable(run) };
}

const none: BenchCell = { text: '', detail: '', sort: '' };

const cell = (value: number | null, text: (value: number) => string, detail = ''): BenchCell =>
  value === null ? none : { text: text(value), detail, sort: String(value) };

const ratio = (value: number) => `× ${fixed(value, 2)}`;
const whole = (value: number) => fixed(value, 0);
const seconds = (milliseconds: number) => fixed(milliseconds / 1000, 1);

/** `± 1.2, 9 samples`. */
function spreadOf({ deviation, samples }: BenchFigure): string {
  return `${deviation === null ? '' : `± ${fixed(deviation, 1)}, `}${plural(samples, 'sample')}`;
}

function time(side: Side | null): BenchCell {
  if (side === null) return none;
  const { value, variant } = side.step;
  const detail = `${spreadOf(side.step)}; ${variant}`;
  return { text: fixed(value, 1), detail, sort: String(value) };
}

const stepWords = {
  step: {
    title: 'A training step beside PyTorch',
    sentence:
      'Each side by the variant that is fastest on as many workers and threads: PyTorch’s networks plain, with the teacher’s batch norms folded, or compiled.',
  },
  cohort: {
    title: 'A cohort beside as many PyTorch runs',
    sentence:
      'One step of all students of one teacher: ours in one graph, PyTorch’s each with a teacher’s pass of its own and, beside it, with one for all.',
  },
  tokens: {
    title: 'Transformers and MLPs beside PyTorch',
    sentence:
      'A training step or a forward pass of 16 pictures of 224 × 224 pixels, beside timm’s networks with scaled_dot_product_attention or without, whichever is faster.',
  },
  evaluation: {
    title: 'An evaluation beside PyTorch',
    sentence:
      'Accuracies and losses of 64 pictures, by one network or by six in one pass; PyTorch without gradients, its batch norms folded or not, compiled or not, whichever is faster.',
  },
  kept: {
    title: 'Kept outputs of a teacher',
    sentence:
      'The parts of a training whose teacher’s outputs are kept: steps that compute them and that are given them, the teacher’s pass for those that are missing, and the look-up of a batch.',
  },
  precision: {
    title: 'Mixed precision beside PyTorch',
    sentence:
      'A step of KD in 32 bits and in mixed precision, which on a processor is bfloat16, beside PyTorch in 32 bits and under its autocast.',
  },
  dense: {
    title: 'Detection and segmentation beside PyTorch',
    sentence:
      'A training step of four pictures of 320 × 256 pixels, methods with their teachers, beside torchvision’s networks in the layout of maps that is faster.',
  },
} as const;

const isStepSuite = (suite: string): suite is keyof typeof stepWords =>
  Object.hasOwn(stepWords, suite);

const columnsOf = {
  step: ['Eager, ms', 'Nodes, CPU / GPU'],
  cohort: [
    'PyTorch with a shared teacher, ms',
    'That against Redistill',
    'Bits',
    'Nodes, CPU / GPU',
  ],
  tokens: ['Nodes, CPU / GPU'],
  evaluation: [],
  kept: [],
  precision: [],
  dense: [],
} as const;

function stepTable(suite: keyof typeof stepWords, figures: readonly BenchFigure[]) {
  const rows = stepRows(figures);
  const against = (side: Side | null, ours: Side) =>
    cell(
      side === null ? null : side.step.value / ours.step.value,
      ratio,
      side === null ? '' : intervalOf(side.step, ours.step),
    );
  return {
    ...stepWords[suite],
    columns: [
      'Step',
      'Workers × threads',
      'Redistill, ms',
      'PyTorch, ms',
      'PyTorch against Redistill',
      ...columnsOf[suite],
      'Harness',
      'Peak memory, MiB',
      'PyTorch’s, MiB',
      'Start to first step, s',
      'PyTorch’s, s',
    ], // biome-ignore format: a table
    rows: rows.map((row) => ({
      name: row.name,
      cells: [
        layout(row),
        time(row.ours),
        time(row.peer),
        against(row.peer, row.ours),
        ...{
          step: [cell(row.eager, (value) => fixed(value, 1)), nodes(row)],
          cohort: [
            time(row.shared),
            against(row.shared, row.ours),
            bits(row.differing),
            nodes(row),
          ],
          tokens: [nodes(row)],
          evaluation: [],
          kept: [],
          precision: [],
          dense: [],
        }[suite],
        cell(row.harness, (value) => `${fixed(100 * value, 1)} %`),
        cell(row.ours.memory, whole),
        cell(row.peer?.memory ?? null, whole),
        cell(row.ours.start, seconds),
        cell(row.peer?.start ?? null, seconds),
      ],
    })),
  };
}

const layout = ({ workers, threads }: StepRow): BenchCell => ({
  text: `${whole(workers)} × ${whole(threads)}`,
  detail: '',
  sort: String(workers * threads),
});

const nodes = ({ nodes: counted }: StepRow): BenchCell =>
  counted === null
    ? none
    : {
        text: `${whole(counted.cpu)} / ${whole(counted.gpu)}`,
        detail: '',
        sort: String(counted.gpu),
      };

/** The 95 % interval of a ratio; empty where a side was measured once. */
function intervalOf(above: BenchFigure, below: BenchFigure): string {
  if (above.deviation === null || below.deviation === null) return '';
  const of = ({ value, samples, deviation }: BenchFigure) => ({
    ...{ median: value, n: samples, mad: deviation ?? 0 },
  });
  const [low, high] = ratioInterval(of(above), of(below));
  return `${fixed(low, 2)} to ${fixed(high, 2)}`;
}

function totalsView(run: BenchRunRow): BenchView {
  const hours = (value: number) => fixed(value, 0);
  return {
    id: 'bench-kept-totals',
    title: 'A published table with kept outputs',
    sentence:
      'Hours of one process that LSKD’s table 2 takes on resnet32x4 → resnet8x4, its methods on logits, five seeds: the milliseconds of each part times their counts, without evaluations; PyTorch’s is a run per student and seed.',
    conditions: benchFacts(run),
    columns: [
      'Methods',
      'Kept, h',
      'Computed, h',
      'PyTorch, h',
      'Kept against PyTorch',
      'Computed against PyTorch',
      'Missing',
    ], // biome-ignore format: a table
    rows: totalRows(run.figures).map(({ name, kept, computed, peer, missing }) => {
      const share = (value: number | null) =>
        cell(value === null || peer === null ? null : value / peer, ratio);
      return {
        name,
        cells: [
          cell(kept, hours),
          cell(computed, hours),
          cell(peer, hours),
          share(kept),
          share(computed),
          cell(missing, (value) => `${fixed(100 * value, 1)} %`),
        ],
      };
    }),
  };
}

function bits(differing: number | null): BenchCell {
  return cell(differing, (count) =>
    count === 0 ? 'as alone' : `${plural(count, 'student')} not as alone`,
  );
}

function methodsTable(figures: readonly BenchFigure[]) {
  const rows = methodRows(figures);
  const [first] = rows;
  const pair = first === undefined ? '' : ` of ${first.step.name}`;
  return {
    title: 'Every method beside KD',
    sentence: `The recorded step${pair}, one student with a teacher’s pass of its own, each in turn with KD in one process; the factor is the median of the ratios of neighbouring steps.`,
    columns: ['Method', 'ms per step', 'Time against KD'],
    rows: rows.map(({ method, step, againstKd }: MethodRow) => ({
      name: method,
      cells: [
        cell(step.value, (value) => fixed(value, 1), spreadOf(step)),
        cell(
          againstKd?.value ?? null,
          ratio,
          againstKd?.deviation == null ? '' : `± ${fixed(againstKd.deviation, 2)}`,
        ),
      ],
    })),
  };
}

const workNames: Readonly<Record<string, string>> = {
  store: 'Ingest of all journals',
  report: 'Report of all pages',
  journal: 'Journal lines, each synced to the disk',
  'coco-bbox': 'COCO evaluation, boxes',
  'coco-segm': 'COCO evaluation, masks',
};

function workTable({ suite, figures }: BenchRunRow) {
  const rows = workRows(figures);
  const titles = { store: 'Ingest and journals', report: 'Ingest, journals and report' } as const;
  return {
    title: suite === 'store' || suite === 'report' ? titles[suite] : 'COCO evaluation',
    sentence:
      suite === 'coco'
        ? 'From the start of a process to its end, beside pycocotools where that was found.'
        : 'Over a made-up workspace of 10,000 cells and 1,000,000 epochs.',
    columns: [
      'What',
      'Seconds',
      'Rate',
      'Peak memory, MiB',
      ...(suite === 'coco' ? ['pycocotools, s', 'pycocotools against Redistill'] : []),
    ],
    rows: rows.map(({ name, time: own, peer, rate, memory }) => ({
      name: lookUp(workNames, name) ?? name,
      cells: [
        cell(own.value, seconds),
        cell(rate?.value ?? null, (value) => `${whole(value)} ${rate?.unit ?? ''}`),
        cell(memory, whole),
        ...(suite === 'coco'
          ? [
              cell(peer?.value ?? null, seconds),
              cell(peer === null ? null : peer.value / own.value, ratio),
            ]
          : []),
      ],
    })),
  };
}
