import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { parseHTML } from 'linkedom';
import { gpuCheckParts } from '../../app/gpu-check/parts.ts';
import { compareTrained, type Trained } from '../../app/gpu-check/trainings.ts';
import { gpuCheck } from '../../app/gpu-check.ts';
import { recordProblem } from '../../contract/record-problem.ts';
import type { TrialId } from '../../contract/spec.ts';
import { usesGpu } from '../../runners/engine/tensorflow.ts';
import { temporaryFolder } from '../results/temporary.ts';

const about = 'A part of a test.';
let finished = 0;
gpuCheckParts.add(
  'test-throws',
  {
    ...{ title: 'Throws', about, limit: 10 },
    run: () => Promise.reject(new Error('the <b>kernel</b> is missing')),
  },
  'a test',
);
gpuCheckParts.add(
  'test-hangs',
  {
    ...{ title: 'Hangs', about, limit: 0.02 },
    async run({ signal }) {
      await pause(60_000, undefined, { signal });
      finished += 1;
      return { passed: true, sentence: 'never', figures: [] };
    },
  },
  'a test',
);
gpuCheckParts.add(
  'test-works',
  {
    ...{ title: 'Works', about, limit: 10 },
    async run({ folder, device }) {
      writeFileSync(join(folder, 'left-behind'), '');
      return {
        passed: existsSync(folder),
        sentence: `on the ${device}, in ${folder}`,
        figures: [
          { name: 'step', value: 2, unit: 'ms', peer: 3 },
          { name: 'no number', value: Number.POSITIVE_INFINITY, unit: '1', peer: null },
        ],
      };
    },
  },
  'a test',
);

describe('gpu-check', () => {
  it('goes on after a part that fails and one that takes too long, and writes a page and its JSON', async (t) => {
    const workspace = temporaryFolder(t);
    const only = ['test-works', 'test-hangs', 'test-throws'];
    const { record, page, json } = await gpuCheck({ device: 'cpu', only, workspace });
    const told = record.parts.map(({ id, result, sentence }) => [id, result, sentence]);
    const [, , [, , place]] = told as [unknown, unknown, [string, string, string]];
    assert.deepEqual(told, [
      ['test-hangs', 'failed', 'It took longer than its limit of 0.1 s.'],
      ['test-throws', 'failed', 'the <b>kernel</b> is missing'],
      ['test-works', 'passed', place],
    ]);
    assert.equal(finished, 0);
    const [, folder] = /^on the cpu, in (.+)$/.exec(place) as unknown as [string, string];
    assert.ok(!existsSync(folder), 'what a part wrote is gone');
    assert.deepEqual(JSON.parse(readFileSync(json, 'utf8')), record);
    assert.equal(recordProblem('gpuCheck', record), null);
    assert.deepEqual(
      record.parts.at(-1)?.figures.map(({ name }) => name),
      ['step'],
      'what JSON cannot say is left out',
    );
    const { document } = parseHTML(readFileSync(page, 'utf8'));
    assert.match(document.querySelector('.lead')?.textContent ?? '', /nothing of a GPU/);
    const texts = (selector: string) =>
      [...document.querySelectorAll(selector)].map(({ textContent }) => textContent?.trim());
    assert.deepEqual(texts('section h2'), ['Hangs', 'Throws', 'Works']);
    assert.deepEqual(
      texts('section .badge').map((text) => text?.slice(2)),
      ['failed', 'failed', 'passed'],
    );
    assert.equal(document.querySelectorAll('section b').length, 0, 'messages are escaped');
    assert.match(texts('section table tbody tr').join(), /step.*2 ms.*3 ms.*1\.50/s);
    for (const file of texts('a[href$=".json"]')) assert.equal(file, 'gpu-check.json');
    assert.ok(existsSync(join(workspace, 'gpu-check/assets/site.css')));
  });

  it('says where there is no GPU that nothing is shown of one, and runs no part', async (t) => {
    if (usesGpu()) return t.skip('This machine has a GPU.');
    const workspace = temporaryFolder(t);
    const { record, page } = await gpuCheck({ only: ['test-works', 'doctor'], workspace });
    assert.deepEqual([record.device, record.gpuSeen, record.environment.gpu], ['gpu', false, null]);
    const [doctor, works] = record.parts;
    assert.deepEqual([doctor?.id, doctor?.result], ['doctor', 'failed']);
    assert.match(doctor?.sentence ?? '', /^TensorFlow sees no GPU here\. .*(driver|TF=cuda)/);
    assert.deepEqual(
      [works?.result, works?.sentence, works?.figures],
      ['not-shown', 'TensorFlow sees no GPU on this machine.', []],
    );
    assert.match(readFileSync(page, 'utf8'), /TensorFlow saw no GPU on this machine/);
  });

  it('stops where its caller stops it', async (t) => {
    const stopped = AbortSignal.timeout(300);
    const workspace = temporaryFolder(t);
    await assert.rejects(
      gpuCheck({ device: 'cpu', only: ['test-hangs', 'steps'], workspace }, { signal: stopped }),
      { name: 'TimeoutError' },
    );
    assert.ok(!existsSync(join(workspace, 'gpu-check')));
  });

  it('says at once that a folder holds something else, and leaves it alone', async (t) => {
    const workspace = temporaryFolder(t);
    const out = join(workspace, 'mine');
    mkdirSync(out);
    writeFileSync(join(out, 'notes.txt'), 'mine');
    const begun = new Set<string>();
    const onPart = (title: string) => begun.add(title);
    const check = gpuCheck({ device: 'cpu', only: ['test-works'], workspace, out }, { onPart });
    await assert.rejects(check, { code: 'REPORT_OUT' });
    assert.equal(begun.size, 0);
    assert.deepEqual(readdirSync(out), ['notes.txt']);
  });

  it('has no part of an unknown name', async () => {
    await assert.rejects(gpuCheck({ only: ['cohorts'] }), {
      code: 'GPU_CHECK_PART',
      hint: 'Did you mean "cohort"?',
    });
  });

  it('promises ten minutes', async () => {
    const ids = gpuCheckParts.ids.filter((id) => !id.startsWith('test-'));
    const parts = await gpuCheckParts.load(ids);
    const limits = parts.reduce((sum, { limit }) => sum + limit, 0);
    assert.ok(limits <= 600, `${limits} s at the very most`);
  });

  it('resumes what was killed, in real processes on the CPU', async (t) => {
    const workspace = temporaryFolder(t);
    const { record } = await gpuCheck({ device: 'cpu', only: ['resume'], workspace });
    const [part] = record.parts;
    assert.equal(part?.result, 'passed', part?.sentence);
    const figures = Object.fromEntries(
      (part?.figures ?? []).map(({ name, value }) => [name, value]),
    );
    assert.ok((figures['resumes'] as number) >= 1);
    assert.equal(figures['largest difference in the first steps'], 0);
  });
});

