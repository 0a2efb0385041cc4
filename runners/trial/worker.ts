import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InfrastructureError, RedistillError } from '../../common/errors.ts';
import { usesGpu } from '../engine/tensorflow.ts';
import { taskModule } from '../tasks/registry.ts';
import type { LoadedNetwork, TaskData } from '../tasks/types.ts';
import { evaluateTeacher } from './evaluation.ts';
import { startHeartbeat } from './heartbeat.ts';
import { JournalWriter } from './journal.ts';
import type { JournalLine } from './journal-types.ts';
import { describeEnvironment } from './machine.ts';
import { runFiles, type WorkerMessage, type WorkerRequest } from './request.ts';
import { schemaVersion } from './spec.ts';
import { checkTeacherFile } from './teacher-file.ts';
import { type Ending, type Training, trainTrial } from './train.ts';
import { readWeights } from './weights.ts';
import { exitCode, exitCodeOf, failedEnding } from './worker-end.ts';

/**
 * The process that trains one trial: `node runners/trial/worker.ts request.json`.
 *
 * Standard output carries `WorkerMessage` lines. SIGTERM, SIGINT and the end of standard input (the parent is gone)
 * ask for a checkpoint and an early end.
 */
async function main(): Promise<number> {
  const path = process.argv[2];
  if (path === undefined)
    throw new RedistillError('WORKER_REQUEST', 'The worker needs the path of its request file.');
  const request = JSON.parse(readFileSync(path, 'utf8')) as WorkerRequest;
  const heartbeat = startHeartbeat(join(request.runDirectory, runFiles.heartbeat));
  const { writer, content } = JournalWriter.open(join(request.runDirectory, runFiles.journal), () =>
    new Date().toISOString(),
  );
  try {
    const ending = await train(request, writer, content.lines).catch((error: unknown) =>
      failedEnding(error, writer),
    );
    report({ type: 'end', ...ending });
    return exitCode(ending);
  } finally {
    writer.close();
    await heartbeat.stop();
  }
}

async function train(
  request: WorkerRequest,
  journal: JournalWriter,
  history: readonly JournalLine[],
): Promise<Ending> {
  const { spec } = request;
  const environment = describeEnvironment(request.threads);
  if (request.device === 'gpu' && !usesGpu()) {
    throw new InfrastructureError('GPU_MISSING', 'A GPU was asked for, and TensorFlow sees none.', {
      hint: 'Run `redistill doctor`; use `--device cpu` to train on the processor.',
    });
  }
  if (history.length === 0) {
    const { run, trial, attempt, fingerprint } = request;
    journal.append({
      type: 'header',
      schemaVersion,
      run,
      trial,
      attempt,
      fingerprint,
      spec,
      environment,
    });
  }
  const task = await taskModule(spec.task);
  const data = await task.load(spec, request.dataFolder);
  if (data.hash !== spec.data.hash) {
    throw new RedistillError(
      'DATA_CHANGED',
      `The data set ${spec.data.dataset} is not the one that the trial was planned with: its hash is ${data.hash.slice(0, 12)}, not ${spec.data.hash.slice(0, 12)}.`,
      { hint: 'Plan again, or restore the files.' },
    );
  }
  const teacher = loadTeacher(request, data);
  const prepared = data.prepare({ specs: [spec], teacher, mode: request.mode });
  const training: Training = {
    request,
    task: prepared,
    environment,
    journal,
    history,
    now: () => performance.now(),
    signal: stopSignal(),
    report,
  };
  try {
    // An imported teacher's trial has the checkpoint itself as its teacher, and no epochs.
    return await (spec.role === 'teacher' && teacher !== null
      ? evaluateTeacher(training, teacher)
      : trainTrial(training));
  } finally {
    await prepared.close();
  }
}

function loadTeacher(request: WorkerRequest, data: TaskData): LoadedNetwork | null {
  const { teacher } = request.spec;
  if (teacher === null) return null;
  if (request.teacherWeights === null) {
    throw new RedistillError(
      'WORKER_TEACHER',
      `The trial learns from ${teacher.model}, but no weights were given.`,
    );
  }
  checkTeacherFile(request.teacherWeights, teacher);
  const network = data.network(teacher.model);
  return { network, weights: readWeights(request.teacherWeights, network) };
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

function report(message: WorkerMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

// A parent that is gone closes the pipe; the end of standard input says so, a broken pipe must not kill the checkpoint.
process.stdout.on('error', () => {});
process.exitCode = await main().catch(exitCodeOf);
process.stdin.destroy();
