// @ts-check
import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setupCommand } from '../../common/installation.mjs';
import { findCompiler } from './binding.mjs';
import { findProgram, run } from './command.mjs';
import { SetupFailure } from './failure.mjs';

/**
 * Refuses machines for which nobody publishes the binaries.
 *
 * @param {{ platform: string, arch: string, glibc: string | undefined }} system `glibc`: its
 *   version, undefined for another C library
 * @param {'cpu' | 'cuda'} flavour
 * @throws {SetupFailure}
 */
export function checkPlatform({ platform, arch, glibc }, flavour) {
  if (platform !== 'linux' || !['x64', 'arm64'].includes(arch)) {
    throw new SetupFailure(
      `Redistill runs on Linux on x86-64 or 64-bit Arm, and this is ${platform} on ${arch}; use such a machine, a virtual one or a container.`,
    );
  }
  const [major = 0, minor = 0] = (glibc ?? '').split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 27)) {
    throw new SetupFailure(
      `TensorFlow needs the GNU C library 2.27 or newer, and this system has ${glibc === undefined ? 'another C library' : glibc}; use a current Debian, Ubuntu or Fedora (or a container of one).`,
    );
  }
  if (flavour === 'cuda' && arch !== 'x64') {
    throw new SetupFailure(`TF=cuda is available on x86-64 only; run ${setupCommand} without it.`);
  }
}

/** The system this process runs on, for {@link checkPlatform}. */
export function thisSystem() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (
    process.report.getReport()
  );
  return {
    platform: process.platform,
    arch: process.arch,
    glibc: report.header?.glibcVersionRuntime,
  };
}

/**
 * Finds out everything that is missing before anything is downloaded, and says all of it at once.
 *
 * @param {{ npm: boolean, pip: boolean, compiler: boolean }} needed what the steps to come use
 * @param {AbortSignal} [signal]
 * @throws {SetupFailure}
 */
export async function checkPrograms(needed, signal) {
  const missing = [];
  if (needed.npm && findProgram('npm') === undefined) missing.push({ what: 'npm', from: 'npm' });
  if (needed.pip) {
    if (findProgram('python3') === undefined)
      missing.push({ what: 'Python 3 with pip', from: 'python3-pip' });
    else if (!(await run('python3', ['-m', 'pip', '--version'], { signal })).ok)
      missing.push({ what: 'pip for python3', from: 'python3-pip' });
  }
  if (needed.compiler && findCompiler() === undefined) {
    missing.push({
      what: process.env['CXX'] ? `$CXX (${process.env['CXX']})` : 'a C++ compiler',
      from: 'g++',
    });
  }
  signal?.throwIfAborted();
  if (missing.length === 0) return;
  throw new SetupFailure(
    `Not found: ${missing.map(({ what }) => what).join(', ')}; install what is missing (Debian, Ubuntu: apt-get install ${missing.map(({ from }) => from).join(' ')}), then run ${setupCommand} again.`,
  );
}

/**
 * @param {string} folder that will be written to; need not exist yet
 * @param {number} gigabytes
 * @throws {SetupFailure}
 */
export function checkSpace(folder, gigabytes) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new SetupFailure(
      `The folder ${folder} cannot be made (${/** @type {NodeJS.ErrnoException} */ (error).code}); set REDISTILL_CACHE to a folder that you may write to, then run ${setupCommand} again.`,
    );
  }
  const free = freeSpace(folder);
  if (free >= gigabytes * 1e9) return;
  throw new SetupFailure(
    `Set-up needs ${Number(gigabytes.toFixed(1))} GB of free space, and ${folder} has ${(free / 1e9).toFixed(1)} GB; free some or set REDISTILL_CACHE to a folder that has it, then run ${setupCommand} again.`,
  );
}

/**
 * Free bytes on the file system of `folder`, or of its nearest parent that exists.
 *
 * @param {string} folder
 * @returns {number}
 */
export function freeSpace(folder) {
  if (!existsSync(folder)) return freeSpace(dirname(folder));
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
