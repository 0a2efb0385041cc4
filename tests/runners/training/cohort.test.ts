import assert from 'node:assert/strict';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomStream } from '../../../common/random.ts';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile, modelFile } from '../../../contract/paths.ts';
import { runFiles } from '../../../contract/request.ts';
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

  it('gives each the metrics, losses and weights that it has alone, and parts from one that diverges', async () => {
    const names = ['kd', 'diverging', 'ctkd', 'dkd'];
    const result = await startWorker(...(await requests('together', names)));
    assert.equal(result.exitCode, 1, result.stderr);
    assertAlike('together', names);
    assert.equal(endOf(folderOf('together', 'diverging')).state, 'diverged');
    for (const name of ['kd', 'ctkd', 'dkd']) {
      const folder = folderOf('together', name);
      assert.equal(endOf(folder).state, 'completed');
      assert.deepEqual(cohortSizes(folder), [4, 3]);
      const shared = lines(folder).flatMap((line) =>
        line.type === 'epoch' ? [line.students ?? 1] : [],
      );
      // The one that left was there for a few steps of the first epoch.
      assert.ok((shared[0] as number) > 3 && (shared[0] as number) < 4, `${shared[0]}`);
      assert.deepEqual(shared.slice(1), [3, 3, 3]);
    }
    const epoch = lines(folderOf('alone', 'kd')).find((line) => line.type === 'epoch');
    assert.ok(epoch?.type === 'epoch' && epoch.students === undefined);
  });

  it('killed or stopped at any moment goes on, its members in step again, to the same bits', async () => {
    const names = ['kd', 'ctkd', 'dkd'];
    const paths = await requests('killed', names);
    const moments = RandomStream.named(11, 'cohort kills');
    const signals: (string | undefined)[] = [];
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      const worker = startWorker(...paths);
      const delay = moments.below(150);
      let epochs = 0;
      worker.stdout.on('data', (text: Buffer) => {
        if (epochs === 0 && text.toString().includes('"type":"epoch"')) {
          epochs += 1;
          void sleep(delay).then(() => worker.kill(signal));
        }
      });
      const result = await worker;
      signals.push(result.signal ?? (result.exitCode === 130 ? 'SIGTERM' : 'ended'));
    }
    assert.ok(signals.includes('SIGKILL'), signals.join());
    await startWorker(...paths);
    assertAlike('killed', names);
  });

  it('takes in members at other places of the training when the others have come there', async () => {
    // One has two epochs behind it, one lacks only its end, two have not begun.
    const names = ['kd', 'ctkd', 'dkd'];
    const paths = await requests('apart', names);
    const worker = startWorker(paths[0] as string);
    worker.stdout.on('data', (text: Buffer) => {
      if (/"type":"epoch".*"epoch":2/.test(text.toString())) worker.kill('SIGTERM');
    });
    assert.equal((await worker).exitCode, 130);
    cpSync(
      join(folderOf('alone', 'ctkd'), runFiles.checkpoints),
      join(folderOf('apart', 'ctkd'), runFiles.checkpoints),
      { recursive: true },
    );
    const result = await startWorker(...paths);
    assert.equal(result.exitCode, 0, result.stderr);
    const weights = (name: string) => endOf(folderOf('apart', name)).weights;
    for (const name of names) {
      assert.equal(weights(name), endOf(folderOf('alone', name)).weights, name);
    }
    assert.deepEqual(measured(folderOf('apart', 'kd')), alone['kd']);
    assert.deepEqual(cohortSizes(folderOf('apart', 'dkd')), [2, 3]);
  });

  it('whose members cannot all be trained, or not together, is parted until only the faulty one has failed', async () => {
    const stranger = folderOf('faulty', 'stranger');
    const paths = [
      ...(await requests('faulty', ['kd', 'ctkd'])),
      // FitNet's hint is of a layer that these networks have not.
      await writeRequest(folderOf('faulty', 'unfit'), {
        ...trials['kd'],
        method: 'fitnet',
        hyper: { hintLayer: 4 },
      }),
      // Other batches than those of the others.
      await writeRequest(stranger, { ...trials['kd'], recipe: { batchSize: 50, epochs: 2 } }),
    ];
    const result = await startWorker(...paths);
    assert.equal(result.exitCode, 1, result.stderr);
    assertAlike('faulty', ['kd', 'ctkd']);
    assert.deepEqual(cohortSizes(folderOf('faulty', 'kd')), [2]);
    assert.equal(endOf(folderOf('faulty', 'unfit')).state, 'failed');
    assert.equal(endOf(stranger).state, 'completed');
    assert.deepEqual(cohortSizes(stranger), []);
  });
});
