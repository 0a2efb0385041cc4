import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../../../../common/files.ts';
import type {
  ArrayRequest,
  NodeQueue,
  Queue,
  QueueLine,
} from '../../../../../runners/executors/cluster/queue.ts';
import { taskLog } from '../../../../../runners/executors/cluster/submission.ts';

interface Task {
  readonly array: ArrayRequest;
  readonly job: string;
  readonly index: number;
  stage: QueueLine['stage'];
  kill: () => void;
}

const script = fileURLToPath(new URL('./task.ts', import.meta.url));
/** Processes that run, until they have ended. */
const running = new Set<Promise<unknown>>();

/** Until no task runs any more. */
export async function settled(): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}

const idOf = ({ job, index }: Task) => `${job}_${index}`;

/** The queue of a spool folder: one, whoever asks for it. */
export function queueAt(spool: string, slots: number): ProcessQueue {
  const known = queues.get(spool) ?? new ProcessQueue(spool, slots);
  queues.set(spool, known);
  return known;
}

const queues = new Map<string, ProcessQueue>();

/** A queue in this process. Its tasks read its state from a file of the spool folder. */
class ProcessQueue implements Queue {
  readonly id = 'processes';
  readonly name = 'The queue of processes';
  private readonly spool: string;
  private readonly slots: number;
  private readonly tasks: Task[] = [];
  private jobs = 0;

  constructor(spool: string, slots: number) {
    this.spool = spool;
    this.slots = slots;
    mkdirSync(spool, { recursive: true });
  }

  prepare(array: ArrayRequest) {
    return async () => {
      this.jobs += 1;
      const job = String(this.jobs);
      for (let index = 0; index < array.tasks; index += 1) {
        this.tasks.push({ array, job, index, stage: 'waiting', kill: () => {} });
      }
      this.schedule();
      return job;
    };
  }

  async list(): Promise<readonly QueueLine[]> {
    return this.tasks.map((task) => {
      const { job, stage, array } = task;
      return { id: idOf(task), job, name: array.name, stage, word: '' };
    });
  }

  async accounted() {
    return [];
  }

  async cancel(ids: readonly string[]): Promise<void> {
    for (const task of this.tasks.filter((each) => ids.includes(idOf(each)))) {
      if (task.stage === 'running') task.kill();
      if (task.stage === 'waiting') task.stage = 'cancelled';
    }
  }

  private schedule(): void {
    for (const task of this.tasks.filter(({ stage }) => stage === 'waiting')) {
      const before = this.tasks.filter((each) => task.array.after.includes(idOf(each)));
      const busy = this.tasks.filter(({ stage }) => stage === 'running').length;
      const bad = before.some(({ stage }) => !['waiting', 'running', 'over'].includes(stage));
      if (bad) task.stage = 'dependency';
      else if (before.every(({ stage }) => stage === 'over') && busy < this.slots) {
        this.start(task);
      }
    }
    void this.list().then((lines) => writeFileAtomic(stateFile(this.spool), JSON.stringify(lines)));
  }

  private start(task: Task): void {
    const { array, job, index } = task;
    const log = openSync(taskLog(array.folder, index), 'a');
    const child = spawn(process.execPath, [script, array.folder, this.spool, job, String(index)], {
      stdio: ['ignore', log, log],
    });
    task.stage = 'running';
    let killed = false;
    task.kill = () => {
      killed = true;
      child.kill('SIGTERM');
    };
    const ended = once(child, 'exit').then(([code]: readonly unknown[]) => {
      const again = existsSync(requeueFile(this.spool, idOf(task)));
      rmSync(requeueFile(this.spool, idOf(task)), { force: true });
      task.stage = again ? 'waiting' : killed ? 'cancelled' : code === 0 ? 'over' : 'lost';
      running.delete(ended);
      this.schedule();
    });
    running.add(ended);
  }
}

/** The same queue, as a task sees it. */
export function nodeQueue(spool: string): NodeQueue {
  return {
    name: 'the queue of processes',
    list: async () => JSON.parse(readFileSync(stateFile(spool), 'utf8')) as QueueLine[],
    requeue: async (task) => writeFileSync(requeueFile(spool, task), ''),
  };
}

const stateFile = (spool: string) => join(spool, 'state.json');
const requeueFile = (spool: string, id: string) => join(spool, `requeue-${id}`);
