import type { BenchFigure } from '../../results/benches.ts';

/**
 * A training step on workers of some threads: what each side took by the variant that is fastest on
 * as many workers and threads. Times in ms, memory in MiB.
 */
export interface StepRow {
  readonly name: string;
  /** Processes at a time, on both sides. */
  readonly workers: number;
  /** Threads of each. */
  readonly threads: number;
  readonly ours: Side;
  readonly eager: number | null;
  /** The peer whose students each have a teacher's pass of their own, as training loops do. */
  readonly peer: Side | null;
  /** The peer with one teacher's pass for all students. */
  readonly shared: Side | null;
  /** Part of our step outside of TensorFlow's call. */
  readonly harness: number | null;
  /** Nodes of our step's graph as a CPU and as a GPU gets it; null where they were not counted. */
  readonly nodes: { readonly cpu: number; readonly gpu: number } | null;
  /**
   * Students whose bits differ from those of the same student alone; null where that was not
   * measured.
   */
  readonly differing: number | null;
}

export interface Side {
  readonly step: BenchFigure;
  readonly memory: number | null;
  /** From the start of the process until the first step was done. */
  readonly start: number | null;
}

/** Steps by name, workers and threads, in the order in which they were measured. Pure. */
export function stepRows(figures: readonly BenchFigure[]): readonly StepRow[] {
  const key = ({ name, workers, threads }: BenchFigure) => JSON.stringify([name, workers, threads]);
  return [...Map.groupBy(figures, key).values()].flatMap((own): StepRow[] => {
    const steps = own.filter(({ quantity }) => quantity === 'step');
    const best = (which: (figure: BenchFigure) => boolean): Side | null => {
      const [step] = steps.filter(which).sort((one, other) => one.value - other.value);
      return step === undefined ? null : sideOf(step, own);
    };
    const recorded = best(({ side, variant }) => side === 'redistill' && variant !== 'eager');
    if (recorded === null) return [];
    const { step } = recorded;
    const harness = beside(own, step, 'harness');
    const cpu = beside(own, step, 'nodes');
    const gpu = beside(own, step, 'nodes-gpu');
    return [
      {
        name: step.name,
        workers: step.workers,
        threads: step.threads,
        ours: recorded,
        eager: best(({ variant }) => variant === 'eager')?.step.value ?? null,
        peer: best(({ side, variant }) => side === 'peer' && !isShared(variant)),
        shared: best(({ side, variant }) => side === 'peer' && isShared(variant)),
        harness: harness === null || step.value <= 0 ? null : harness / step.value,
        nodes: cpu === null || gpu === null ? null : { cpu, gpu },
        differing: beside(own, step, 'differing'),
      },
    ];
  });
}

const isShared = (variant: string) => variant.includes('shared');

function sideOf(step: BenchFigure, figures: readonly BenchFigure[]): Side {
  const start = beside(figures, step, 'start');
  return {
    step,
    memory: beside(figures, step, 'memory'),
    start: start === null ? null : start + (beside(figures, step, 'first-step') ?? 0),
  };
}

/** Another quantity of the same processes. */
function beside(
  figures: readonly BenchFigure[],
  { side, workers, threads }: BenchFigure,
  quantity: string,
): number | null {
  const found = figures.find(
    (figure) =>
      figure.quantity === quantity &&
      figure.side === side &&
      figure.workers === workers &&
      figure.threads === threads,
  );
  return found?.value ?? null;
}

/** What trainings of a published table come to by the measured parts, in hours. */
export interface TotalRow {
  readonly name: string;
  readonly kept: number;
  readonly computed: number | null;
  readonly peer: number | null;
  /** Share of a teacher's outputs that no epoch before had asked for. */
  readonly missing: number | null;
}

/** Totals in the order in which they were worked out. Pure. */
export function totalRows(figures: readonly BenchFigure[]): readonly TotalRow[] {
  const kept = figures.filter(
    ({ quantity, variant }) => quantity === 'total' && variant === 'kept',
  );
  return kept.map(({ name, value }) => {
    const find = (which: (figure: BenchFigure) => boolean) =>
      figures.find((figure) => figure.name === name && which(figure))?.value ?? null;
    return {
      name,
      kept: value,
      computed: find(({ quantity, variant }) => quantity === 'total' && variant === 'computed'),
      peer: find(({ quantity, side }) => quantity === 'total' && side === 'peer'),
      missing: find(({ quantity }) => quantity === 'missing'),
    };
  });
}

/** What a method costs beside KD, measured in turn with it in one process. */
export interface MethodRow {
  readonly method: string;
  readonly step: BenchFigure;
  /** Median of the ratios of neighbouring steps. */
  readonly againstKd: BenchFigure | null;
}

/** Methods in the order in which they were measured. Pure. */
export function methodRows(figures: readonly BenchFigure[]): readonly MethodRow[] {
  return figures
    .filter(({ quantity }) => quantity === 'step')
    .map((step) => ({
      method: step.variant,
      step,
      againstKd:
        figures.find(
          ({ quantity, variant }) => quantity === 'against-kd' && variant === step.variant,
        ) ?? null,
    }));
}

/** Something done once: ingest, report, the writing of a journal, an evaluation. */
export interface WorkRow {
  readonly name: string;
  readonly time: BenchFigure;
  readonly peer: BenchFigure | null;
  readonly rate: BenchFigure | null;
  readonly memory: number | null;
}

/** Work by name, in the order in which it was measured. Pure. */
export function workRows(figures: readonly BenchFigure[]): readonly WorkRow[] {
  const ours = figures.filter(({ quantity, side }) => quantity === 'time' && side === 'redistill');
  return ours.map((time) => {
    const find = (quantity: string, side: BenchFigure['side']) =>
      figures.find(
        (other) => other.name === time.name && other.quantity === quantity && other.side === side,
      ) ?? null;
    return {
      name: time.name,
      time,
      peer: find('time', 'peer'),
      rate: find('rate', 'redistill'),
      memory: find('memory', 'redistill')?.value ?? null,
    };
  });
}
