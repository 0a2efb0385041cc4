#!/usr/bin/env node
// @ts-check
// The launcher: plain JavaScript for any Node from 18 on. It finds a Node that runs TypeScript,
// starts cli/main.ts under it with the environment that TensorFlow must be started with, and stays
// out of the way: signals go on to the command once, its exit code comes back, and a launcher that
// is killed takes the command with it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

/**
 * The same signal again within this many milliseconds is the same wish (`timeout` signals process
 * and group).
 */
const sameWish = 300;
/**
 * Milliseconds that a command has to end after the first signal, and after the second: a little
 * more than it gives itself (cli/process-context.ts), so that one which hears the signal always
 * ends by its own means.
 */
const patience = [10_000, 2_500];
const infrastructure = 3;
/** Files that a command may need at once; below this not even its own modules can be read. */
const openFiles = 64;

/** Whether so many files may be open (`ulimit -n`), where the system tells it. */
function mayOpen(/** @type {number} */ count) {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return line === null || Number(line[1]) >= count;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'EMFILE';
  }
}

if (!mayOpen(openFiles)) {
  process.stderr.write(
    `redistill: a process may have too few files open here, and ${openFiles} are needed: run "ulimit -n 1024" first.\n`,
  );
  process.exit(infrastructure);
}

// Not before: every import opens a file.
const { codePath, setupCommand } = await import('../common/installation.mjs');
const { nodeArguments, tensorflowEnvironment } = await import('../runners/engine/environment.mjs');
const { findNode } = await import('../tools/setup/node.mjs');

const node = findNode();
const packages = packagesAreThere();
// The set-up brings both, and so must run without them.
if (process.argv[2] === 'setup' && (node === undefined || !packages)) {
  const { setUpFromLine } = await import('../tools/setup/main.mjs');
  process.exit(await setUpFromLine(process.argv.slice(3)));
}
if (node === undefined) {
  process.stderr.write(
    `redistill: Node 22.18 or newer is needed and this is ${process.versions.node}: run "${setupCommand}", which brings one.\n`,
  );
  process.exit(infrastructure);
}
if (!packages) {
  process.stderr.write(`redistill: the npm packages are not installed: run "${setupCommand}".\n`);
  process.exit(infrastructure);
}

/** Whether Node finds one of the npm packages, which stands for all. */
function packagesAreThere() {
  try {
    createRequire(import.meta.url).resolve('execa');
    return true;
  } catch (error) {
    // Found, and for `import` only.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

const main = codePath(new URL('./main.ts', import.meta.url));
const child = spawn(node, [...nodeArguments(), main, ...process.argv.slice(2)], {
  // A process group of its own: a terminal's Ctrl-C reaches the launcher only, which passes it on,
  // so that the command gets it exactly once. The channel closes when the launcher dies in whatever
  // way (see node-shim.mjs).
  detached: true,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, ...tensorflowEnvironment(), REDISTILL_LAUNCHER: String(process.pid) },
});

/** @type {Map<string, number>} */
const last = new Map();
let heard = 0;
/** @type {NodeJS.Signals | undefined} */
let first;
/** @type {NodeJS.Signals | undefined} */
let forced;
for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    const now = performance.now();
    if (now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < sameWish) return;
    last.set(signal, now);
    child.kill(signal);
    first ??= signal;
    setTimeout(
      () => {
        forced ??= first;
        child.kill('SIGKILL');
      },
      patience[Math.min(heard, patience.length - 1)],
    );
    heard += 1;
  });
}
process.on('SIGWINCH', () => child.kill('SIGWINCH'));

child.on('error', (error) => {
  process.stderr.write(
    `redistill: ${node} does not start (${error.message}): run "${setupCommand}".\n`,
  );
  process.exit(infrastructure);
});
child.on('exit', (code, signal) => {
  if (forced !== undefined && signal === 'SIGKILL') {
    process.stderr.write(
      `redistill: did not stop within its time after ${forced} and was killed. Files that it was writing are as they were before.\n`,
    );
    process.exit(128 + constants.signals[forced]);
  }
  // As a shell reports it, so that the caller sees a killed command as one.
  process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
});
