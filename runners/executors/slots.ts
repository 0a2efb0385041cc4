/**
 * A number of places, given to the waiting caller of the highest priority; among equals to the one that asked first.
 */
export class Slots {
  private free: number;
  private readonly waiting: {
    readonly priority: number;
    readonly take: () => void;
  }[] = [];

  constructor(count: number) {
    this.free = count;
  }

  /** Resolves to the function that gives the place back. A caller that no longer needs it gives it back at once. */
  async acquire(priority: number): Promise<() => void> {
    await new Promise<void>((take) => {
      this.waiting.push({ priority, take });
      // Callers of one turn compete by priority, not by order.
      setImmediate(() => this.grant());
    });
    let held = true;
    return () => {
      if (held) {
        held = false;
        this.free += 1;
        this.grant();
      }
    };
  }

  private grant(): void {
    while (this.free > 0 && this.waiting.length > 0) {
      let best = 0;
      for (let index = 1; index < this.waiting.length; index += 1) {
        const candidate = this.waiting[index] as { priority: number };
        if (candidate.priority > (this.waiting[best] as { priority: number }).priority)
          best = index;
      }
      const [winner] = this.waiting.splice(best, 1);
      this.free -= 1;
      winner?.take();
    }
  }
}
