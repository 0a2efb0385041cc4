import {
  layoutWords,
  type MeasuredWindow,
  peerRatio,
  type Sides,
  type StepBench,
  type StepResult,
} from '../../bench/step.ts';
import { numberColumns, renderTable } from './table.ts';

const stepWord: Readonly<Record<StepBench['suite'], string>> = {
  step: 'training step',
  cohort: 'training step',
  tokens: 'training step or forward pass',
  dense: 'training step',
  evaluation: 'evaluation of a batch',
  kept: 'part of a training',
  precision: 'training step',
};

/**
 * The benches of steps and cohorts for people: conditions, a row per case, then what the peer's
 * variants took.
 */
export function stepBenchLines({ suite, conditions, results, totals }: StepBench): string[] {
  const { hardware, tensorflow, torch, batch, device } = conditions;
  return [
    `Milliseconds per ${stepWord[suite]} (median), batch ${batch}, ${hardware.gpu ?? hardware.cpu}, ${hardware.cores} cores, ` +
      `TensorFlow ${tensorflow} on the ${device.toUpperCase()}, ${torch === null ? 'no PyTorch found' : `PyTorch ${torch}${suite === 'tokens' || suite === 'dense' ? '' : ', channels_last'}`}`,
    '',
    ...renderTable(
      [
        { title: 'step' },
        ...numberColumns('workers x threads', 'recorded', 'eager', 'PyTorch', 'PyTorch / recorded'),
      ],
      results.map((result) => [
        ...caseWords(result),
        `${result.ours_ms.toFixed(1)} ± ${result.samples.ours.mad.toFixed(1)}`,
        result.eager_ms?.toFixed(1) ?? '-',
        result.peer_ms === null
          ? '-'
          : `${result.peer_ms.toFixed(1)} ± ${result.samples.peer?.mad.toFixed(1)}`,
        ratioWords(result),
      ]),
    ),
    '',
    'Milliseconds of processor, share of the step outside TensorFlow, peak MiB, seconds to start',
    ...renderTable(
      [
        { title: 'step' },
        ...numberColumns('workers x threads', 'processor', 'PyTorch', 'harness'),
        ...numberColumns('peak', 'PyTorch', 'start'),
      ],
      results.map((result) => [
        ...caseWords(result),
        result.processor_ms.ours.toFixed(1),
        result.processor_ms.peer?.toFixed(1) ?? '-',
        `${((100 * result.harness_ms) / result.ours_ms).toFixed(1)} %`,
        result.peak_mib.ours.toFixed(0),
        result.peak_mib.peer?.toFixed(0) ?? '-',
        ((result.start_ms + result.first_step_ms) / 1000).toFixed(1),
      ]),
    ),
    ...results.flatMap(variantLines),
    ...results.flatMap(bitLines),
    ...totalLines(totals ?? null),
  ];
}

/** The cells by which a row is found in both tables. */
const caseWords = (result: StepResult): readonly [string, string] => [
  result.name,
  `${result.workers} x ${result.threads}`,
];

/** PyTorch's median against ours, with its interval. */
function ratioWords(result: StepResult): string {
  const ratio = peerRatio(result);
  if (ratio === null) return '-';
  const ends = ratio.interval.map((end) => end.toFixed(2));
  return `${ratio.value.toFixed(2)} (${ends.join(' to ')})`;
}

/** What was just measured, in one line: a bench may be stopped before its table. */
export function windowLine(measured: MeasuredWindow): string {
  const { name, variant, step, processor, shortest, peak } = measured;
  const beside = ({ ours, peer }: Sides, unit: string) =>
    peer === null
      ? `${ours.toFixed(1)} ${unit}`
      : `${ours.toFixed(1)} / ${peer.toFixed(1)} ${unit} (${(peer / ours).toFixed(2)})`;
  return [
    `${name}, ${layoutWords(measured)}${variant === null ? '' : `, ours / PyTorch ${variant}`}: ${beside(step, 'ms')}`,
    `processor ${beside(processor, 'ms')}`,
    `shortest ${beside(shortest, 'ms')}`,
    `peak ${beside(peak, 'MiB')}`,
  ].join('; ');
}

/** What a published table comes to with kept outputs, without, and in PyTorch. */
function totalLines(totals: NonNullable<StepBench['totals']> | null): string[] {
  if (totals === null) return [];
  return [
    '',
    'LSKD table 2, resnet32x4 -> resnet8x4, methods on logits, 5 seeds: hours without evaluation',
    ...renderTable(
      [
        { title: 'methods' },
        ...numberColumns('kept', 'computed', 'PyTorch'),
        ...numberColumns('kept / PyTorch', 'computed / PyTorch', 'missing'),
      ],
      totals.map(({ name, kept, computed, peer, misses }) => [
        name,
        kept.toFixed(1),
        computed.toFixed(1),
        peer?.toFixed(1) ?? '-',
        peer === null ? '-' : (kept / peer).toFixed(2),
        peer === null ? '-' : (computed / peer).toFixed(2),
        `${(100 * misses).toFixed(1)} %`,
      ]),
    ),
  ];
}

/** Whether a list of students comes to the bits that each has alone. */
function bitLines({ name, workers, threads, students, differing }: StepResult): string[] {
  if (differing === null) return [];
  const which =
    differing.length === 0
      ? `all ${students} students have the losses and weights, bit by bit, that each has alone`
      : `other bits than alone: ${differing.join(', ')}`;
  return [`Bits, ${name}, ${layoutWords({ workers, threads })}: ${which}`];
}

/** Teacher's batch norm folded or not, teacher shared or not. */
function variantLines({ name, workers, threads, peer_variants }: StepResult): string[] {
  const variants = Object.entries(peer_variants ?? {});
  if (variants.length < 2) return [];
  const each = variants.map(([variant, ms]) => `${variant} ${ms.toFixed(1)}`);
  return [`PyTorch, ${name}, ${layoutWords({ workers, threads })}: ${each.join(', ')}`];
}
