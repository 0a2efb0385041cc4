import '../../runners/distillers/all.ts';
import '../../runners/data/all.ts';
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkKeepOptions, checkRoom, keptOutputs } from '../../app/run/kept.ts';
import { keptSummary } from '../../app/run/kept-summary.ts';
import type { RedistillError } from '../../common/errors.ts';
import { keptFolder } from '../../contract/paths.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import { makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const conditions = { threads: { intra: 1, inter: 1 }, device: 'cpu', mode: 'recorded' } as const;

const trial = (method: string, changes: object = {}): PlannedTrial => {
  const spec = makeSpec({ seed: 1, method, hyper: {}, ...changes });
  const recipe = { ...spec.recipe, epochs: 40, augmentation: { crop: { padding: 4 }, flip: true } };
  return { id: method, spec: { ...spec, recipe }, after: [], gate: null, steps: 10 };
};

test('a run keeps outputs of the trials whose methods read logits, under one key per teacher', async () => {
  const [kd, dkd, at] = [trial('kd'), trial('dkd', { model: 'resnet20' }), trial('at')];
  const trials = [kd, dkd, at];
  const asked = { keepOutputs: 1.5 };
  const keeping = await keptOutputs('/w', asked, conditions, { trials }, new Map());
  assert.equal(keeping.of(kd), null, 'nothing was chosen yet');
  assert.deepEqual(trials.map(keeping.limits.apart as never), ['kept', 'kept', 'computed']);
  keeping.choose([[kd, dkd], [at]]);
  const [one, two] = [keeping.of(kd), keeping.of(dkd)];
  assert.deepEqual(one, two, 'students and methods share what is kept');
  assert.equal(one?.folder, keptFolder('/w'));
  assert.equal(one?.limitBytes, 1.5 * 2 ** 30);
  assert.match(one?.fingerprint ?? '', /^[0-9a-f]{64}$/);
  assert.equal(keeping.of(at), null);
  const other = trial('kd', { teacher: { kind: 'checkpoint', model: 'vgg13', sha256: '0' } });
  keeping.choose([[other]]);
  assert.notEqual(keeping.of(other)?.fingerprint, one?.fingerprint);
});

test('nothing is kept where nobody asks for it or bits are not promised', async () => {
  const trials = [trial('kd')];
  const none = async (asked: object, changes: object = {}) => {
    const keeping = await keptOutputs(
      '/w',
      asked,
      { ...conditions, ...changes },
      { trials },
      new Map(),
    );
    keeping.choose([trials]);
    return keeping.of(trials[0] as PlannedTrial) === null;
  };
  assert.ok(await none({}));
  assert.ok(await none({ keepOutputs: 1 }, { device: 'gpu' }));
  assert.ok(await none({ keepOutputs: 1 }, { mode: 'eager' }));
  assert.ok(!(await none({ keepOutputs: 1 })));
  await assert.rejects(none({ keepPatches: true }), { code: 'RUN_KEEP_OUTPUTS' });
});

test('room that is no room is refused: negative, none, too little, more than the disk has', async (t) => {
  const asked = (keepOutputs: number) => () => checkKeepOptions({ keepOutputs });
  for (const bad of [-1, Number.NaN, 1e-30]) {
    assert.throws(asked(bad), { code: 'RUN_KEEP_OUTPUTS', message: new RegExp(`${bad}`) });
  }
  for (const good of [0, 0.001, 70]) assert.doesNotThrow(asked(good));

  const workspace = temporaryFolder(t);
  const trials = [trial('kd')];
  await assert.rejects(
    keptOutputs(workspace, { keepOutputs: 1e12 }, conditions, { trials }, new Map()),
    (error: RedistillError) =>
      error.code === 'RUN_KEEP_OUTPUTS' &&
      error.message.includes(keptFolder(workspace)) &&
      /asks for 1\.00e\+12 GiB/.test(error.message) &&
      /^Give at most [\d.]+, or choose a --workspace/.test(error.hint ?? ''),
  );
  const gib = 2 ** 30;
  const folder = keptFolder(workspace);
  assert.throws(() => checkRoom(folder, 4 * gib, () => 2.55 * gib), {
    message: /asks for 4\.00 GiB, and the disk of .* has 2\.55 GiB free\.$/,
    hint: /Give at most 2\.5,/,
  });
  // What is kept already is room that it has.
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'entries.bin'), Buffer.alloc(2 ** 20, 1));
  assert.doesNotThrow(() => checkRoom(folder, 2 ** 20, () => 0));
  assert.throws(() => checkRoom(folder, 2 ** 21, () => 0), /kept already/);
});

test('a run says how many outputs were missing from epoch to epoch, a cohort once', (t) => {
  const workspace = temporaryFolder(t);
  const specs = [makeSpec({ seed: 1 }), makeSpec({ seed: 1, method: 'dkd' })];
  const outcomes = specs.map((spec) => {
    const lines = makeJournal({ spec, accuracies: [1, 2] }).map((line) =>
      line.type === 'epoch'
        ? {
            ...line,
            students: 2,
            teacherOutputs: {
              ...{ kept: line.epoch === 1 ? 0 : 60, computed: line.epoch === 1 ? 100 : 40 },
              ...{ damaged: line.epoch - 1, passes: 2, seconds: 3 },
            },
          }
        : line,
    );
    writeJournal(workspace, lines as never);
    const header = lines[0] as { readonly trial: string; readonly run: string };
    const state = 'completed' as const;
    return {
      ...{ trial: header.trial, run: header.run, reused: false, state, reason: '' },
      ...{ headline: 1, seconds: 1 },
    };
  });
  assert.equal(
    keptSummary(workspace, outcomes),
    'Outputs of teachers: 100.0 % missing in the first epoch, 40.0 % in the last, 70.0 % over all, computed in 6.0 s, 1 of them because they were damaged.',
  );
  const reused = outcomes.map((outcome) => ({ ...outcome, reused: true }));
  assert.equal(keptSummary(workspace, reused), null);
});
