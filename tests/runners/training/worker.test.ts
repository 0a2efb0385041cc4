import '../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomStream } from '../../../common/random.ts';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile, modelFile } from '../../../contract/paths.ts';
import { processorBfloat16 } from '../../../runners/engine/bfloat16/processor.ts';
import { createNetwork } from '../../../runners/networks/registry.ts';
import { readWeights } from '../../../runners/weights/network-state.ts';
import { measured, startWorker, type TinyTrial, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-worker-'));
const lines = (folder: string) => readJournal(journalFile(folder)).lines;

async function runToEnd(name: string, trial: TinyTrial): Promise<string> {
  const folder = join(root, name);
  const result = await startWorker(await writeRequest(folder, trial));
  assert.equal(result.exitCode, 0, result.stderr);
  return folder;
}

describe('a worker', () => {
  let student: TinyTrial;
  let undisturbed: string;
  before(async () => {
    const teacher = await runToEnd('teacher', { recipe: { epochs: 1 } });
    // CTKD has a trained parameter and a schedule of its own: more state than plain KD.
    student = { method: 'kd+ctkd', teacher: { model: 'resnet8', weights: modelFile(teacher) } };
    undisturbed = await runToEnd('undisturbed', student);
  });

  it('writes a journal, and weights that load by PyTorch names', () => {
    const types = lines(undisturbed).map((line) => line.type);
    assert.deepEqual(types.slice(0, 2), ['header', 'start']);
    assert.deepEqual(types.slice(2, -1), Array(4).fill(['epoch', 'checkpoint']).flat());
    const last = lines(undisturbed).at(-1);
    assert.ok(last?.type === 'end' && last.state === 'completed');
    assert.match(last.weights ?? '', /^[0-9a-f]{64}$/);
    const weights = readWeights(modelFile(undisturbed), createNetwork('resnet8', { classes: 100 }));
    assert.equal(weights['fc.weight']?.length, 6400);
    const epoch = lines(undisturbed).find((line) => line.type === 'epoch');
    assert.ok(epoch?.type === 'epoch');
    assert.deepEqual(Object.keys(epoch.losses).sort(), [
      'ce',
      'kd',
      'monitor/ctkd.temperature',
      'total',
    ]);
    assert.ok(
      Math.abs(
        (epoch.losses['ce'] ?? 0) + (epoch.losses['kd'] ?? 0) - (epoch.losses['total'] ?? 0),
      ) < 1e-3,
    );
  });

  it('measures an imported teacher as the training that made it did, and trains nothing', async () => {
    const measures = modelFile(undisturbed);
    const folder = await runToEnd('measured', { measures });
    const [header, start, epoch, end, ...rest] = lines(folder);
    assert.deepEqual([header?.type, start?.type, rest], ['header', 'start', []]);
    const last = lines(undisturbed).findLast((line) => line.type === 'epoch');
    const trained = lines(undisturbed).at(-1);
    assert.ok(epoch?.type === 'epoch' && last?.type === 'epoch');
    assert.equal(epoch.epoch, 0);
    const onTest = last.metrics.filter(({ split }) => split === 'test');
    assert.deepEqual(epoch.metrics, onTest);
    assert.ok(end?.type === 'end' && trained?.type === 'end');
    assert.deepEqual([end.state, end.weights], ['completed', trained.weights]);
  });

  it('gives the same bits again in another process', async () => {
    assert.deepEqual(measured(await runToEnd('again', student)), measured(undisturbed));
  });

  it('killed at 20 moments, some within writes, ends with the same metrics and weights', async () => {
    const folder = join(root, 'killed');
    const request = await writeRequest(folder, student);
    const moments = RandomStream.named(7, 'kills');
    let kills = 0;
    for (let round = 0; kills < 20; round += 1) {
      assert.ok(round < 80, `only ${kills} kills in ${round} rounds`);
      const worker = startWorker(request);
      const stop = arrange(round % 3, folder, moments, () => worker.kill('SIGKILL'));
      worker.stdout.on('data', stop.heard);
      const result = await worker;
      stop.end();
      if (result.signal === 'SIGKILL') kills += 1;
      // A round that came to its end before the kill: the rest is done on another copy of the same
      // trial.
      else if (lines(folder).at(-1)?.type === 'end') {
        assert.deepEqual(measured(folder), measured(undisturbed), `after ${kills} kills`);
        const { rmSync } = await import('node:fs');
        for (const name of readdirSync(folder)) {
          if (name !== 'request.json') rmSync(join(folder, name), { recursive: true });
        }
      }
    }
    const last = await startWorker(request);
    assert.equal(last.exitCode, 0, last.stderr);
    assert.deepEqual(measured(folder), measured(undisturbed));
  });

  it('asked to stop, writes a checkpoint after the current step and goes on from there', async () => {
    const folder = join(root, 'stopped');
    const request = await writeRequest(folder, student);
    const worker = startWorker(request);
    worker.stdout.once('data', () => worker.kill('SIGTERM'));
    const result = await worker;
    assert.equal(result.exitCode, 130, result.stderr);
    const end = lines(folder).at(-1);
    assert.ok(end?.type === 'end' && end.state === 'cancelled', JSON.stringify(end));
    const checkpoint = lines(folder).findLast((line) => line.type === 'checkpoint');
    assert.ok(checkpoint?.type === 'checkpoint' && checkpoint.step > 0);
    assert.equal((await startWorker(request)).exitCode, 0);
    assert.deepEqual(measured(folder), measured(undisturbed));
    const resume = lines(folder).find((line) => line.type === 'resume');
    assert.ok(resume?.type === 'resume' && resume.step === checkpoint.step);
  });

  it('stops when its parent is gone', async () => {
    const worker = startWorker(await writeRequest(join(root, 'orphan'), student));
    worker.stdout.once('data', () => worker.stdin.end());
    assert.equal((await worker).exitCode, 130);
  });

  it('ends as diverged, with the step and the terms, when the loss is not finite', async () => {
    const folder = join(root, 'diverged');
    const optimizer = {
      kind: 'sgd',
      lr: 1e30,
      momentum: 0.9,
      nesterov: false,
      weightDecay: 0,
    } as const;
    const result = await startWorker(await writeRequest(folder, { recipe: { optimizer } }));
    assert.equal(result.exitCode, 1);
    const end = lines(folder).at(-1);
    assert.ok(end?.type === 'end' && end.state === 'diverged', JSON.stringify(end));
    assert.match(end.reason, /^the loss became (NaN|-?Infinity) in epoch 1, step \d+ \(ce /);
  });

  const none = processorBfloat16() === null && 'this processor has no bfloat16';
  it('trains in mixed precision, killed and resumed to the same bits', { skip: none }, async () => {
    const mixed: TinyTrial = { ...student, recipe: { precision: 'mixed' } };
    const whole = await runToEnd('mixed', mixed);
    const [header] = lines(whole);
    assert.ok(header?.type === 'header');
    assert.equal(header.environment.bfloat16, processorBfloat16());
    assert.notDeepEqual(measured(whole), measured(undisturbed));
    const folder = join(root, 'mixed-killed');
    const request = await writeRequest(folder, mixed);
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const worker = startWorker(request);
      worker.stdout.once('data', () => worker.kill(signal));
      await worker;
      assert.notEqual(lines(folder).at(-1)?.type === 'end' && measured(folder), measured(whole));
    }
    assert.equal((await startWorker(request)).exitCode, 0);
    assert.deepEqual(measured(folder), measured(whole));
    assert.ok(lines(folder).some((line) => line.type === 'resume'));
  });

  it('refuses data that are not those of the plan, and a GPU that is not there', async () => {
    const changed = await startWorker(
      await writeRequest(join(root, 'changed'), { dataHash: 'a'.repeat(64) }),
    );
    assert.equal(changed.exitCode, 1);
    assert.match(changed.stderr, /DATA_CHANGED.*embedded-small/);
    const folder = join(root, 'gpu');
    // The worker's environment hides every GPU, so that this holds on machines that have one.
    const missing = await startWorker(await writeRequest(folder, { device: 'gpu' }));
    assert.equal(missing.exitCode, 3);
    assert.match(missing.stderr, /GPU_MISSING/);
    assert.ok(!lines(folder).some((line) => line.type === 'start'), 'nothing was trained');
  });
});

/**
 * Kills at one of three kinds of moments: any time, some steps after the first message, within a
 * write.
 */
function arrange(kind: number, folder: string, moments: RandomStream, kill: () => void) {
  const abort = new AbortController();
  let messages = 0;
  const after = 1 + moments.below(12);
  const delay = moments.below(60);
  const later = (ms: number) => sleep(ms, undefined, { signal: abort.signal }).then(kill, () => {});
  if (kind === 0) void later(200 + moments.below(4000));
  const watched = existsSync(join(folder, 'checkpoints')) ? join(folder, 'checkpoints') : folder;
  const skipped = moments.below(4);
  let changes = 0;
  const watcher =
    kind === 2
      ? watch(watched, { signal: abort.signal }, () => {
          changes += 1;
          if (changes > skipped) kill();
        })
      : undefined;
  watcher?.on('error', () => {});
  return {
    heard: () => {
      messages += 1;
      if (kind === 1 && messages === after) void later(delay);
    },
    end: () => abort.abort(),
  };
}
