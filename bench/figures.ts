import { stepSuites } from '../contract/bench-suites.ts';
import type { BenchFigure } from '../results/benches.ts';
import type { CocoBench } from './coco.ts';
import type { KeptTotal } from './kept-totals.ts';
import type { MethodsBench } from './methods.ts';
import type { Spread } from './spread.ts';
import type { StepBench, StepResult } from './step.ts';
import type { WorkspaceBench } from './workspace-bench.ts';

export type AnyBench = StepBench | MethodsBench | WorkspaceBench | CocoBench;

/** What a bench measured, as rows for the store. Pure. */
export function figuresOf(bench: AnyBench): readonly BenchFigure[] {
  if (bench.suite === 'methods') return methodFigures(bench);
  if (bench.suite === 'coco') return cocoFigures(bench);
  if (!isStepBench(bench)) return workspaceFigures(bench);
  return [...bench.results.flatMap(stepFigures), ...(bench.totals ?? []).flatMap(totalFigures)];
}

export function isStepBench(bench: AnyBench): bench is StepBench {
  return (stepSuites as readonly string[]).includes(bench.suite);
}

type Place = Pick<BenchFigure, 'name' | 'side' | 'variant' | 'workers' | 'threads'>;

function figure(
  place: Place,
  quantity: string,
  value: number,
  unit: string,
  spread: Spread | null = null,
): BenchFigure {
  return {
    ...place,
    quantity,
    value,
    unit,
    samples: spread?.n ?? 1,
    smallest: spread?.min ?? null,
    deviation: spread?.mad ?? null,
  };
}

function stepFigures(result: StepResult): BenchFigure[] {
  const { name, workers, threads, samples, peak_mib } = result;
  const ours: Place = { name, side: 'redistill', variant: 'recorded', workers, threads };
  const peer: Place = { ...ours, side: 'peer', variant: '' };
  return [
    figure(ours, 'step', result.ours_ms, 'ms', samples.ours),
    figure(ours, 'cpu', result.processor_ms.ours, 'ms'),
    ...(result.processor_ms.peer === null
      ? []
      : [figure(peer, 'cpu', result.processor_ms.peer, 'ms')]),
    figure(ours, 'harness', result.harness_ms, 'ms'),
    figure(ours, 'start', result.start_ms, 'ms'),
    figure(ours, 'first-step', result.first_step_ms, 'ms'),
    figure(ours, 'memory', peak_mib.ours, 'MiB'),
    ...(result.eager_ms === null
      ? []
      : [figure({ ...ours, variant: 'eager' }, 'step', result.eager_ms, 'ms', samples.eager)]),
    ...Object.entries(result.peer_variants ?? {}).map(([variant, ms]) =>
      figure({ ...peer, variant }, 'step', ms, 'ms', samples.peer_variants?.[variant] ?? null),
    ),
    ...(peak_mib.peer === null ? [] : [figure(peer, 'memory', peak_mib.peer, 'MiB')]),
    ...(result.peer_start_ms === null ? [] : [figure(peer, 'start', result.peer_start_ms, 'ms')]),
    ...(result.nodes === null
      ? []
      : [
          figure(ours, 'nodes', result.nodes.cpu, '1'),
          figure(ours, 'nodes-gpu', result.nodes.gpu, '1'),
        ]),
    ...(result.differing === null ? [] : [figure(ours, 'differing', result.differing.length, '1')]),
  ];
}

function totalFigures({ name, kept, computed, peer, misses }: KeptTotal): BenchFigure[] {
  const ours: Place = { name, side: 'redistill', variant: 'kept', workers: 1, threads: 1 };
  return [
    figure(ours, 'total', kept, 'h'),
    figure(ours, 'missing', misses, '1'),
    figure({ ...ours, variant: 'computed' }, 'total', computed, 'h'),
    ...(peer === null ? [] : [figure({ ...ours, side: 'peer', variant: '' }, 'total', peer, 'h')]),
  ];
}

function methodFigures({ conditions, results }: MethodsBench): BenchFigure[] {
  return results.flatMap(({ name: variant, ...result }) => {
    const { pair: name, threads } = conditions;
    const place: Place = { name, side: 'redistill', variant, workers: 1, threads: threads.intra };
    return [
      figure(place, 'step', result.ours_ms, 'ms', result.samples.ours),
      figure(place, 'against-kd', result.against_kd, '1', result.samples.against_kd),
      figure(place, 'first-step', result.first_step_ms, 'ms'),
    ];
  });
}

function workspaceFigures({ results }: WorkspaceBench): BenchFigure[] {
  return results.flatMap(({ name, ...result }) => {
    const place: Place = { name, side: 'redistill', variant: '', workers: 1, threads: 1 };
    return [
      figure(place, 'time', result.ours_ms, 'ms'),
      figure(place, 'cpu', result.cpu_ms, 'ms'),
      figure(place, 'memory', result.peak_mib, 'MiB'),
      figure(place, 'rate', result.per_second, `${result.counted}/s`),
    ];
  });
}

function cocoFigures({ results }: CocoBench): BenchFigure[] {
  return results.flatMap(({ name, ours_ms, peer_ms, samples }) => {
    const place: Place = { name, side: 'redistill', variant: '', workers: 1, threads: 1 };
    const own = figure(place, 'time', ours_ms, 'ms', samples.ours);
    if (peer_ms === null) return [own];
    return [own, figure({ ...place, side: 'peer' }, 'time', peer_ms, 'ms', samples.peer)];
  });
}
