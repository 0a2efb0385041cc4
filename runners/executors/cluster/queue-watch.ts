import { type Queue, type QueueLine, QueueUnreachable } from './queue.ts';

/** The queue as a command looks at it, whether it answers or not. */
export class QueueWatch {
  private readonly queue: Pick<Queue, 'name' | 'list'>;
  private readonly notice: (line: string) => void;
  private readonly said = new Set<string>();

  constructor(queue: Pick<Queue, 'name' | 'list'>, notice: (line: string) => void) {
    this.queue = queue;
    this.notice = notice;
  }

  /** The tasks of the queue, or null while it does not answer: jobs go on, and so do we. */
  async look(): Promise<readonly QueueLine[] | null> {
    const { name } = this.queue;
    try {
      const lines = await this.queue.list();
      if (this.said.delete('unreachable')) this.notice(`${name} answers again.`);
      return lines;
    } catch (error) {
      if (!(error instanceof QueueUnreachable)) throw error;
      const line = `${name} does not answer; jobs go on, and so does asking. ${error.message}`;
      this.say('unreachable', line);
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
