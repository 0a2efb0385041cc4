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
export const spaceNeeded = { cpu: 2.5, cuda: 7.5 };

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

/** What is downloaded, and what lies unpacked in the cache afterwards, in GB; measured. */
export const sizes = {
  cpu: { download: 0.3, unpacked: 1.3 },
  cuda: { download: 3.5, unpacked: 5.7 },
};

/**
 * The requirements of a lock file that hold for this machine, one wheel each: a line for pip with
 * its hashes.
 *
 * @param {string} lock
 * @returns {{ name: string, requirement: string }[]}
 */
export function requirementsOf(lock) {
  return lock
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .filter((line) => {
      const wanted = /platform_machine == "([^"]+)"/.exec(line)?.[1];
      return wanted === undefined || wanted === machine();
    })
    .map((requirement) => ({ name: /^[^=\s;]+/.exec(requirement)?.[0] ?? '', requirement }));
}

/**
 * What a set-up that was interrupted has unpacked already.
 *
 * @param {string} cache
 * @param {Flavour} flavour
 * @returns {{ wheels: number, of: number, gigabytes: number }}
 */
export function unpackedSoFar(cache, flavour) {
  const lock = readFileSync(lockFile(flavour), 'utf8');
  const folder = partFolder(tensorflowFolder(cache, flavour, lock));
  const requirements = requirementsOf(lock);
  const wheels = requirements.flatMap(({ name }) => {
    const files = filesOf(noteOf(folder, name), folder);
    return files === undefined ? [] : [files];
  });
  const bytes = wheels.flat().reduce((sum, { size }) => sum + size, 0);
  return { wheels: wheels.length, of: requirements.length, gigabytes: bytes / 1e9 };
}

/**
 * Where it is unpacked. Named after the lock file, so that wheels of another one are never taken
 * for these.
 *
 * @param {string} folder
 */
const partFolder = (folder) => `${folder}.part`;

/**
 * The list of a wheel's files, which is written when all of them are there.
 *
 * @param {string} folder
 * @param {string} name
 */
const noteOf = (folder, name) => join(folder, `${name}.files.json`);

/**
 * Downloads the wheels one by one with pip, which checks their sha256, and unpacks of each what is
 * needed before the next one comes: at most one wheel lies beside what is unpacked. A set-up that
 * was interrupted goes on after the last wheel that it unpacked.
 *
 * @param {string} cache
 * @param {Flavour} flavour
 * @param {(line: string) => void} say
 * @param {AbortSignal} [signal]
 * @throws {SetupFailure}
 */
