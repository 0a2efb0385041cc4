import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import type { ArrayRequest } from '../../../../runners/executors/cluster/queue.ts';
import { parseSlurmConfig } from '../../../../runners/executors/slurm/config.ts';
import { parseAccounting, parseQueue, stageOf } from '../../../../runners/executors/slurm/lines.ts';
import { jobScript, sbatchOptions } from '../../../../runners/executors/slurm/script.ts';

const config = (text = '') => parseSlurmConfig('slurm.yaml', `schemaVersion: 1\n${text}`);

test('a script runs its command with the very words, whatever is in them', async () => {
  const words = [
    `it's`,
    '"$HOME"',
    '`touch x`',
    '$(touch x)',
    'a;b&&c|d>e',
    'new\nline',
    '%a',
    '',
    '*',
  ];
  const script = jobScript(
    [
      process.execPath,
      '-e',
      'process.stdout.write(JSON.stringify([process.argv.slice(1), process.env.WORD]))',
      ...words,
    ],
    config(`environment: {WORD: "$(id) 'x'"}\nsetup: ["true # a line of bash"]\n`),
  );
  const { stdout } = await execa('bash', [], { input: script });
  assert.deepEqual(JSON.parse(stdout), [words, "$(id) 'x'"]);
});

test('the options say what was asked for, and escape what sbatch would expand', () => {
  const request: ArrayRequest = {
    name: 'redistill-x',
    folder: '/w/50% a/runs/slurm/x',
    workspace: '/w/50% a',
    tasks: 4,
    role: 'student',
    after: ['7_0', '7_1'],
    device: 'gpu',
    gpus: 1,
    threads: 3,
  };
  assert.deepEqual(
    sbatchOptions(
      request,
      config(
        'account: lab\ntime: 12:00:00\nmemory: 8G\ngpus: a100:1\nmaxRunning: 2\noptions: {nice: 5, exclusive: true, oversubscribe: false}\n',
      ),
    ),
    [
      ...['--parsable', '--job-name=redistill-x', '--array=0-3%2'],
      '--output=/w/50%% a/runs/slurm/x/task-%a.log',
      ...['--open-mode=append', '--chdir=/w/50% a', '--nodes=1', '--ntasks=1', '--cpus-per-task=3'],
      ...['--signal=B:USR2@180', '--requeue', '--dependency=afterok:7_0:7_1'],
      ...['--kill-on-invalid-dep=yes', '--account=lab', '--time=12:00:00', '--mem=8G'],
      ...['--gres=gpu:a100:1', '--nice=5', '--exclusive'],
    ],
  );
  const plain = sbatchOptions({ ...request, after: [] }, config('gpus: 0\nrequeue: false\n'));
  assert.ok(plain.includes('--no-requeue'));
  assert.ok(!plain.some((option) => /--(gres|dependency|kill)/.test(option)));
  // A training on each of four GPUs has its own threads.
  const several = sbatchOptions(request, config('gpus: a100:4\n'));
  assert.ok(several.includes('--cpus-per-task=12') && several.includes('--gres=gpu:a100:4'));
  assert.throws(() => sbatchOptions({ ...request, folder: '/w/a\\b' }, config()), {
    code: 'SLURM_PATH',
  });
});

test('the queue is read by job, task, state, name and reason', () => {
  // Printed by Slurm 22.05 for `--format=%F|%K|%T|%j|%r`.
  const text = [
    '5|0|CANCELLED|redistill-a|DependencyNeverSatisfied',
    '4|1|RUNNING|redistill-b|None',
    '7|N/A|FAILED|something else|BadConstraints',
    '12|3|PENDING|redistill-c|(Nodes required for job are DOWN, DRAINED | reserved)',
    '',
  ].join('\n');
  const lines = parseQueue(text);
  assert.deepEqual(
    lines.map((line) => [line.id, line.name, stageOf(line)]),
    [
      ['5_0', 'redistill-a', 'dependency'],
      ['4_1', 'redistill-b', 'running'],
      ['12_3', 'redistill-c', 'waiting'],
    ],
  );
  assert.equal(lines[1]?.reason, '');
});

test('the accounting is read where there is one', () => {
  const tasks = parseAccounting('12_3|CANCELLED by 1000\n12_4|NODE_FAIL\n12_[5-9]|PENDING\n');
  assert.deepEqual(
    tasks.map((task) => [task.id, stageOf(task)]),
    [
      ['12_3', 'cancelled'],
      ['12_4', 'lost'],
    ],
  );
});
