import { runNode } from '../../../../../runners/executors/cluster/node.ts';
import { nodeQueue } from './queue.ts';

/* The node's side of the queue of processes. */
const [folder = '', spool = '', job = '', index] = process.argv.slice(2);
await runNode({ folder, job, index: Number(index), warning: 'SIGUSR2', queue: nodeQueue(spool) });
