import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { prune } from '../../app/prune.ts';
import { main } from '../../cli/main.ts';
import { formatBytes } from '../../cli/output/bytes.ts';
import { acquireLock } from '../../common/lock.ts';
import { keptFolder, numericsFile } from '../../contract/paths.ts';
import { runFiles } from '../../contract/request.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { type JournalOptions, makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

/** A run as trainings leave it: 3000 bytes of checkpoints, 1000 of weights. */
function writeRun(workspace: string, options: Omit<JournalOptions, 'accuracies'>): string {
  const folder = dirname(writeJournal(workspace, makeJournal({ accuracies: [10], ...options })));
  mkdirSync(join(folder, runFiles.checkpoints));
  writeFileSync(join(folder, runFiles.checkpoints, 'step-1.safetensors'), Buffer.alloc(3000));
  writeFileSync(join(folder, runFiles.model), Buffer.alloc(1000));
  return folder;
}

const student = makeSpec({ seed: 1 });
const teacher = makeSpec({ role: 'teacher', method: 'none', hyper: {}, teacher: null });
const [older, newer] = ['a'.repeat(64), 'b'.repeat(64)] as const;
const has = (folder: string, name: keyof typeof runFiles) =>
  existsSync(join(folder, runFiles[name]));

/** A trial of a student and one of a teacher, each measured with older and newer numerics. */
function workspaceOf(context: TestContext) {
  const workspace = temporaryFolder(context);
  const run = (spec: typeof student, fingerprint: string, startMinute: number) =>
    writeRun(workspace, { spec, fingerprint, startMinute });
  for (const fingerprint of [older, newer, 'c'.repeat(64)]) {
    const file = numericsFile(workspace, fingerprint);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{}');
  }
  return {
    workspace,
    students: [run(student, older, 1), run(student, newer, 60)] as const,
    teachers: [run(teacher, older, 1), run(teacher, newer, 60)] as const,
  };
}

