/** A case of the bench, as far as its time goes. */
interface Timed {
  readonly name: string;
  readonly ours_ms: number;
  readonly peer_ms: number | null;
}

/** What trainings of a table come to, in hours of one process after the other. */
export interface KeptTotal {
  readonly name: string;
  /** Redistill with kept outputs, and without. */
  readonly kept: number;
  readonly computed: number;
  /** As many PyTorch runs; null where there is no PyTorch. */
  readonly peer: number | null;
  /** Expected share of missing pictures over all passes. */
  readonly misses: number;
}

/** Steps of an epoch of CIFAR-100 in batches of 64, views of its recipe, and seeds of a table. */
const steps = 782;
const views = 162;
const seeds = 5;
/** Epochs of the methods with one view, and of MLKD. */
const epochs = { one: 240, two: 480 };

/**
 * LSKD's table 2 on resnet32x4 -> resnet8x4, its methods on logits, five seeds: the measured
 * milliseconds of a step of each kind times their counts. The teacher's passes with kept outputs
 * are those for pictures that no pass before has shown in the same view (1 - 1/162 to the power of
 * the passes before). Null where a part was not measured.
 */
export function keptTotals({
  results,
}: {
  readonly results: readonly Timed[];
}): readonly KeptTotal[] | null {
  const of = (name: string) => results.find((result) => result.name === name);
  const ms = (name: string) => of(name)?.ours_ms ?? Number.NaN;
  const passes = { one: seeds * epochs.one, two: seeds * epochs.two };
  const missing = (from: number, count: number) =>
    Array.from({ length: count }, (_, pass) => (1 - 1 / views) ** (from + pass)).reduce(
      (sum, share) => sum + share,
      0,
    );
  const hours = (milliseconds: number) => (milliseconds * steps) / 3.6e6;
  const one = {
    computed: hours(passes.one * ms('six')),
    kept: hours(
      passes.one * (ms('six-given') + ms('look-up')) + missing(0, passes.one) * ms('teacher-pass'),
    ),
    peer: peerHours(of('kd')?.peer_ms, 6 * passes.one),
  };
  const two = {
    computed: hours(passes.two * ms('two-mlkd')),
    kept: hours(
      passes.two * (ms('two-mlkd-given') + ms('look-up')) +
        missing(passes.one, passes.two) * ms('teacher-pass'),
    ),
    peer: peerHours(of('mlkd')?.peer_ms, 2 * passes.two),
  };
  if (Number.isNaN(one.kept + two.kept + one.computed + two.computed)) return null;
  const both = {
    computed: one.computed + two.computed,
    kept: one.kept + two.kept,
    peer: one.peer === null || two.peer === null ? null : one.peer + two.peer,
  };
  const all = passes.one + passes.two;
  return [
    {
      name: 'KD, CTKD, DKD, each with LSKD too',
      ...one,
      misses: missing(0, passes.one) / passes.one,
    },
    { name: 'these and MLKD, with LSKD too', ...both, misses: missing(0, all) / all },
  ];
}

function peerHours(ms: number | null | undefined, count: number): number | null {
  return ms === null || ms === undefined ? null : (ms * steps * count) / 3.6e6;
}
