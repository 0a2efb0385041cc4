import '../../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sha256 } from '../../../../common/canonical.ts';
import { encodeSafetensors, readSafetensors } from '../../../../runners/formats/safetensors.ts';
import { initialState } from '../../../../runners/networks/init.ts';
import { createNetwork } from '../../../../runners/networks/registry.ts';
import { findCheckpoint } from '../../../../runners/weights/checkpoints/store.ts';
import { torchTensors } from '../../../../runners/weights/network-state.ts';
import {
  bringCheckpoint,
  importReleasedTeacher,
  presentReleasedTeacher,
  type StorableRelease,
} from '../../../../runners/weights/teachers/store.ts';
import { temporaryFolder } from '../../../results/temporary.ts';

const network = createNetwork('resnet8', { classes: 5 });

function given(t: TestContext, seed = 4) {
  const folder = temporaryFolder(t);
  const file = join(folder, 'ckpt.safetensors');
  const tensors = torchTensors(network.params, initialState(network.params, seed));
  writeFileSync(file, encodeSafetensors({ tensors, metadata: {} }));
  return { file, folder, environment: { REDISTILL_CACHE: join(folder, 'cache') } };
}

const release = (sha256Prefix: string | null = null): StorableRelease => ({
  id: 'theirs',
  normalisation: 'cifar100-repdistiller',
  files: [
    { sha256Prefix, members: null, teacher: { model: 'resnet8', unfit: null } },
    { sha256Prefix: null, members: [{ model: 'resnet20', unfit: 'it is wider' }], teacher: null },
  ],
});

test('a released teacher is imported once for every workspace, in the normalisation of its release', (t) => {
  const { file, folder, environment } = given(t);
  assert.equal(presentReleasedTeacher('theirs', 'resnet8', environment), null);
  const imported = importReleasedTeacher(file, release(), 'resnet8', environment);
  const record = presentReleasedTeacher('theirs', 'resnet8', environment);
  assert.equal(record?.sha256, imported.sha256);
  assert.equal(record?.sourceSha256, sha256(readFileSync(file)));
  assert.equal(readSafetensors(imported.file).metadata['normalisation'], 'cifar100-repdistiller');
  const workspace = join(folder, 'workspace');
  bringCheckpoint(workspace, imported.sha256, environment);
  const own = findCheckpoint(workspace, imported.sha256);
  assert.deepEqual(readFileSync(own), readFileSync(imported.file));
  assert.ok(existsSync(own.replace(/safetensors$/, 'json')));
});

test('other weights of a release become its teacher, and the earlier stay for their trials', (t) => {
  const { file, folder, environment } = given(t);
  const first = importReleasedTeacher(file, release(), 'resnet8', environment);
  const second = importReleasedTeacher(given(t, 5).file, release(), 'resnet8', environment);
  assert.notEqual(second.sha256, first.sha256);
  assert.equal(presentReleasedTeacher('theirs', 'resnet8', environment)?.sha256, second.sha256);
  bringCheckpoint(join(folder, 'old'), first.sha256, environment);
  assert.ok(findCheckpoint(join(folder, 'old'), first.sha256));
});

test('a file that its release contradicts, a network that it has not and one that does not fit are refused', (t) => {
  const { file, environment } = given(t);
  const refused = (of: StorableRelease, model: string, code: string, message: RegExp) =>
    assert.throws(() => importReleasedTeacher(file, of, model, environment), { code, message });
  refused(
    release('00000000'),
    'resnet8',
    'DATA_CHECKSUM',
    /begins with [0-9a-f]{8}, that of theirs/,
  );
  refused(release(), 'vgg8', 'TEACHER_UNKNOWN', /no teacher vgg8/);
  refused(release(), 'resnet20', 'TEACHER_UNFIT', /it is wider/);
  assert.equal(presentReleasedTeacher('theirs', 'resnet8', environment), null);
});

test('a damaged record is told by its path; weights that were removed are not here', (t) => {
  const { file, environment } = given(t);
  const { file: stored } = importReleasedTeacher(file, release(), 'resnet8', environment);
  const record = join(environment.REDISTILL_CACHE, 'teachers', 'theirs', 'resnet8.json');
  assert.ok(existsSync(record) && existsSync(stored));
  writeFileSync(record, '{"release": "theirs"');
  assert.throws(() => presentReleasedTeacher('theirs', 'resnet8', environment), {
    code: 'TEACHER_RECORD',
    message: /resnet8\.json does not say/,
  });
});
