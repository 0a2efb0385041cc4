import { median } from './spread.ts';

/**
 * Times of both sides while one variant of the peer ran, burst by burst in turn. A machine drifts
 * over minutes, so that only times of one window compare. Of ours alone where there is no peer.
 */
export interface Window {
  readonly variant: string | null;
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  /** What each burst took of the processor's time, per step. */
  readonly processor: { readonly ours: readonly number[]; readonly peer: readonly number[] };
}

/**
 * The window in which the peer comes off best, among its variants whose students do not share the
 * teacher: nobody's training loop shares it.
 */
export function decisive(windows: readonly Window[]): Window {
  const [first, ...others] = windows.filter(({ variant }) => variant?.includes('shared') !== true);
  if (first === undefined) throw new RangeError('A measurement without a window.');
  return others.reduce((best, each) => (against(each) < against(best) ? each : best), first);
}

/** The peer's time as a multiple of ours. */
const against = ({ ours, peer }: Window) => median(peer) / median(ours);
