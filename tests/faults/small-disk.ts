import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../results/temporary.ts';

/** Why no disk can be mounted here, for a test to skip with; false where one can. */
export const cannotMount: string | false =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0
    ? false
    : 'this machine lets nobody mount a small disk (unshare --user --mount)';

export interface SmallDisk {
  /** Where processes that are started by `command` see it. */
  readonly inside: string;
  /**
   * Where this process sees it. DuckDB does not: it resolves the link and arrives beneath the
   * mount.
   */
  readonly outside: string;
  /** The words that start a program among those that see the disk. */
  command(program: string, ...args: readonly string[]): readonly [string, ...string[]];
  /** Makes what is mounted read-only, as a kernel does after an error of the device. */
  makeReadOnly(): Promise<void>;
  makeWritable(): Promise<void>;
}

/**
 * A real disk of `kibibytes` that is really full when it is full: a tmpfs in the mount namespace of
 * a process of its own. It goes with that process.
 */
export async function smallDisk(test: TestContext, kibibytes: number): Promise<SmallDisk> {
  const folder = join(temporaryFolder(test), 'disk');
  mkdirSync(folder);
  const script = `
    mount -t tmpfs -o size=${kibibytes}k tmpfs "$1" && echo mounted
    while read -r options; do mount -o "remount,$options" "$1" && echo done; done`;
  const child = spawn(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', folder],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  test.after(() => end(child));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<void> => {
    if ((await answers.next()).done) throw new Error('the small disk could not be mounted');
  };
  const remount = async (options: string): Promise<void> => {
    child.stdin.write(`${options}\n`);
    await answer();
  };
  await answer();
  return {
    inside: folder,
    outside: `/proc/${child.pid}/root${folder}`,
    command: (program, ...args) => [
      'nsenter',
      `--target=${child.pid}`,
      '--user',
      '--mount',
      '--preserve-credentials',
      `--wd=${process.cwd()}`,
      program,
      ...args,
    ],
    makeReadOnly: () => remount('ro'),
    makeWritable: () => remount('rw'),
  };
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
