import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InfrastructureError, RedistillError } from '../../common/errors.ts';
import { selectPictures } from '../data/picture-set.ts';
import { loadDataset } from '../data/registry.ts';
import { createDistiller } from '../distillers/create.ts';
import { usesGpu } from '../engine/tensorflow.ts';
import { createNetwork } from '../models/registry.ts';
import type { Network } from '../models/types.ts';
import { evaluateTeacher } from './evaluation.ts';
import { startHeartbeat } from './heartbeat.ts';
import { JournalWriter } from './journal.ts';
import type { JournalLine } from './journal-types.ts';
import { describeEnvironment } from './machine.ts';
import { runFiles, type WorkerMessage, type WorkerRequest } from './request.ts';
import { schemaVersion } from './spec.ts';
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
  const data = await loadDataset(spec.data.dataset, { folder: request.dataFolder });
  if (data.hash !== spec.data.hash) {
    throw new RedistillError(
      'DATA_CHANGED',
      `The data set ${spec.data.dataset} is not the one that the trial was planned with: its hash is ${data.hash.slice(0, 12)}, not ${spec.data.hash.slice(0, 12)}.`,
      { hint: 'Plan again, or restore the files.' },
    );
  }
  const network = (name: string): Network =>
    createNetwork(name, {
      classes: data.classes.length,
      inputShape: [data.train.height, data.train.width, 3],
    });
  const student = network(spec.model);
  const teacher = loadTeacher(request, network);
  const trainSet = selectPictures(data.train, spec.recipe.trainPictures);
  const distiller = createDistiller(spec.method, spec.hyper, {
    student,
    teacher: teacher?.network ?? null,
    labelSmoothing: spec.recipe.labelSmoothing,
    trainLabels: trainSet.labels.subarray(0, trainSet.count),
    ...(teacher !== null && { teacherWeights: teacher.weights }),
  });
  const training: Training = {
    request,
    data,
    trainSet,
    student,
    distiller,
    teacher: distiller.needs.teacher ? teacher : null,
    environment,
    journal,
    history,
    now: () => performance.now(),
    signal: stopSignal(),
    report,
  };
  // An imported teacher's trial has the checkpoint itself as its teacher, and no epochs.
  return spec.role === 'teacher' && teacher !== null
    ? evaluateTeacher(training, teacher.weights)
    : trainTrial(training);
}

function loadTeacher(request: WorkerRequest, network: (name: string) => Network) {
  const { teacher } = request.spec;
  if (teacher === null) return null;
  if (request.teacherWeights === null) {
    throw new RedistillError(
      'WORKER_TEACHER',
      `The trial learns from ${teacher.model}, but no weights were given.`,
    );
  }
  const built = network(teacher.model);
  return { network: built, weights: readWeights(request.teacherWeights, built) };
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
