import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomStream } from '../../../common/random.ts';
import { readJournal } from '../../../runners/trial/journal.ts';
import { journalFile, modelFile } from '../../../runners/trial/paths.ts';
import { measured, startWorker, type TinyTrial, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-cohort-'));
const folderOf = (group: string, name: string) => join(root, group, name);
const lines = (folder: string) => readJournal(journalFile(folder)).lines;
const endOf = (folder: string) => {
  const end = lines(folder).at(-1);
  assert.ok(end?.type === 'end', JSON.stringify(end));
  return end;
};
const cohortSizes = (folder: string) =>
  lines(folder).flatMap((line) =>
    line.type === 'event' && line.kind === 'cohort'
      ? [(line.data as { students: number }).students]
      : [],
  );

describe('a cohort', () => {
  let trials: Readonly<Record<string, TinyTrial>>;
  let alone: Readonly<Record<string, unknown>>;

  /** Requests of some of the trials in folders of their own. */
  const requests = (group: string, names: readonly string[]) =>
    Promise.all(
      names.map((name) => writeRequest(folderOf(group, name), trials[name] as TinyTrial)),
    );
  const assertAlike = (group: string, names: readonly string[]) => {
    for (const name of names) {
      assert.deepEqual(measured(folderOf(group, name)), alone[name], `${group}: ${name}`);
    }
  };

  before(async () => {
    const teacher = folderOf('teacher', 'resnet8');
    const made = await startWorker(await writeRequest(teacher, { recipe: { epochs: 1 } }));
    assert.equal(made.exitCode, 0, made.stderr);
    const learns = { teacher: { model: 'resnet8', weights: modelFile(teacher) } };
    const optimizer = {
      kind: 'sgd',
      lr: 1e30,
      momentum: 0.9,
      nesterov: false,
      weightDecay: 0,
    } as const;
    trials = {
      kd: { ...learns, method: 'kd' },
      // A learnable temperature and a schedule of its own: more state than plain KD.
      ctkd: { ...learns, method: 'kd+ctkd' },
      // Another network and another optimizer on the same batches.
      dkd: {
        ...learns,
        method: 'dkd',
        model: 'resnet14',
        recipe: { optimizer: { ...optimizer, lr: 0.02 } },
      },
      diverging: { ...learns, method: 'kd+sdd', recipe: { optimizer } },
    };
    alone = Object.fromEntries(
      await Promise.all(
        Object.entries(trials).map(async ([name, trial]) => {
          const folder = folderOf('alone', name);
          await startWorker(await writeRequest(folder, trial));
          return [name, measured(folder)] as const;
        }),
      ),
    );
  });

  it('of three gives each the metrics, losses and weights that it has alone', async () => {
    const names = ['kd', 'ctkd', 'dkd'];
    const result = await startWorker(...(await requests('together', names)));
    assert.equal(result.exitCode, 0, result.stderr);
    assertAlike('together', names);
    for (const name of names) {
      const folder = folderOf('together', name);
      assert.deepEqual(cohortSizes(folder), [3]);
      const epochs = lines(folder).filter((line) => line.type === 'epoch');
      assert.deepEqual(
        epochs.map(({ students }) => students),
        [3, 3, 3, 3],
      );
    }
    const epoch = lines(folderOf('alone', 'kd')).find((line) => line.type === 'epoch');
    assert.ok(epoch?.type === 'epoch' && epoch.students === undefined);
  });

  it('parts from a trial that diverges, and the others go on as if it had never been there', async () => {
    const names = ['kd', 'diverging', 'ctkd'];
    const result = await startWorker(...(await requests('parting', names)));
    assert.equal(result.exitCode, 1, result.stderr);
    assertAlike('parting', names);
    assert.equal(endOf(folderOf('parting', 'diverging')).state, 'diverged');
    for (const name of ['kd', 'ctkd']) {
      assert.equal(endOf(folderOf('parting', name)).state, 'completed');
      assert.deepEqual(cohortSizes(folderOf('parting', name)), [3, 2]);
    }
  });

  it('killed at any moment goes on, its members in step again, to the same bits', async () => {
    const names = ['kd', 'ctkd', 'dkd'];
    const paths = await requests('killed', names);
    const moments = RandomStream.named(11, 'cohort kills');
    let kills = 0;
    for (let round = 0; round < 6; round += 1) {
      const worker = startWorker(...paths);
      const delay = moments.below(2500);
      worker.stdout.once('data', () => void sleep(delay).then(() => worker.kill('SIGKILL')));
      const result = await worker;
      if (result.signal === 'SIGKILL') kills += 1;
      else break;
    }
    assert.ok(kills > 0);
    await startWorker(...paths);
    assertAlike('killed', names);
  });

  it('takes in members at other places of the training when the others have come there', async () => {
    // One has two epochs behind it, one is complete but for its end, two have not begun.
    const names = ['kd', 'ctkd', 'dkd'];
    const paths = await requests('apart', names);
    const worker = startWorker(paths[0] as string);
    worker.stdout.on('data', (text: Buffer) => {
      if (/"type":"epoch".*"epoch":2/.test(text.toString())) worker.kill('SIGTERM');
    });
    assert.equal((await worker).exitCode, 130);
    cpSync(folderOf('alone', 'ctkd'), folderOf('apart', 'ctkd'), { recursive: true });
    rmSync(journalFile(folderOf('apart', 'ctkd')));
    const result = await startWorker(...paths);
    assert.equal(result.exitCode, 0, result.stderr);
    const weights = (name: string) => endOf(folderOf('apart', name)).weights;
    for (const name of names) {
      assert.equal(weights(name), endOf(folderOf('alone', name)).weights, name);
    }
    assert.deepEqual(measured(folderOf('apart', 'kd')), alone['kd']);
    assert.deepEqual(cohortSizes(folderOf('apart', 'dkd')), [2, 3]);
  });

  it('asked to stop, writes a checkpoint of each and goes on from there', async () => {
    const names = ['kd', 'ctkd'];
    const paths = await requests('stopped', names);
    const worker = startWorker(...paths);
    worker.stdout.once('data', () => worker.kill('SIGTERM'));
    assert.equal((await worker).exitCode, 130);
    for (const name of names) assert.equal(endOf(folderOf('stopped', name)).state, 'cancelled');
    assert.equal((await startWorker(...paths)).exitCode, 0);
    assertAlike('stopped', names);
  });

  it('whose members cannot all be trained is parted until only the faulty one has failed', async () => {
    const names = ['kd', 'ctkd', 'dkd'];
    const paths = await requests('faulty', names);
    // FitNet's hint is of a layer that these networks have not.
    paths.splice(
      1,
      0,
      await writeRequest(folderOf('faulty', 'unfit'), {
        ...trials['kd'],
        method: 'fitnet',
        hyper: { hintLayer: 4 },
      }),
    );
    const result = await startWorker(...paths);
    assert.equal(result.exitCode, 1, result.stderr);
    assertAlike('faulty', names);
    assert.equal(endOf(folderOf('faulty', 'unfit')).state, 'failed');
  });

  it('trains one by one those that do not share their batches', async () => {
    const paths = await requests('strangers', ['kd']);
    const stranger = folderOf('strangers', 'other');
    paths.push(await writeRequest(stranger, { ...trials['ctkd'], recipe: { batchSize: 16 } }));
    const result = await startWorker(...paths);
    assert.equal(result.exitCode, 0, result.stderr);
    assertAlike('strangers', ['kd']);
    assert.deepEqual(cohortSizes(stranger), []);
  });
});
