import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RedistillError } from '../../common/errors.ts';
import { removeLeftovers } from '../../common/files.ts';
import { JournalWriter } from '../../contract/journal.ts';
import type { Ending, Environment } from '../../contract/journal-types.ts';
import type { BatchParts } from '../../contract/parts.ts';
import { journalFile } from '../../contract/paths.ts';
import { runFiles, type WorkerRequest } from '../../contract/request.ts';
import { applyGpuSettings } from '../engine/gpu-settings.ts';
import { tooFewGpus, visibleGpus } from '../engine/visible-gpus.ts';
import { startHeartbeat } from './heartbeat.ts';
import { describeEnvironment, describeMachine } from './machine.ts';
import { exitCode, exitCodeOf, outliveOutputs } from './worker-end.ts';
import { partsOfRequest, trainMembers, type WorkerMember } from './worker-training.ts';

/**
 * The process that trains one trial, or the trials of a cohort: `node runners/training/worker.ts
 * request.json ...`.
 *
 * Standard output carries `WorkerMessage` lines. SIGTERM, SIGINT and the end of standard input (the
 * parent is gone) ask for checkpoints and an early end.
 */
async function main(): Promise<number> {
  const paths = process.argv.slice(2);
  if (paths.length === 0)
    throw new RedistillError('WORKER_REQUEST', 'The worker needs the path of its request file.');
  const requests = paths.map((path) => JSON.parse(readFileSync(path, 'utf8')) as WorkerRequest);
  const heartbeat = startHeartbeat(
    requests.map(({ runDirectory }) => join(runDirectory, runFiles.heartbeat)),
  );
  const { spec, threads, device, gpu } = requests[0] as WorkerRequest;
  if (gpu !== undefined) applyGpuSettings(gpu);
  const parts = partsOfRequest(requests[0] as WorkerRequest);
  // Before TensorFlow loads, which takes all GPUs that it sees.
  const gpus = device === 'gpu' && parts !== null ? await ownGpus(parts) : undefined;
  const environment =
    spec.external === undefined
      ? { ...describeEnvironment(threads), ...(parts !== null && { parts }) }
      : describeMachine(threads, device);
  const members = requests.map((request) => openMember(request, environment));
  try {
    return exitCode(await trainMembers(members, stopSignal(), gpus));
  } finally {
    for (const { journal } of members) journal.close();
    await heartbeat.stop();
  }
}

/**
 * The GPUs of this training, this process's own first: it sees no other from now on.
 *
 * @throws InfrastructureError `GPU_COUNT` where fewer can be used
 */
async function ownGpus({ gpus }: BatchParts): Promise<readonly string[]> {
  const visible = await visibleGpus(process.env);
  if (visible.length < gpus) throw tooFewGpus(gpus, visible);
  process.env['CUDA_VISIBLE_DEVICES'] = visible[0] as string;
  return visible.slice(0, gpus);
}

function openMember(request: WorkerRequest, environment: Environment): WorkerMember {
  removeLeftovers(request.runDirectory);
  removeLeftovers(join(request.runDirectory, runFiles.checkpoints));
  const { writer, content } = JournalWriter.open(journalFile(request.runDirectory), () =>
    new Date().toISOString(),
  );
  let ending: Ending | null = null;
  return {
    request,
    environment,
    journal: writer,
    history: content.lines,
    now: () => performance.now(),
    report(message) {
      if (message.type === 'end') ending = { state: message.state, reason: message.reason };
      process.stdout.write(`${JSON.stringify(message)}\n`);
    },
    ending: () => ending,
  };
}

/** Aborted by a signal, or when the parent is gone. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdin.on('end', stop).on('error', stop).resume();
  return controller.signal;
}

outliveOutputs();
process.exitCode = await main().catch(exitCodeOf);
process.stdin.destroy();
