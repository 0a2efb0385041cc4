import type { GpuCheckFigure } from '../../contract/gpu-check.ts';

/** Where a part works, and with what. */
export interface PartPlace {
  readonly device: 'cpu' | 'gpu';
  /** An empty folder, which goes when the part is over. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the part's time is over, or when the caller stops the check. */
  readonly signal: AbortSignal;
}

/** What a part found. */
export interface PartFindings {
  readonly passed: boolean;
  /** One sentence: what was compared, or what is wrong. */
  readonly sentence: string;
  readonly figures: readonly GpuCheckFigure[];
  /** Version of the PyTorch that was measured beside us. */
  readonly torch?: string | null;
}

/** A question that the check asks of a machine. A further one is a file and a line in parts.ts. */
export interface GpuCheckPart {
  readonly title: string;
  /** What it does and what passes, in words. */
  readonly about: string;
  /** Seconds on a GPU after which it is ended and has failed; a CPU has five times as many. */
  readonly limit: number;
  /** Whether it has something to say where TensorFlow sees no GPU. Default: no. */
  readonly withoutGpu?: boolean;
  /** Whatever it throws makes it fail. */
  run(place: PartPlace): Promise<PartFindings>;
}

/** A number of a part, without one of a peer. */
export function figure(
  name: string,
  value: number,
  unit: string,
  peer: number | null = null,
): GpuCheckFigure {
  return { name, value, unit, peer };
}

/** Relative difference of two numbers that should be equal; infinite where one is not finite. */
export function difference(value: number, expected: number): number {
  if (value === expected) return 0;
  const off = Math.abs(value - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE);
  return Number.isFinite(off) ? off : Number.POSITIVE_INFINITY;
}

/** `1.2e-4`, `0`; for sentences. */
export const small = (value: number) => (value === 0 ? '0' : value.toExponential(1));
