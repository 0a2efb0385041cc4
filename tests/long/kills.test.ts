/*
 * Commands are killed at random moments and asked again until they end. Then everything is as if
 * nothing had happened: the rows of the database, the bytes of the report, the imported and the
 * fetched files; and nothing else is left, neither in the workspace nor in the temporary folder.
 * KILLS (100) and KILLS_SEED (1) choose how many and when.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '../../common/random.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { nodeArguments } from '../../runners/engine/environment.mjs';
import { encodeSafetensors } from '../../runners/formats/safetensors.ts';
import { wantedWeights } from '../../runners/weights/checkpoints/import-checkpoint.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const seed = Number(process.env['KILLS_SEED'] ?? 1);
const kills = Number(process.env['KILLS'] ?? 100);
const only = process.env['KILLS_ONLY']?.split(',');
const script = fileURLToPath(new URL('./fixtures/killed.ts', import.meta.url));

/** Bytes that a server sends slowly. */
const content = Buffer.from(Array.from({ length: 400_000 }, (_, index) => (index * 31) % 253));
const md5 = createHash('md5').update(content).digest('hex');
const server = createServer((request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, {
    etag: '"v1"',
    'content-length': content.length - from,
    ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  const send = (at: number) => {
    if (at >= content.length) return void response.end();
    response.write(content.subarray(at, at + 20_000));
    setTimeout(send, 25, at + 20_000);
  };
  send(from);
});
let url = '';
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** A command that is killed: what must be there before, how it is called, what it is to leave. */
interface Killed {
  readonly name: string;
  /** Of a hundred kills. */
  readonly share: number;
  prepare(workspace: string): void | Promise<void>;
  call(workspace: string): readonly string[];
  /** What must be equal with and without kills, as text. */
  result(workspace: string): Promise<string>;
}

const specs = [1, 2, 3].map((number) => makeSpec({ seed: number }));

function journals(workspace: string): void {
  writePlan(workspace, makePlan({ rows: [{ name: 'KD', method: 'kd', specs }] }));
  for (const spec of specs) {
    writeJournal(workspace, makeJournal({ spec, accuracies: [10, 20, 30 + spec.seed] }));
  }
}

const dashes = '-'.repeat(25);
const log = [1, 2, 3]
  .map(
    (epoch) =>
      `${dashes}\nepoch: ${epoch}\nlr: 0.05\ntrain_acc: 40.00\ntrain_loss: 2.50\ntest_acc: ${30 + epoch}.00\ntest_acc_top5: 80.00\ntest_loss: 1.90\n${dashes}\n`,
  )
  .join('');
const logs = [
  'kd,resnet32x4,resnet8x4,2,9.txt',
  'kd,resnet56,resnet20,2,9.txt',
  'kd,vgg13,vgg8,2,9.txt',
];

const commands: readonly Killed[] = [
  {
    name: 'run',
    share: 22,
    prepare: () => {},
    call: (workspace) => ['run', workspace],
    result: measured,
  },
  {
    name: 'nightly',
    share: 14,
    prepare: () => {},
    call: (workspace) => ['nightly', workspace],
    result: measured,
  },
  {
    name: 'ingest',
    share: 14,
    prepare: journals,
    call: (workspace) => ['ingest', '--workspace', workspace],
    result: rows,
  },
  {
    name: 'ingest --rebuild',
    share: 12,
    async prepare(workspace) {
      journals(workspace);
      await ingest({ workspace });
    },
    call: (workspace) => ['ingest', '--rebuild', '--workspace', workspace],
    result: rows,
  },
  {
    name: 'report',
    share: 14,
    async prepare(workspace) {
      journals(workspace);
      await ingest({ workspace });
    },
    call: (workspace) => ['report', '--workspace', workspace],
    result: async (workspace) => hashes(join(workspace, 'reports')),
  },
  {
    name: 'import checkpoint',
    share: 8,
    prepare: (workspace) => writeFileSync(join(workspace, 'weights.safetensors'), weights()),
    call: (workspace) => [
      ...['import', 'checkpoint', join(workspace, 'weights.safetensors')],
      ...['--model', 'resnet8x4', '--workspace', workspace],
    ],
    result: async (workspace) => hashes(join(workspace, 'checkpoints')),
  },
  {
    name: 'import log',
    share: 8,
    prepare(workspace) {
      mkdirSync(join(workspace, 'logs'));
      for (const [index, name] of logs.entries()) {
        writeFileSync(join(workspace, 'logs', name), log.replaceAll('0.05', `0.0${5 + index}`));
      }
    },
    call: (workspace) => [
      ...['import', 'log', join(workspace, 'logs'), '--dataset', 'cifar100'],
      ...['--workspace', workspace],
    ],
    // The time of the import is in every line.
    result: async (workspace) =>
      contents(join(workspace, 'runs')).replaceAll(/"time":"[^"]*"/g, '"time":""'),
  },
  {
    name: 'fetch',
    share: 8,
    prepare: () => {},
    call: (workspace) => ['fetch', url, join(workspace, 'file.bin'), String(content.length), md5],
    result: async (workspace) => hashes(workspace),
  },
];

for (const command of commands) {
  const skip = only !== undefined && !only.includes(command.name);
  test(`${command.name} is killed and asked again`, { skip }, async (t) => {
    const folder = temporaryFolder(t);
    const random = RandomStream.named(seed, `kills/${command.name}`);
    const undisturbed = await place(command, join(folder, 'undisturbed'));
    const began = performance.now();
    await ended(command, undisturbed, start(command, undisturbed));
    const duration = performance.now() - began;
    const expected = await command.result(undisturbed.workspace);
    const files = namesBelow(undisturbed.workspace);
    const wanted = Math.max(1, Math.round((kills * command.share) / 100));
    let done = 0;
    for (let round = 0; done < wanted; round += 1) {
      const one = await place(command, join(folder, String(round)));
      // Up to four times in a row, as nights do that are killed again and again.
      const inRow = Math.min(wanted - done, 1 + random.below(4));
      for (let times = 0; times < inRow; times += 1) {
        const wait = random.uniform() * duration;
        const group = random.below(2) === 0;
        if (await killed(start(command, one), wait, group)) done += 1;
      }
      await ended(command, one, start(command, one));
      assert.equal(
        await command.result(one.workspace),
        expected,
        `${command.name}, round ${round}`,
      );
      assert.deepEqual(readdirSync(one.temporary), [], 'nothing is left in the temporary folder');
      assert.deepEqual(residue(one.workspace), [], 'nothing is left in the workspace');
      if (!['run', 'nightly'].includes(command.name)) {
        assert.deepEqual(namesBelow(one.workspace), files);
      }
    }
    t.diagnostic(`${command.name}: ${done} kills with the seed ${seed}`);
  });
}

interface Place {
  readonly workspace: string;
  readonly temporary: string;
}

async function place(command: Killed, folder: string): Promise<Place> {
  const [workspace, temporary] = [join(folder, 'workspace'), join(folder, 'tmp')];
  const prepared = join(folder, '..', `prepared ${command.name}`);
  if (!existsSync(prepared)) {
    mkdirSync(prepared);
    await command.prepare(prepared);
  }
  mkdirSync(temporary, { recursive: true });
  cpSync(prepared, workspace, { recursive: true });
  return { workspace, temporary };
}

function start(command: Killed, { workspace, temporary }: Place): ChildProcess {
  return spawn(process.execPath, [...nodeArguments(), script, ...command.call(workspace)], {
    cwd: workspace,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, which can be killed as a whole.
    detached: true,
  });
}

/** Kills it after so many milliseconds. @returns false where it had ended by then */
async function killed(child: ChildProcess, milliseconds: number, group: boolean): Promise<boolean> {
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdout?.resume();
  child.stderr?.resume();
  await Promise.race([over, sleep(milliseconds)]);
  const lives = child.exitCode === null && child.signalCode === null;
  if (lives) process.kill(group ? -(child.pid as number) : (child.pid as number), 'SIGKILL');
  await over;
  return lives;
}

async function ended(command: Killed, place: Place, child: ChildProcess): Promise<void> {
  let words = '';
  child.stdout?.on('data', (chunk) => (words += chunk));
  child.stderr?.on('data', (chunk) => (words += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0, `${command.name} in ${place.workspace}: ${words.slice(-2000)}`);
}

/** Names that only something unfinished has. */
function residue(workspace: string): readonly string[] {
  return namesBelow(workspace).filter((path) =>
    /(^|\/)\.|\.(tmp|part|old|new|wal|lock)$|\/lock\.\d+$/.test(path),
  );
}

function namesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() || entry.name.startsWith('.'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

const contents = (folder: string) =>
  namesBelow(folder)
    .map((name) => `${name}\n${readFileSync(join(folder, name), 'latin1')}`)
    .join('\n');

const hashes = (folder: string) =>
  namesBelow(folder)
    .map(
      (name) =>
        `${name} ${createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex')}`,
    )
    .join('\n');

/** Every row of the database, without the time at which its schema was made. */
async function rows(workspace: string): Promise<string> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const tables = await store.rows<{ name: string }>(
      `SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal AND table_name <> 'schema_migrations' ORDER BY 1`,
    );
    const parts: string[] = [];
    for (const { name } of tables) {
      const found = await store.rows(`SELECT CAST(t AS VARCHAR) AS r FROM ${name} t ORDER BY ALL`);
      parts.push(`${name}: ${JSON.stringify(found)}`);
    }
    return parts.join('\n');
  } finally {
    store.close();
  }
}

/**
 * What was measured of each trial: its metrics and its end. Times, resumptions and attempts are
 * those of its own history.
 */
async function measured(workspace: string): Promise<string> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const metrics = await store.rows(
      `SELECT r.trial, r.state, m.epoch, m.name, m.value FROM runs r JOIN metrics m USING (run) ORDER BY ALL`,
    );
    const cells = await store.rows('SELECT * FROM cell_trials ORDER BY ALL');
    return JSON.stringify({
      metrics,
      cells,
      index: existsSync(join(workspace, 'reports/out/index.html')),
    });
  } finally {
    store.close();
  }
}

function weights(): Uint8Array {
  const { params } = wantedWeights('resnet8x4').network(new Map());
  const tensors = params.map(({ name, torchShape }) => {
    const data = new Float32Array(torchShape.reduce((size, side) => size * side, 1)).fill(0.5);
    return [name, { dtype: 'float32' as const, shape: torchShape, data }] as const;
  });
  return encodeSafetensors({ tensors: Object.fromEntries(tensors), metadata: { format: 'pt' } });
}