describe('trainings of gpu-check', () => {
  const one = (values: Partial<Trained> = {}): ReadonlyMap<TrialId, Trained> => {
    const trained: Trained = {
      ...{ trial: 'a' as TrialId, name: 'kd seed 1', completed: true, reason: '10 epochs' },
      ...{ losses: [2, 1], lastLoss: 1, weights: 'w', students: 1, resumes: 0 },
      ...values,
    };
    return new Map([[trained.trial, trained]]);
  };
  const problem = (device: 'cpu' | 'gpu', other: Partial<Trained>) =>
    compareTrained(device, one(), one(other)).problem;

  it('agree on a CPU where their weights are equal, on a GPU where first steps are near', () => {
    assert.equal(problem('cpu', {}), null);
    assert.match(problem('cpu', { weights: 'v' }) ?? '', /kd seed 1: the weights differ/);
    assert.equal(problem('gpu', { weights: 'v', losses: [2, 1.0009] }), null);
    assert.match(problem('gpu', { losses: [2, 1.002] }) ?? '', /first 2 steps differ by 2\.0e-3/);
  });

  it('do not agree where one is missing, broken or lost its numbers', () => {
    for (const device of ['cpu', 'gpu'] as const) {
      assert.match(problem(device, { completed: false, reason: 'no memory' }) ?? '', /no memory/);
      assert.match(problem(device, { trial: 'b' as TrialId }) ?? '', /kd seed 1/);
    }
    assert.match(problem('gpu', { losses: [2] }) ?? '', /differ/);
    assert.match(problem('gpu', { losses: [2, Number.NaN] }) ?? '', /differ/);
    assert.ok(compareTrained('gpu', new Map(), new Map()).problem !== null);
  });
});
