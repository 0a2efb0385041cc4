import '../../runners/networks/all.ts';
/*
 * Fault 10: a teacher changed by one byte does not teach. A changed data set:
 * tests/runners/data/registry.test.ts, tests/runners/training/worker.test.ts; a teacher below its
 * accuracy: tests/runners/executors/local.test.ts.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../common/canonical.ts';
import { JournalWriter, readJournal } from '../../contract/journal.ts';
import { journalFile, modelFile } from '../../contract/paths.ts';
import type { TeacherRef } from '../../contract/spec.ts';
import { encodeSafetensors } from '../../runners/formats/safetensors.ts';
import { initialState } from '../../runners/networks/init.ts';
import { createNetwork } from '../../runners/networks/registry.ts';
import { checkTeacherFile } from '../../runners/training/teacher-file.ts';
import { torchTensors, weightsHash } from '../../runners/weights/network-state.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { startWorker, writeRequest } from '../runners/training/workers.ts';

const trained: TeacherRef = { kind: 'trial', model: 'resnet8', trial: '0'.repeat(16) };

/**
 * The folder of a teacher that completed, as its worker leaves it. Returns the file of its weights.
 */
function completedTeacher(folder: string): string {
  const { params } = createNetwork('resnet8', { classes: 100 });
  const tensors = torchTensors(params, initialState(params, 1));
  mkdirSync(folder, { recursive: true });
  const { writer } = JournalWriter.open(journalFile(folder), () => '2026-01-02T03:04:05.678Z');
  const weights = weightsHash(tensors);
  writer.append({ type: 'end', state: 'completed', reason: '4 epochs', weights, seconds: 1 });
  writer.close();
  writeFileSync(modelFile(folder), encodeSafetensors({ tensors, metadata: { format: 'pt' } }));
  return modelFile(folder);
}

function flipLastBit(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  writeFileSync(file, bytes);
}

test('a trained teacher must be the one whose weights its journal ends with', (t) => {
  const file = completedTeacher(join(temporaryFolder(t), 'teacher'));
  checkTeacherFile(file, trained);
  flipLastBit(file);
  assert.throws(() => checkTeacherFile(file, trained), {
    code: 'TEACHER_CHANGED',
    message:
      /^The teacher resnet8 in .*model\.safetensors is not the one that was measured: its hash is [0-9a-f]{12}, not [0-9a-f]{12}\.$/,
  });
});

test('a teacher without a completed run beside it does not teach', (t) => {
  const file = completedTeacher(join(temporaryFolder(t), 'teacher'));
  writeFileSync(journalFile(join(file, '..')), '');
  assert.throws(() => checkTeacherFile(file, trained), {
    code: 'TEACHER_CHANGED',
    message: /not known\.$/,
  });
});

test('an imported teacher must be the file that the trial names', (t) => {
  const file = completedTeacher(join(temporaryFolder(t), 'teacher'));
  const imported = {
    kind: 'checkpoint',
    model: 'resnet8',
    sha256: sha256(readFileSync(file)),
  } as const;
  checkTeacherFile(file, imported);
  flipLastBit(file);
  assert.throws(() => checkTeacherFile(file, imported), { code: 'TEACHER_CHANGED' });
});

test('a worker refuses such a teacher before it trains a step', async (t) => {
  const root = temporaryFolder(t);
  const weights = completedTeacher(join(root, 'teacher'));
  flipLastBit(weights);
  const folder = join(root, 'student');
  const request = await writeRequest(folder, {
    method: 'kd',
    teacher: { model: 'resnet8', weights },
  });
  const { exitCode, stderr } = await startWorker(request);
  assert.equal(exitCode, 1);
  assert.match(stderr, /TEACHER_CHANGED/);
  const types = readJournal(journalFile(folder)).lines.map(({ type }) => type);
  assert.deepEqual(types, ['header', 'end']);
});
