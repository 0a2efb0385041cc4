// @ts-check
// `make test`: runs test files with node's test runner under the Node and the environment that the
// product uses. Arguments are files or folders; without any, all of tests/ but tests/long (`make
// check-long`) and tests/slurm (`make test-slurm`).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeRoot as root } from '../common/installation.mjs';
import { nodeArguments, tensorflowEnvironment } from '../runners/engine/environment.mjs';
import { findNode } from './setup/node.mjs';

const node = findNode();
if (node === undefined) {
  process.stderr.write('Node 22.18 or newer is needed: run "make setup", which brings one.\n');
  process.exit(3);
}

const apart = [join(root, 'tests/long'), join(root, 'tests/slurm')];
const asked = process.argv.slice(2);
const files =
  asked.length > 0
    ? asked.flatMap((path) => testFiles(path))
    : testFiles(join(root, 'tests'), apart);
if (files.length === 0) {
  process.stderr.write(`No test file (*.test.ts) in ${asked.join(', ') || 'tests'}.\n`);
  process.exit(2);
}

const { status, signal } = spawnSync(
  node,
  [
    ...nodeArguments(),
    '--test',
    // Each file is a process whose TensorFlow takes one thread: as many as there are cores, but
    // memory sets a limit.
    `--test-concurrency=${Math.min(4, availableParallelism())}`,
    `--test-reporter=${fileURLToPath(new URL('./test-reporter.mjs', import.meta.url))}`,
    '--test-reporter-destination=stdout',
    // Against a file that hangs; nothing else is timed. The long checks are whole suites.
    `--test-timeout=${files.some((file) => file.startsWith('tests/long')) ? 7_200_000 : 600_000}`,
    ...files,
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...tensorflowEnvironment({ threads: 1 }) },
  },
);
if (signal !== null) process.stderr.write(`The tests were ended by ${signal}.\n`);
process.exitCode = status ?? 1;

/**
 * The test files at and below a path, in a fixed order.
 *
 * @param {string} path
 * @param {readonly string[]} [except] folders to leave out
 * @returns {string[]}
 */
function testFiles(path, except = []) {
  if (except.includes(path) || path.endsWith('/fixtures') || !existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return path.endsWith('.test.ts') ? [relative(root, path)] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => testFiles(join(path, name), except));
}