describe('prune', () => {
  test('removes kept outputs only where named, and none that a training uses', (context) => {
    const workspace = temporaryFolder(context);
    const store = (name: string, used: number) => {
      const home = join(keptFolder(workspace), name.repeat(16));
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'entries.bin'), Buffer.alloc(500));
      writeFileSync(join(home, 'store.json'), '{}');
      utimesSync(join(home, 'store.json'), used, used);
      return home;
    };
    const [idle, busy] = [store('a', 1), store('b', Date.now() / 1000)];
    prune({ workspace });
    assert.ok(existsSync(idle));
    const { pruned } = prune({ workspace, kinds: ['outputs'] });
    assert.deepEqual(pruned, [{ kind: 'outputs', path: `kept/${'a'.repeat(16)}`, bytes: 502 }]);
    assert.ok(!existsSync(idle) && existsSync(busy));
  });

  test('removes checkpoints of finished runs and weights of superseded students', (context) => {
    const { workspace, students, teachers } = workspaceOf(context);
    const { pruned } = prune({ workspace });
    assert.equal(
      pruned
        .filter(({ kind }) => kind === 'checkpoints')
        .reduce((sum, { bytes }) => sum + bytes, 0),
      4 * 3000,
    );
    for (const folder of [...students, ...teachers]) {
      assert.ok(!has(folder, 'checkpoints'));
      assert.ok(has(folder, 'journal'), 'journals stay: history and rebuilt databases need them');
    }
    assert.deepEqual(
      [...students, ...teachers].map((folder) => has(folder, 'model')),
      [false, true, true, true],
      'students of an older commit may still learn from an older teacher',
    );
    assert.ok(existsSync(numericsFile(workspace, older)));
    assert.ok(!existsSync(numericsFile(workspace, 'c'.repeat(64))), 'no run has it');
    assert.deepEqual(prune({ workspace }).pruned, [], 'nothing is left to do');
  });

  test('leaves what a resume needs, whatever stopped the run', (context) => {
    const workspace = temporaryFolder(context);
    const ends = [null, 'cancelled', 'infrastructure'] as const;
    const folders = ends.map((state, index) =>
      writeRun(workspace, {
        spec: makeSpec({ seed: 10 + index }),
        end: state === null ? null : { state, reason: 'stopped' },
      }),
    );
    const failed = writeRun(workspace, {
      spec: makeSpec({ seed: 20 }),
      end: { state: 'diverged', reason: 'NaN' },
    });
    const { pruned } = prune({ workspace });
    assert.ok(folders.every((folder) => has(folder, 'checkpoints')));
    assert.ok(!has(failed, 'checkpoints'));
    assert.equal(pruned.length, 1);
  });

  test('keeps the weights of a run that only a failed one has followed', (context) => {
    const workspace = temporaryFolder(context);
    const good = writeRun(workspace, { spec: student });
    writeRun(workspace, {
      spec: student,
      attempt: 2,
      startMinute: 60,
      end: { state: 'failed', reason: 'out of memory' },
    });
    prune({ workspace });
    assert.ok(has(good, 'model'));
  });

  test('passes over a run that a process holds, and trials that cannot be read', (context) => {
    const { workspace, students } = workspaceOf(context);
    const attempt = acquireLock(students[0]);
    const damaged = writeRun(workspace, { spec: makeSpec({ seed: 5 }) });
    writeFileSync(join(damaged, runFiles.journal), 'rubbish\n');
    const { busy, unreadable } = prune({ workspace });
    assert.equal(busy.length, 1);
    assert.match(unreadable[0]?.reason ?? '', /journal\.jsonl/);
    assert.ok(has(students[0], 'checkpoints') && has(damaged, 'checkpoints'));
    assert.ok(
      existsSync(numericsFile(workspace, 'c'.repeat(64))),
      'an unreadable run may have any fingerprint',
    );
    if (attempt.kind === 'held') attempt.lock.release();
  });

  test('takes journals only where they are named, and never those of teachers', (context) => {
    const { workspace, students, teachers } = workspaceOf(context);
    prune({ workspace, kinds: ['journals'] });
    assert.deepEqual(
      [...students, ...teachers].map((folder) => existsSync(folder)),
      [false, true, true, true],
    );
  });

  test('removes what killed writers left, and follows no links', (context) => {
    const { workspace, students } = workspaceOf(context);
    const left = join(students[1], `.model.safetensors.${hostname()}.999999999.tmp`);
    writeFileSync(left, 'half');
    const outside = temporaryFolder(context);
    writeFileSync(join(outside, 'mine'), 'precious');
    symlinkSync(outside, join(workspace, 'runs', '0123456789abcdef'));
    symlinkSync(outside, join(students[0], runFiles.checkpoints, 'link'));
    const { pruned } = prune({ workspace });
    assert.ok(pruned.some(({ kind }) => kind === 'leftovers'));
    assert.ok(!existsSync(left));
    assert.ok(existsSync(join(outside, 'mine')));
  });

  test('--dry-run says what would go with sizes, and writes nothing', async (context) => {
    const { workspace, students } = workspaceOf(context);
    const own = fakeContext({ cwd: workspace });
    assert.equal(await main(['prune', '--dry-run'], own), 0);
    const text = own.out.join('\n');
    assert.match(text, /checkpoints +4 +11\.7 KiB/);
    assert.match(text, /weights +1 +1000 bytes/);
    assert.match(text, /12\.7 KiB would go/);
    assert.ok(has(students[0], 'model') && has(students[0], 'checkpoints'));
    const done = fakeContext({ cwd: workspace });
    assert.equal(await main(['prune', 'weights'], done), 0);
    assert.equal(done.out.at(-1), '1000 bytes are free.');
    assert.ok(has(students[0], 'checkpoints'), 'only what was named goes');
  });
});

test('sizes are said in binary units', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 102_400, 3.4 * 2 ** 20, 2 ** 40].map(formatBytes), [
    '0 bytes',
    '1023 bytes',
    '1.0 KiB',
    '1.5 KiB',
    '100 KiB',
    '3.4 MiB',
    '1.0 TiB',
  ]);
});
