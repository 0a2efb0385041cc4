/*
 * Fault 3: the newest checkpoint is damaged: it is refused, the one before is used, and the loss is
 * said.
 */
import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readJournal } from '../../contract/journal.ts';
import type { JournalLine } from '../../contract/journal-types.ts';
import { journalFile } from '../../contract/paths.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { measured, startWorker, writeRequest } from '../runners/training/workers.ts';

const damages: Readonly<Record<string, (file: string) => void>> = {
  'cut short': (file) => truncateSync(file, readFileSync(file).length - 1),
  'with a flipped bit': (file) => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    writeFileSync(file, bytes);
  },
};

test('a damaged checkpoint costs the epochs since the one before, and nothing else', async (t) => {
  const root = temporaryFolder(t);
  const trial = { recipe: { epochs: 3 } };
  const request = await writeRequest(join(root, 'undisturbed'), trial);
  assert.equal((await startWorker(request)).exitCode, 0);

  for (const [name, damage] of Object.entries(damages)) {
    const folder = join(root, name);
    const interrupted = await writeRequest(folder, trial);
    const worker = startWorker(interrupted);
    worker.stdout.on('data', (text) => {
      if (/"type":"epoch",.*"epoch":2/.test(String(text))) worker.kill('SIGKILL');
    });
    await worker;
    const before = readJournal(journalFile(folder)).lines;
    const newest = before.findLast((line) => line.type === 'checkpoint');
    assert.ok(newest !== undefined && newest.epoch >= 2, 'two epochs have their checkpoints');
    damage(join(folder, 'checkpoints', newest.file));

    const resumed = await startWorker(interrupted);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
    assert.deepEqual(measured(folder), measured(join(root, 'undisturbed')), name);
    assert.match(resumed.stdout, /"type":"lost",.*"epochs":1,"reasons":\[".*truncated or changed/);
    const after = readJournal(journalFile(folder)).lines.slice(before.length);
    const refusal = after.find((line) => line.type === 'event');
    assert.ok(refusal?.kind === 'checkpoint-refused', name);
    assert.match(refusal.message, /is truncated or changed: its checksum does not match its name/);
    const resume = after.find((line) => line.type === 'resume');
    assert.deepEqual(lossOf(resume), { epoch: newest.epoch - 1, lostEpochs: 1 }, name);
  }
});

function lossOf(line: JournalLine | undefined) {
  assert.equal(line?.type, 'resume');
  return line.type === 'resume' ? { epoch: line.epoch, lostEpochs: line.lostEpochs } : null;
}
