// @ts-check
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeRoot, setupCommand } from '../../common/installation.mjs';
import { causeOf, run } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { workFolder } from './paths.mjs';
import { unpackWheel } from './wheel.mjs';

/** @typedef {'cpu' | 'cuda'} Flavour */

/**
 * Free space that downloading and unpacking take at their peak, in GB (the wheels lie beside what
 * is unpacked).
 */
export const spaceNeeded = { cpu: 2.5, cuda: 12 };

/**
 * The wheels are those for CPython 3.11, whatever Python the machine has: no Python runs them.
 *
 * @param {string} machine as `uname -m` says
 */
const platforms = (machine) => [
  `manylinux_2_27_${machine}`,
  `manylinux_2_17_${machine}`,
  `manylinux2014_${machine}`,
];

/** @param {Flavour} flavour */
export const lockFile = (flavour) => join(codeRoot, 'tools', `tensorflow-${flavour}.lock`);

/** @returns {string} the processor's name as wheels have it */
export const machine = () => (process.arch === 'arm64' ? 'aarch64' : 'x86_64');

/**
 * TensorFlow's version in a lock file.
 *
 * @param {string} lock
 */
export function lockedVersion(lock) {
  const version = /^tensorflow(?:-cpu)?==([^\s;]+)/m.exec(lock)?.[1];
  if (version === undefined)
    throw new SetupFailure('The lock file names no version of TensorFlow.');
  return version;
}

/**
 * Where the libraries of a lock file are (to be) unpacked: `tensorflow/libtensorflow_cc.so.2`,
 * `tensorflow/include` and, for CUDA, `nvidia/*`, side by side as in Python's site-packages,
 * because they look for each other that way.
 *
 * @param {string} cache
 * @param {Flavour} flavour
 * @param {string} lock
 */
export function tensorflowFolder(cache, flavour, lock) {
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  return join(cache, 'tensorflow', `${lockedVersion(lock)}-${flavour}-${machine()}-${hash}`);
}

/**
 * Whether everything that was unpacked is still there, by name and size.
 *
 * @param {string} folder
 */
export function tensorflowIsCurrent(folder) {
  try {
    /** @type {{ name: string, size: number }[]} */
    const files = JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8'));
    return files.every(({ name, size }) => statSync(join(folder, name)).size === size);
  } catch {
    return false;
  }
}

/**
 * The folders with CUDA's libraries, which the dynamic linker must be told of; none for a CPU
 * build.
 *
 * @param {string} folder
 */
export function libraryPath(folder) {
  const nvidia = join(folder, 'nvidia');
  if (!existsSync(nvidia)) return [];
  return readdirSync(nvidia)
    .sort()
    .map((name) => join(nvidia, name, 'lib'))
    .filter((path) => existsSync(path));
}

/**
 * Downloads the wheels with pip, which checks their sha256, and unpacks what is needed.
 *
 * @param {string} cache
 * @param {Flavour} flavour
 * @param {AbortSignal} [signal]
 * @throws {SetupFailure}
 */
export async function bringTensorflow(cache, flavour, signal) {
  const lock = readFileSync(lockFile(flavour), 'utf8');
  const folder = tensorflowFolder(cache, flavour, lock);
  const work = workFolder(cache, 'tensorflow');
  const wheels = join(work, 'wheels');
  const unpacked = join(work, 'unpacked');
  mkdirSync(wheels);
  mkdirSync(unpacked);
  await download(flavour, wheels, signal);
  const files = [];
  for (const wheel of readdirSync(wheels).sort()) {
    files.push(...(await unpack(join(wheels, wheel), unpacked)));
    rmSync(join(wheels, wheel));
    signal?.throwIfAborted();
  }
  if (!files.some(({ name }) => name === 'tensorflow/libtensorflow_cc.so.2')) {
    throw new SetupFailure(
      `The wheels of ${lockFile(flavour)} hold no tensorflow/libtensorflow_cc.so.2; use the lock file as committed (git status).`,
    );
  }
  writeFileSync(join(unpacked, 'files.json'), JSON.stringify(files));
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(unpacked, folder);
  rmSync(work, { recursive: true, force: true });
}

/**
 * @param {Flavour} flavour
 * @param {string} wheels
 * @param {AbortSignal} [signal]
 */
async function download(flavour, wheels, signal) {
  const temporary = join(wheels, '../pip');
  mkdirSync(temporary, { recursive: true });
  const { ok, output } = await run(
    'python3',
    [
      ...['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check'],
      // What is unpacked is kept; a second copy in pip's cache would only take space, unless one is
      // wanted.
      ...(process.env['PIP_CACHE_DIR'] ? [] : ['--no-cache-dir']),
      ...['--no-deps', '--only-binary=:all:', '--implementation=cp', '--python-version=3.11'],
      ...platforms(machine()).map((platform) => `--platform=${platform}`),
      ...['--require-hashes', '--requirement', lockFile(flavour), '--dest', wheels],
    ],
    // pip downloads into the temporary folder first, and /tmp is often small.
    { environment: { ...process.env, TMPDIR: temporary }, signal },
  );
  signal?.throwIfAborted();
  rmSync(temporary, { recursive: true, force: true });
  if (!ok) throw downloadFailure(flavour, output);
}

/**
 * @param {Flavour} flavour
 * @param {string} output
 */
function downloadFailure(flavour, output) {
  const lock = `tools/tensorflow-${flavour}.lock`;
  const again = `then run ${setupCommand} again`;
  if (/DO NOT MATCH THE HASHES/i.test(output)) {
    return new SetupFailure(
      `The checksum of a TensorFlow wheel is not the one in ${lock}, so it was not used: see that the lock file is as committed (git status) and that no proxy or mirror alters downloads, ${again}.`,
      output,
    );
  }
  const cause = causeOf(output);
  if (cause === 'disk') {
    return new SetupFailure(
      `The disk is full: TensorFlow needs about ${spaceNeeded[flavour]} GB while it is unpacked; free some space or set REDISTILL_CACHE to a folder that has it, ${again}.`,
    );
  }
  if (cause === 'network') {
    return new SetupFailure(
      `pip could not reach its index for TensorFlow: check the network and pip's settings (python3 -m pip config list), ${again}.`,
      output,
    );
  }
  if (/No matching distribution/.test(output)) {
    return new SetupFailure(
      `pip's index does not offer a wheel of ${lock}: check pip's settings (python3 -m pip config list), ${again}.`,
      output,
    );
  }
  return new SetupFailure(
    `pip could not download TensorFlow: see its message above, ${again}.`,
    output,
  );
}

/**
 * The files of the wheels that are needed: the libraries, the C headers and, for CUDA, the compiler
 * that XLA calls.
 */
const needed = [
  /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/,
  /^tensorflow\/include\/(tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c)\/.*\.h$/,
  /^nvidia\/[^/]+\/lib\/[^/]+\.so[^/]*$/,
  /^nvidia\/cuda_nvcc\/(bin\/(ptxas|nvlink|fatbinary)|nvvm\/libdevice\/.*)$/,
];

/**
 * @param {string} wheel
 * @param {string} folder
 */
async function unpack(wheel, folder) {
  try {
    return await unpackWheel(wheel, folder, (name) => needed.some((pattern) => pattern.test(name)));
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new SetupFailure(
        `The disk is full: free some space or set REDISTILL_CACHE to a folder that has it, then run ${setupCommand} again.`,
      );
    }
    throw new SetupFailure(
      `A wheel could not be unpacked (${message}): run ${setupCommand} again.`,
    );
  }
}
