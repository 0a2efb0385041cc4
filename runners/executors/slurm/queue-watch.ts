import { RedistillError } from '../../../common/errors.ts';
import type { SlurmClient } from './client.ts';
import type { QueueLine } from './queue.ts';

/** The queue as a command looks at it, whether Slurm answers or not. */
export class QueueWatch {
  private readonly client: Pick<SlurmClient, 'queue'>;
  private readonly notice: (line: string) => void;
  private readonly said = new Set<string>();

  constructor(client: Pick<SlurmClient, 'queue'>, notice: (line: string) => void) {
    this.client = client;
    this.notice = notice;
  }

  /** The queue, or null while Slurm does not answer: jobs go on, and so do we. */
  async look(): Promise<readonly QueueLine[] | null> {
    try {
      const queue = await this.client.queue();
      if (this.said.delete('unreachable')) this.notice('Slurm answers again.');
      return queue;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      this.say(
        'unreachable',
        `Slurm does not answer; jobs go on, and so does asking. ${error.message}`,
      );
      return null;
    }
  }

  /** Tells people something once. */
  say(key: string, line: string): void {
    if (this.said.has(key)) return;
    this.said.add(key);
    this.notice(line);
  }
}

export function isUnreachable(error: unknown): error is RedistillError {
  return error instanceof RedistillError && error.code === 'SLURM_UNREACHABLE';
}
