import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { engineVersion } from '../../app/run/engine-version.ts';
import { confirmSame, presentNumerics } from '../../app/run/numerics.ts';
import { main } from '../../cli/main.ts';
import { numericsFile } from '../../contract/paths.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import type { KindsOfTrial } from '../../runners/training/fingerprint/kinds-used.ts';
import { type Numerics, numerics } from '../../runners/training/fingerprint/numerics.ts';
import type { NumericsRecord } from '../../runners/training/fingerprint/record.ts';
import { storeRecord } from '../../runners/training/fingerprint/record-store.ts';
import type { MeasuredPart } from '../../suites/measured.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const asked = ['plan', 'default@smoke'];
const convolution = 'runners/engine/ops/convolution.ts';

/** What `plan` prints and gives as JSON in a workspace. */
async function planned(workspace: string) {
  const place = { cwd: workspace, environment: process.env };
  const text = fakeContext(place);
  assert.equal(await main(asked, text), 0);
  const json = fakeContext(place);
  await main([...asked, '--json'], json);
  const [document] = json.documents as { plan: Plan; measured: MeasuredPart }[];
  return { lines: text.out, ...(document as { plan: Plan; measured: MeasuredPart }) };
}

describe('what is measured of a plan', () => {
  let nowOf: (spec: KindsOfTrial) => Numerics;
  const kd = makeSpec({ method: 'kd' });
  before(async () => {
    const threads = { intra: 1, inter: 1 };
    const conditions = { threads, device: 'cpu', mode: 'recorded' } as const;
    const tensorflow = await engineVersion();
    nowOf = (spec) => numerics({ ...conditions, tensorflow }, spec);
  });

  /** The record of a trial on an earlier day, when some things were others. */
  function earlier(
    digit: string,
    spec: KindsOfTrial,
    {
      files = {},
      ...changes
    }: { files?: NumericsRecord['files']; conditions?: object; packages?: object },
  ): NumericsRecord {
    const { record } = nowOf(spec);
    return {
      ...record,
      fingerprint: digit.repeat(64),
      files: { ...record.files, ...files },
      conditions: { ...record.conditions, ...changes.conditions },
      packages: { ...record.packages, ...changes.packages },
    };
  }

  it('is nothing in a fresh workspace', async (t) => {
    const { lines, plan, measured } = await planned(temporaryFolder(t));
    const { length } = plan.trials;
    assert.ok(
      lines.includes(
        `${length} trials: 0 measured with the present numerics, ${length} not measured.`,
      ),
    );
    assert.deepEqual(
      measured.unmeasured,
      plan.trials.map(({ id }) => id),
    );
    assert.ok(!lines.some((line) => line.startsWith('Stale')));
  });

  it('tells measured, begun, failed and stale trials apart, and says by what they are stale', async (t) => {
    const workspace = temporaryFolder(t);
    const { plan } = await planned(workspace);
    const trials = plan.trials.map(({ spec }) => spec);
    assert.ok(trials.length >= 8);
    const journal = (index: number, fingerprint: string, more = {}) => {
      const spec = trials[index];
      assert.ok(spec !== undefined);
      writeJournal(workspace, makeJournal({ spec, accuracies: [10], fingerprint, ...more }));
    };
    const failed = { end: { state: 'diverged', reason: 'Why.' } };

    const present = (index: number) => nowOf(trials[index] as TrialSpec).fingerprint;
    journal(0, present(0));
    journal(1, present(1), { end: null });
    journal(2, present(2), failed);
    const edits = {
      files: {
        [convolution]: ['0'.repeat(16), '00000000'],
        'runners/engine/ops/gone.ts': ['1'.repeat(16), '00000000'],
      },
      conditions: { threads: '4' },
      packages: { 'node_modules/protobufjs': ['2.0.0', 'xxxxxxxx'] },
    } satisfies Parameters<typeof earlier>[2];
    const [third, fourth, fifth] = [3, 4, 5].map((index) =>
      earlier(String(index), trials[index] as TrialSpec, edits),
    ) as [NumericsRecord, NumericsRecord, NumericsRecord];
    for (const record of [third, fourth, fifth]) storeRecord(workspace, record);
    journal(3, third.fingerprint);
    journal(4, fourth.fingerprint);
    const one = earlier('2', trials[5] as TrialSpec, {
      files: { [convolution]: ['0'.repeat(16), '00000000'] },
    });
    storeRecord(workspace, one);
    // Measured twice, with other numerics each time: what has changed since the later one counts.
    journal(5, fifth.fingerprint);
    journal(5, one.fingerprint, { startMinute: 600 });
    // From before records were kept.
    journal(6, '6'.repeat(64));
    // A failure with other numerics is nothing that was measured.
    journal(7, one.fingerprint, failed);

    const { lines, measured } = await planned(workspace);
    const rest = trials.length - 7;
    const protobufjs = nowOf(kd).record.packages['node_modules/protobufjs']?.[0];
    const at = lines.findIndex((line) => / measured with the present numerics/.test(line));
    assert.deepEqual(lines.slice(at, at + 4), [
      `${trials.length} trials: 1 measured with the present numerics, 1 failed, diverged or timed out, ` +
        `1 begun, 4 measured before but stale, ${rest} not measured.`,
      `Stale since measured (threads 4 -> 1; ${convolution}; runners/engine/ops/gone.ts (gone) and 1 more): 2 trials`,
      `Stale since measured (${convolution}): 1 trial`,
      'Stale since measured (an unknown file: no record of its numerics is kept): 1 trial',
    ]);
    const ids = plan.trials.map(({ id }) => id);
    assert.deepEqual(measured, {
      trials: trials.length,
      measured: [ids[0]],
      interrupted: [ids[1]],
      ended: [ids[2]],
      stale: [
        {
          changes: [
            'threads 4 -> 1',
            convolution,
            'runners/engine/ops/gone.ts (gone)',
            `protobufjs 2.0.0 -> ${protobufjs}`,
          ],
          trials: [ids[3], ids[4]],
        },
        { changes: [convolution], trials: [ids[5]] },
        { changes: ['an unknown file: no record of its numerics is kept'], trials: [ids[6]] },
      ],
      unmeasured: ids.slice(7),
    });
  });

  it('does not take a damaged record for one', async (t) => {
    const workspace = temporaryFolder(t);
    const { plan } = await planned(workspace);
    const spec = plan.trials[0]?.spec;
    assert.ok(spec !== undefined);
    const fingerprint = '4'.repeat(64);
    writeJournal(workspace, makeJournal({ spec, accuracies: [10], fingerprint }));
    const file = numericsFile(workspace, fingerprint);
    mkdirSync(dirname(file), { recursive: true });
    const whole = JSON.stringify({ ...nowOf(spec).record, fingerprint });
    for (const text of [
      '',
      whole.slice(0, 100),
      '[]',
      'null',
      JSON.stringify(nowOf(spec).record),
    ]) {
      writeFileSync(file, text);
      const { measured } = await planned(workspace);
      assert.match(measured.stale[0]?.changes.join() ?? '', /^an unknown file/, text.slice(0, 20));
    }
  });

  it('is looked at again before a worker is started', async () => {
    const threads = { intra: 1, inter: 1 };
    const all = await presentNumerics([{ spec: kd }], { threads, device: 'cpu', mode: 'recorded' });
    const present = all.of(kd);
    assert.equal(present.fingerprint, nowOf(kd).fingerprint);
    all.confirm();
    const record = earlier('5', kd, { files: { [convolution]: ['0'.repeat(16), '00000000'] } });
    const before = { fingerprint: record.fingerprint, record };
    assert.throws(() => confirmSame(before, present), {
      code: 'NUMERICS_CHANGED',
      exitCode: 3,
      message: /since this command began \(runners\/engine\/ops\/convolution\.ts\)/,
    });
  });

  it('is said first by run, which keeps the record that a later plan explains itself by', async (t) => {
    const workspace = temporaryFolder(t);
    // Stopped before the first trial: no worker is started.
    const context = fakeContext({ cwd: workspace, environment: process.env });
    const stop = new AbortController();
    const stopping = {
      ...context,
      signal: stop.signal,
      stderr(line: string) {
        context.stderr(line);
        if (/measured with the present numerics/.test(line)) stop.abort();
      },
    };
    await main(['run', 'default@smoke', '--no-report', '--workspace', workspace], stopping);
    assert.match(
      context.err.join('\n'),
      /^\d+ trials: 0 measured with the present numerics, \d+ not measured\.$/m,
    );
    const folder = join(workspace, 'runs', 'numerics');
    // One for each set of kinds among the trials.
    const { plan } = await planned(workspace);
    const numericsOfAll = plan.trials.map(({ spec }) => nowOf(spec));
    const fingerprints = new Set(numericsOfAll.map(({ fingerprint }) => fingerprint));
    assert.ok(fingerprints.size > 2);
    assert.deepEqual(
      readdirSync(folder).sort(),
      [...fingerprints].map((fingerprint) => `${fingerprint}.json`).sort(),
    );
    const { fingerprint, record } = numericsOfAll[0] as Numerics;
    assert.deepEqual(JSON.parse(readFileSync(join(folder, `${fingerprint}.json`), 'utf8')), record);
  });
});