export async function bringTensorflow(cache, flavour, say, signal) {
  const lock = readFileSync(lockFile(flavour), 'utf8');
  const folder = tensorflowFolder(cache, flavour, lock);
  const work = workFolder(cache, 'tensorflow');
  const unpacked = partFolder(folder);
  mkdirSync(unpacked, { recursive: true });
  const requirements = requirementsOf(lock);
  const files = [];
  for (const [index, { name, requirement }] of requirements.entries()) {
    const note = noteOf(unpacked, name);
    const known = filesOf(note, unpacked);
    if (known !== undefined) {
      files.push(...known);
      continue;
    }
    if (requirements.length > 1) say(`  ${index + 1} of ${requirements.length}: ${name}`);
    const wheel = await download({ flavour, requirement, work, say }, signal);
    const own = await unpack(wheel, unpacked);
    rmSync(wheel);
    // Last of all: without it the wheel counts as missing.
    writeFileSync(note, JSON.stringify(own));
    files.push(...own);
    signal?.throwIfAborted();
  }
  if (!files.some(({ name }) => name === 'tensorflow/libtensorflow_cc.so.2')) {
    rmSync(unpacked, { recursive: true, force: true });
    throw new SetupFailure(
      `The wheels of ${lockFile(flavour)} hold no tensorflow/libtensorflow_cc.so.2; use the lock file as committed (git status).`,
    );
  }
  for (const { name } of requirements) rmSync(noteOf(unpacked, name));
  writeFileSync(join(unpacked, 'files.json'), JSON.stringify(files));
  rmSync(folder, { recursive: true, force: true });
  renameSync(unpacked, folder);
  // What was begun for lock files that are no longer here.
  for (const name of readdirSync(dirname(folder))) {
    if (name.endsWith('.part'))
      rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
  rmSync(work, { recursive: true, force: true });
}

/**
 * What a note says was unpacked, where all of it is there.
 *
 * @param {string} note
 * @param {string} folder
 * @returns {{ name: string, size: number }[] | undefined}
 */
function filesOf(note, folder) {
  try {
    /** @type {{ name: string, size: number }[]} */
    const files = JSON.parse(readFileSync(note, 'utf8'));
    const whole = files.every(({ name, size }) => statSync(join(folder, name)).size === size);
    return whole ? files : undefined;
  } catch {
    return undefined;
  }
}

/** What pip says of a wheel with another checksum, and before version 25.1 of half a wheel too. */
const otherChecksum = /DO NOT MATCH THE HASHES/i;

/**
 * Downloads one wheel, and once more where a connection that broke off may have cut it short.
 *
 * @param {object} wanted
 * @param {Flavour} wanted.flavour
 * @param {string} wanted.requirement
 * @param {string} wanted.work
 * @param {(line: string) => void} wanted.say
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} its path
 */
async function download({ flavour, requirement, work, say }, signal) {
  let { wheel, output } = await downloadOnce(requirement, work, signal);
  if (wheel === undefined && otherChecksum.test(output)) {
    say('  It did not come whole; once more.');
    ({ wheel, output } = await downloadOnce(requirement, work, signal));
  }
  if (wheel === undefined) throw downloadFailure(flavour, output);
  return wheel;
}

/**
 * @param {string} requirement
 * @param {string} work
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ wheel: string | undefined, output: string }>}
 */
async function downloadOnce(requirement, work, signal) {
  const [temporary, wheels, list] = ['pip', 'wheels', 'requirement.txt'].map((name) =>
    join(work, name),
  );
  mkdirSync(/** @type {string} */ (temporary), { recursive: true });
  rmSync(/** @type {string} */ (wheels), { recursive: true, force: true });
  mkdirSync(/** @type {string} */ (wheels));
  writeFileSync(/** @type {string} */ (list), `${requirement}\n`);
  const { ok, output } = await run(
    'python3',
    [
      ...['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check'],
      // What is unpacked is kept; a second copy in pip's cache would only take space, unless one is
      // wanted.
      ...(process.env['PIP_CACHE_DIR'] ? [] : ['--no-cache-dir']),
      ...['--no-deps', '--only-binary=:all:', '--implementation=cp', '--python-version=3.11'],
      ...platforms(machine()).map((platform) => `--platform=${platform}`),
      ...['--require-hashes', '--requirement', /** @type {string} */ (list)],
      ...['--dest', /** @type {string} */ (wheels)],
    ],
    // pip downloads into the temporary folder first, and /tmp is often small.
    { environment: { ...process.env, TMPDIR: temporary }, signal },
  );
  signal?.throwIfAborted();
  rmSync(/** @type {string} */ (temporary), { recursive: true, force: true });
  const [name] = ok ? readdirSync(/** @type {string} */ (wheels)) : [];
  return {
    wheel: name === undefined ? undefined : join(/** @type {string} */ (wheels), name),
    output,
  };
}

/**
 * @param {Flavour} flavour
 * @param {string} output
 */
function downloadFailure(flavour, output) {
  const lock = `tools/tensorflow-${flavour}.lock`;
  const again = `then run ${setupCommand} again`;
  if (otherChecksum.test(output)) {
    return new SetupFailure(
      `The checksum of a TensorFlow wheel is not the one in ${lock}, so it was not used, twice: see that the lock file is as committed (git status), and that no proxy or mirror alters downloads or breaks them off, ${again}.`,
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
