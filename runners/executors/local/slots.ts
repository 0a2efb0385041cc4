/** What decides who gets a place first. */
export interface SlotClaim {
  /** When it last failed for want of a sound machine, in milliseconds; null where it never did. */
  readonly failedAt: number | null;
  readonly priority: number;
}

/** A place that is held. */
export interface Slot {
  /** 0 to the number of places less one: the GPU that goes with it. */
  readonly index: number;
  /** Gives it back; `failed` where the machine was to blame for what happened in it. */
  release(failed?: boolean): void;
}

/**
 * A number of places. Both sides go by the least recent failure: of those that wait, one that
 * failed goes behind all that did not, so that a trial that breaks workers holds up nobody, and of
 * the free places one with a broken GPU is taken last. Among equals the highest priority goes
 * first, then who asked first.
 */
export class Slots {
  private readonly free: { readonly index: number; failedAt: number }[];
  private readonly waiting: { readonly claim: SlotClaim; readonly take: (slot: Slot) => void }[] =
    [];
  private readonly clock: () => number;

  /** @param clock milliseconds, monotonic */
  constructor(count: number, clock: () => number = () => performance.now()) {
    this.free = Array.from({ length: count }, (_, index) => ({
      index,
      failedAt: Number.NEGATIVE_INFINITY,
    }));
    this.clock = clock;
  }

  /** A caller that no longer needs its place gives it back at once. */
  async acquire(claim: SlotClaim): Promise<Slot> {
    return new Promise<Slot>((take) => {
      this.waiting.push({ claim, take });
      // Callers of one turn compete by their claims, not by order.
      setImmediate(() => this.grant());
    });
  }

  private grant(): void {
    while (this.free.length > 0 && this.waiting.length > 0) {
      const [winner] = this.waiting.splice(firstBy(this.waiting, isBefore), 1);
      const place = this.free.splice(firstBy(this.free, isSounder), 1)[0] as (typeof this.free)[0];
      let held = true;
      winner?.take({
        index: place.index,
        release: (failed = false) => {
          if (!held) return;
          held = false;
          if (failed) place.failedAt = this.clock();
          this.free.push(place);
          this.grant();
        },
      });
    }
  }
}

function isBefore(a: { readonly claim: SlotClaim }, b: { readonly claim: SlotClaim }): boolean {
  const [first, second] = [a.claim, b.claim].map((claim) => claim.failedAt ?? -1);
  return first !== second
    ? (first as number) < (second as number)
    : a.claim.priority > b.claim.priority;
}

function isSounder(
  a: { readonly index: number; readonly failedAt: number },
  b: { readonly index: number; readonly failedAt: number },
): boolean {
  return a.failedAt !== b.failedAt ? a.failedAt < b.failedAt : a.index < b.index;
}

/** Place of the element that no other one comes before; of equals the first. */
function firstBy<T>(list: readonly T[], comesBefore: (a: T, b: T) => boolean): number {
  let best = 0;
  list.forEach((each, index) => {
    if (index > 0 && comesBefore(each, list[best] as T)) best = index;
  });
  return best;
}
