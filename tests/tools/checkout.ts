import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wheelOf } from './zip.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A small checkout whose `npm`, `python3` and `g++` are shell scripts: the set-up's real code with
 * nothing to download. `calls` tells what was called; the file `hang` makes the next call of the
 * program that it names never end.
 */
export interface Checkout {
  readonly folder: string;
  readonly cache: string;
  readonly programs: string;
  setUp(environment?: Record<string, string>): {
    status: number | null;
    stdout: string;
    stderr: string;
  };
  /** Starts a set-up and resolves once `program` was called, which then never returns. */
  startAndHangIn(
    program: string,
  ): Promise<{ kill(signal: NodeJS.Signals): Promise<number | null> }>;
  calls(): string[];
  /** Replaces a fake by a script. */
  fake(program: string, script: string): void;
  remove(program: string): void;
  dispose(): void;
}

const bindingSources = 'node_modules/@tensorflow/tfjs-node-gpu/binding';

export function checkout(): Checkout {
  const base = mkdtempSync(join(tmpdir(), 'redistill-setup-'));
  const folder = join(base, 'checkout');
  const cache = join(base, 'cache');
  const programs = join(base, 'programs');
  // The set-up runs before anything is compiled or installed: of common/ it has the JavaScript.
  const ground = readdirSync(join(root, 'common')).filter((name) => name.endsWith('.mjs'));
  for (const part of [
    'tools',
    ...ground.map((name) => join('common', name)),
    'runners/engine/environment.mjs',
    'runners/engine/native-package.mjs',
    'runners/engine/native',
  ])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  mkdirSync(programs);
  const log = join(base, 'calls');
  const lock = { lockfileVersion: 3, packages: { 'node_modules/one': { version: '1.0.0' } } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  writeFileSync(join(base, 'fake.whl'), fakeWheel());
  // What the fakes themselves need.
  for (const name of ['sh', 'cp', 'mkdir', 'cat', 'sleep', 'setpriv']) {
    const path = ['/bin', '/usr/bin']
      .map((bin) => join(bin, name))
      .find((file) => existsSync(file));
    if (path !== undefined) symlinkSync(path, join(programs, name));
  }
  const fake = (program: string, script: string) => {
    const path = join(programs, program);
    const hang = `[ "$(cat ${base}/hang 2>/dev/null)" = ${program} ] && exec sleep 100\n`;
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/sh\necho ${program} "$@" >> ${log}\n${hang}${script}\n`);
    chmodSync(path, 0o755);
  };
  fake(
    'npm',
    `mkdir -p node_modules/one ${bindingSources} node_modules/.bin
echo {} > node_modules/one/package.json
echo source > ${bindingSources}/tfjs_backend.cc
echo {} > ${bindingSources}/../package.json
cp package-lock.json node_modules/.package-lock.json`,
  );
  fake(
    'python3',
    `[ "$3" = --version ] && exit 0
for last in "$@"; do :; done
cp ${base}/fake.whl "$last/fake.whl"`,
  );
  fake('g++', 'for last in "$@"; do :; done\necho compiled > "$last"');
  const environmentWith = (more: Record<string, string>) => ({
    PATH: programs,
    HOME: base,
    REDISTILL_CACHE: cache,
    ...more,
  });
  const script = join(folder, 'tools/setup.mjs');
  return {
    folder,
    cache,
    programs,
    fake,
    setUp(more = {}) {
      return spawnSync(process.execPath, [script], {
        encoding: 'utf8',
        env: environmentWith(more),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    },
    async startAndHangIn(program) {
      writeFileSync(join(base, 'hang'), program);
      const before = callsIn(log).length;
      const child = spawn(process.execPath, [script], {
        env: environmentWith({}),
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((settle) => child.on('exit', settle));
      while (
        !callsIn(log)
          .slice(before)
          .some((call) => call.startsWith(`${program} `))
      )
        await new Promise((settle) => setTimeout(settle, 20));
      return {
        kill(signal) {
          rmSync(join(base, 'hang'));
          child.kill(signal);
          return ended;
        },
      };
    },
    calls: () => callsIn(log),
    remove: (program) => rmSync(join(programs, program)),
    dispose: () => rmSync(base, { recursive: true, force: true }),
  };
}

function callsIn(log: string): string[] {
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

/** What the set-up takes from a wheel, and two files that it must leave. */
function fakeWheel(): Buffer {
  return wheelOf({
    'tensorflow/libtensorflow_cc.so.2': 'the library '.repeat(1000),
    'tensorflow/libtensorflow_framework.so.2': 'the other library',
    'tensorflow/include/tensorflow/c/c_api.h': '// header',
    'tensorflow/python/module.py': 'pass',
    'nvidia/cudnn/lib/libcudnn.so.9': 'cudnn',
    'nvidia/cudnn/include/cudnn.h': '// header',
  });
}
