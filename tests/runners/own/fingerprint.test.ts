import '../../../runners/distillers/all.ts';
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { KindsOfTrial } from '../../../runners/training/fingerprint/kinds-used.ts';
import { numerics } from '../../../runners/training/fingerprint/numerics.ts';
import { ownClosure } from '../../../runners/training/fingerprint/own-closure.ts';
import { numericsChanges } from '../../../runners/training/fingerprint/record.ts';
import { cosine, write } from '../../app/own/repository.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { overlay, thisCheckout } from '../training/fingerprint/checkouts.ts';

const conditions = {
  tensorflow: '2.21.0',
  threads: { intra: 1, inter: 1 },
  device: 'cpu',
  mode: 'recorded',
} as const;
const entry = 'methods/cosine.ts';
const closureOf = (folder: string) => ownClosure(join(folder, entry), entry);
const trainedWith = (method: string): KindsOfTrial => ({
  task: 'classification',
  method,
  model: 'resnet8',
  teacher: { model: 'resnet20' },
  data: { dataset: 'embedded-small' },
});
const trial = trainedWith('cosine');
const of = (folder: string, checkout = thisCheckout) =>
  numerics(conditions, trial, checkout, [closureOf(folder)]);

describe("the fingerprint of a trial with a user's method", () => {
  it('has the files that it imports, in their place in the repository', (t) => {
    const folder = temporaryFolder(t);
    write(folder, { ...cosine('cosine'), 'package.json': '{}', 'methods/other.ts': 'export {};' });
    const { record } = of(folder);
    const own = Object.keys(record.files).filter((path) => path.startsWith('own:'));
    assert.deepEqual(own, ['own:methods/cosine.ts', 'own:methods/cosines.ts']);
    // What it takes from Redistill counts as well.
    assert.ok('runners/api/index.ts' in record.files);
    assert.ok('runners/distillers/feature-ops.ts' in record.files);
  });

  it('does not change with the place of the repository, comments and unrelated files', (t) => {
    const [folder, moved] = [temporaryFolder(t), join(temporaryFolder(t), 'deeper/still')];
    write(folder, { ...cosine('cosine'), 'package.json': '{}' });
    cpSync(folder, moved, { recursive: true });
    write(moved, { 'methods/unrelated.ts': 'export const a = 1;', 'README.md': 'read me' });
    const file = join(moved, 'methods/cosines.ts');
    write(moved, { 'methods/cosines.ts': `// A comment.\n${readFileSync(file, 'utf8')}` });
    assert.equal(of(folder).fingerprint, of(moved).fingerprint);
  });

  it('changes with the method and with what it imports, and says by which file', (t) => {
    const [folder, edited] = [temporaryFolder(t), temporaryFolder(t)];
    write(folder, { ...cosine('cosine'), 'package.json': '{}' });
    write(edited, { ...cosine('cosine'), 'package.json': '{}' });
    const text = readFileSync(join(edited, 'methods/cosines.ts'), 'utf8');
    write(edited, { 'methods/cosines.ts': text.replace('tf.sum', '- tf.sum') });
    const [before, after] = [of(folder), of(edited)];
    assert.notEqual(before.fingerprint, after.fingerprint);
    assert.deepEqual(numericsChanges(before.record, after.record), ['own:methods/cosines.ts']);
  });

  it('changes with what it takes from Redistill, and not with the rest of it', (t) => {
    const folder = temporaryFolder(t);
    write(folder, cosine('cosine'));
    const before = of(folder).fingerprint;
    const edited = (path: string) =>
      overlay(thisCheckout, {
        [path]: `${new TextDecoder().decode(thisCheckout.read(path))}\nexport const edited = 1;\n`,
      });
    assert.notEqual(of(folder, edited('runners/distillers/feature-ops.ts')).fingerprint, before);
    for (const path of ['app/run.ts', 'runners/distillers/crd.ts', 'reports/format.ts']) {
      assert.equal(of(folder, edited(path)).fingerprint, before, path);
    }
  });

  it('pins the packages of the repository by its own lock file', (t) => {
    const folder = temporaryFolder(t);
    write(folder, cosine('cosine'));
    const method = readFileSync(join(folder, entry), 'utf8');
    const lock = (version: string) =>
      JSON.stringify({ packages: { 'node_modules/tiny': { version, integrity: 'sha512-a' } } });
    write(folder, { [entry]: `import 'tiny';\n${method}`, 'package-lock.json': lock('1.0.0') });
    const before = of(folder);
    write(folder, { 'package-lock.json': lock('1.0.1') });
    const after = of(folder);
    assert.deepEqual(numericsChanges(before.record, after.record), ['tiny 1.0.0 -> 1.0.1']);
  });

  it('leaves trials of our methods alone', () => {
    const kd = trainedWith('kd');
    const plain = numerics(conditions, kd, thisCheckout);
    assert.equal(numerics(conditions, kd, thisCheckout, []).fingerprint, plain.fingerprint);
    assert.ok(!('runners/api/index.ts' in plain.record.files));
    assert.ok(
      !Object.keys(plain.record.files).some((path) => path.startsWith('runners/training/own')),
    );
  });
});
