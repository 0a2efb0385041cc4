import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashJson } from '../../../common/canonical.ts';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile, modelFile } from '../../../contract/paths.ts';
import type { KeptOutputs } from '../../../contract/request.ts';
import { measured, startWorker, type TinyTrial, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-kept-'));
const folderOf = (...names: readonly string[]) => join(root, ...names);
const lines = (folder: string) => readJournal(journalFile(folder)).lines;
const reports = (folder: string) =>
  lines(folder).flatMap((line) => (line.type === 'epoch' ? [line.teacherOutputs] : []));
const notes = (folder: string) =>
  lines(folder).flatMap((line) =>
    line.type === 'event' && line.kind === 'teacher-outputs' ? [line.message] : [],
  );

/** Many views of few pictures: a padding of 1 and mirrors are 18, so that some come again. */
const recipe = { epochs: 4, augmentation: { crop: { padding: 1 }, flip: true } } as const;

const asked = (name: string, changes: Partial<KeptOutputs> = {}): KeptOutputs => ({
  folder: folderOf('stores', name),
  limitBytes: 2 ** 30,
  patches: false,
  fingerprint: 'e'.repeat(64),
  ...changes,
});

async function trained(folder: string, ...trials: readonly TinyTrial[]) {
  const folders = trials.map((_, index) => folderOf(folder, String(index)));
  const requests = await Promise.all(
    trials.map((trial, index) => writeRequest(folders[index] as string, { recipe, ...trial })),
  );
  const { exitCode, stderr } = await startWorker(...requests);
  assert.equal(exitCode, 0, stderr);
  return folders;
}

describe('kept outputs of a teacher', () => {
  let kd: TinyTrial;
  let ctkd: TinyTrial;
  /** What trainings that compute every output come to. */
  let plain: Readonly<Record<'kd' | 'ctkd', unknown>>;

  before(async () => {
    const [folder] = await trained('teacher', { recipe: { epochs: 1 }, seed: 7 });
    const learns = { teacher: { model: 'resnet8', weights: modelFile(folder as string) } };
    kd = { ...learns, method: 'kd' };
    ctkd = { ...learns, method: 'kd+ctkd' };
    const [first, second] = await trained('plain', kd, ctkd);
    plain = { kd: measured(first as string), ctkd: measured(second as string) };
  });

  it('give the losses, weights and metrics of a training that computes them', async () => {
    const kept: TinyTrial = { ...kd, keptOutputs: asked('shared') };
    const [first] = await trained('first', kept);
    assert.deepEqual(measured(first as string), plain.kd);
    assert.deepEqual(notes(first as string), [
      "the teacher's outputs are kept, for 150 of 150 pictures",
    ]);
    const [epoch1, , , epoch4] = reports(first as string);
    assert.deepEqual([epoch1?.kept, epoch1?.computed, epoch1?.passes], [0, 150, 5]);
    assert.ok((epoch4?.kept ?? 0) > 10, 'some views come again');
    // Another method, and the same pictures: nothing is computed.
    const [second] = await trained('second', { ...ctkd, keptOutputs: asked('shared') });
    assert.deepEqual(measured(second as string), plain.ctkd);
    for (const again of reports(second as string)) {
      assert.deepEqual([again?.kept, again?.computed, again?.passes], [150, 0, 0]);
    }
  });

  it('are the same for cohorts, two processes at once, and one of them killed', async () => {
    const kept = (trial: TinyTrial): TinyTrial => ({
      ...trial,
      keptOutputs: asked('busy'),
      recipe,
    });
    const together = ['0', '1'].map((name) => folderOf('together', name));
    const alone = folderOf('killed', '0');
    const cohort = startWorker(
      await writeRequest(together[0] as string, kept(kd)),
      await writeRequest(together[1] as string, kept(ctkd)),
    );
    const request = await writeRequest(alone, kept(kd));
    const killed = startWorker(request);
    while (!existsSync(journalFile(alone)) || reports(alone).length < 2) await sleep(20);
    killed.kill('SIGKILL');
    await killed;
    assert.equal((await cohort).exitCode, 0);
    const resumed = await startWorker(request);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
    assert.deepEqual(measured(alone), plain.kd);
    assert.deepEqual(measured(together[0] as string), plain.kd);
    assert.deepEqual(measured(together[1] as string), plain.ctkd);
    for (const folder of [alone, ...together]) {
      assert.equal(
        reports(folder).reduce((sum, each) => sum + (each?.damaged ?? 1), 0),
        0,
      );
    }
  });

  it('that are damaged are computed again, and the journal says so', async () => {
    const kept: TinyTrial = { ...kd, keptOutputs: asked('damaged') };
    await trained('made', kept);
    const [store] = readdirSync(folderOf('stores', 'damaged'));
    const file = folderOf('stores', 'damaged', store as string, 'entries.bin');
    const bytes = readFileSync(file);
    // Every second page loses a bit of every byte, as a bad disk might have it.
    for (let at = 0; at < bytes.length; at += 1) {
      if (at % 8192 < 4096 && bytes[at] !== 0) bytes[at] = (bytes[at] as number) ^ 4;
    }
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 2) + 100));
    const [folder] = await trained('mended', kept);
    assert.deepEqual(measured(folder as string), plain.kd);
    const [epoch] = reports(folder as string);
    assert.ok((epoch?.damaged ?? 0) > 10 && (epoch?.damaged ?? 0) <= (epoch?.computed ?? 0));
    assert.match(
      notes(folder as string).join(),
      /did not have their checksum and were computed again/,
    );
    const [after] = await trained('after', kept);
    assert.equal(reports(after as string)[0]?.damaged, 0);
  });

  it('of a machine with other bits are not used', async () => {
    const kept: TinyTrial = { ...kd, keptOutputs: asked('foreign') };
    await trained('home', kept);
    const [name] = readdirSync(folderOf('stores', 'foreign'));
    const store = folderOf('stores', 'foreign', name as string);
    rewriteAsAnother(store);
    const [folder] = await trained('abroad', kept);
    assert.deepEqual(measured(folder as string), plain.kd);
    assert.match(notes(folder as string).join(), /not those that this machine computes/);
    assert.deepEqual(reports(folder as string), [undefined, undefined, undefined, undefined]);
  });

  it('are not used by a method that reads more than logits', async () => {
    const [folder] = await trained('features', { ...kd, method: 'at', keptOutputs: asked('at') });
    assert.match(
      notes(folder as string).join(),
      /computed in every step: at reads more than logits/,
    );
    assert.equal(reports(folder as string)[0], undefined);
  });
});

/** Entries with sound checksums whose values are off by a bit. */
function rewriteAsAnother(store: string): void {
  const { key } = JSON.parse(readFileSync(join(store, 'store.json'), 'utf8'));
  const identity = Buffer.from(hashJson({ formatVersion: 1, ...key }), 'hex');
  const file = join(store, 'entries.bin');
  const bytes = readFileSync(file);
  const size = 16 + 4 * key.classes;
  for (let place = 0; (place + 1) * size <= bytes.length; place += 1) {
    const slot = bytes.subarray(place * size, (place + 1) * size);
    if (slot.every((byte) => byte === 0)) continue;
    slot[16] = (slot[16] as number) ^ 1;
    const at = Buffer.alloc(8);
    at.writeBigUInt64LE(BigInt(place));
    const digest = createHash('sha256').update(identity).update(at).update(slot.subarray(16));
    digest.digest().copy(slot, 0, 0, 16);
  }
  writeFileSync(file, bytes);
}
