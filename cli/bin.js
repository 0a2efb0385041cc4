#!/usr/bin/env node
// @ts-check
// The launcher: plain JavaScript for any Node from 18 on. It finds a Node that runs TypeScript, starts cli/main.ts under
// it with the environment that TensorFlow must be started with, and stays out of the way: signals go on to the command
// once, its exit code comes back, and a launcher that is killed takes the command with it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nodeArguments, tensorflowEnvironment } from '../runners/engine/environment.mjs';
import { findNode } from '../tools/setup/node.mjs';

/** The same signal again within this many milliseconds is the same wish (`timeout` signals process and group). */
const sameWish = 300;
const infrastructure = 3;

const node = findNode();
if (node === undefined) {
  process.stderr.write(
    `redistill: Node 22.18 or newer is needed and this is ${process.versions.node}: run "make setup", which brings one.\n`,
  );
  process.exit(infrastructure);
}

if (!existsSync(new URL('../node_modules/execa', import.meta.url))) {
  process.stderr.write('redistill: the npm packages are not installed: run "make setup".\n');
  process.exit(infrastructure);
}

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const child = spawn(node, [...nodeArguments(), main, ...process.argv.slice(2)], {
  // A process group of its own: a terminal's Ctrl-C reaches the launcher only, which passes it on, so that the command
  // gets it exactly once. The channel closes when the launcher dies in whatever way (see node-shim.mjs).
  detached: true,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, ...tensorflowEnvironment(), REDISTILL_LAUNCHER: String(process.pid) },
});

/** @type {Map<string, number>} */
const last = new Map();
for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    const now = performance.now();
    if (now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < sameWish) return;
    last.set(signal, now);
    child.kill(signal);
  });
}
process.on('SIGWINCH', () => child.kill('SIGWINCH'));

child.on('error', (error) => {
  process.stderr.write(`redistill: ${node} does not start (${error.message}): run "make setup".\n`);
  process.exit(infrastructure);
});
child.on('exit', (code, signal) => {
  // As a shell reports it, so that the caller sees a killed command as one.
  process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
});
