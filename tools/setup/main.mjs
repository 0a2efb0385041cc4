// @ts-check
// The set-up: everything between fresh files and a working `redistill`, for a checkout (`make
// setup`) and for an installed package (`redistill setup`). Runs under any Node from 18 on, and in
// a checkout with nothing installed yet, so it uses what comes with Node only.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, codeRoot, setupCommand } from '../../common/installation.mjs';
import { packed } from '../../common/packed.mjs';
import { bindingBuild } from '../../runners/engine/environment.mjs';
import { bindingIsCurrent, buildBinding } from './binding.mjs';
import { findProgram } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { takeLock } from './lock.mjs';
import { bringNode, broughtVersion, findHeaders, findNode } from './node.mjs';
import { checkInstalled, installPackages, packagesAreCurrent } from './packages.mjs';
import { unfinishedFolder } from './paths.mjs';
import { checkPlatform, checkPrograms, checkSpace, thisSystem } from './requirements.mjs';
import {
  bringTensorflow,
  lockedVersion,
  lockFile,
  sizes,
  spaceNeeded,
  tensorflowFolder,
  tensorflowIsCurrent,
  unpackedSoFar,
} from './tensorflow.mjs';

const cache = cacheFolder();
const started = Date.now();
const interruptions = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });
const infrastructure = 3;

/** @type {(line: string) => void} */
let say = () => {};
/** Stops the work: on the caller's wish, and when one of two parts has failed. */
let stop = new AbortController();

/**
 * The set-up as a process of its own runs it: parses its options, prints, minds signals.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
export async function setUpFromLine(args) {
  const complain = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  let wanted;
  try {
    wanted = parseArgs({ args: [...args], options: { tensorflow: { type: 'string' } } }).values;
  } catch (error) {
    complain(`${/** @type {Error} */ (error).message} The set-up takes --tensorflow cpu or cuda.`);
    return 2;
  }
  const wish = new AbortController();
  /** @type {number | undefined} */
  let interrupted;
  for (const [name, code] of Object.entries(interruptions)) {
    process.on(name, () => {
      interrupted = code;
      wish.abort();
    });
  }
  try {
    await setUp(wanted.tensorflow, {
      say: (line) => void process.stdout.write(`${line}\n`),
      signal: wish.signal,
    });
    return 0;
  } catch (error) {
    if (interrupted !== undefined) {
      complain(`Set-up was interrupted; ${setupCommand} goes on where it can.`);
    } else if (error instanceof SetupFailure) {
      if (error.details) complain(error.details.trimEnd());
      complain(error.message);
    } else {
      complain(String(error instanceof Error ? error.stack : error));
      complain('This is a defect of the set-up: please report it with the lines above.');
    }
    return interrupted ?? infrastructure;
  }
}

/**
 * Brings what is missing. What is there already costs a second.
 *
 * @param {string | undefined} flavour of TensorFlow, `cpu` or `cuda`; default: `$TF`, then what is
 *   there already, so that `make test` after `TF=cuda make setup` tests the CUDA build
 * @param {{ say(line: string): void, signal: AbortSignal }} effects
 * @throws {SetupFailure} with a sentence that says what to do
 */
export async function setUp(flavour, effects) {
  say = effects.say;
  stop = new AbortController();
  effects.signal.addEventListener('abort', () => stop.abort());
  await bringAll(wantedFlavour(flavour));
}

/** @param {import('./tensorflow.mjs').Flavour} flavour */
async function bringAll(flavour) {
  checkPlatform(thisSystem(), flavour);
  if (packed !== undefined) checkInstalled(codeRoot);
  if (Object.values(whatIsMissing(flavour)).every((missing) => !missing)) {
    say(`Set-up: nothing to do (${summary(flavour)}).`);
    return;
  }
  checkSpace(cache, 0.05);
  // A package's folders are npm's, and only read here.
  const releaseTree =
    packed === undefined ? await takeLock(join(codeRoot, '.setup.lock'), lockOptions()) : () => {};
  try {
    const releaseCache = await takeLock(join(cache, 'setup.lock'), lockOptions());
    try {
      await bringMissing(flavour);
    } finally {
      rmSync(unfinishedFolder(cache), { recursive: true, force: true });
      releaseCache();
    }
  } finally {
    releaseTree();
  }
  if (findProgram('xz') === undefined) {
    say(
      'Note: xz was not found; .tar.xz data sets need it (Debian, Ubuntu: apt-get install xz-utils).',
    );
  }
  say(`Set-up done in ${Math.round((Date.now() - started) / 1000)} s (${summary(flavour)}).`);
}

/** @param {import('./tensorflow.mjs').Flavour} flavour */
async function bringMissing(flavour) {
  // Again, under the lock: another set-up may have done it meanwhile.
  const missing = whatIsMissing(flavour);
  const needed = {
    npm: missing.node || missing.packages,
    pip: missing.tensorflow,
    compiler: missing.binding,
  };
  await checkPrograms(needed, stop.signal);
  if (missing.tensorflow) {
    checkSpace(cache, spaceNeeded[flavour] - unpackedSoFar(cache, flavour).gigabytes);
  }
  rmSync(unfinishedFolder(cache), { recursive: true, force: true });
  await both(fromNpm(missing), fromPip(missing, flavour));
  if (whatIsMissing(flavour).binding) {
    const headers = findHeaders(cache);
    if (headers === undefined) throw new SetupFailure('node_api.h was not found.');
    await buildBinding({ ...bindingInputs(flavour), headers, say }, stop.signal);
  }
}

/** @param {ReturnType<typeof whatIsMissing>} missing */
async function fromNpm(missing) {
  if (missing.node) {
    say(`Bringing Node ${broughtVersion()} from npm (this one is ${process.versions.node}) ...`);
    await bringNode(cache, stop.signal);
  }
  if (missing.packages) {
    say('Installing the npm packages ...');
    await installPackages(codeRoot, stop.signal);
  }
}

/**
 * @param {ReturnType<typeof whatIsMissing>} missing
 * @param {import('./tensorflow.mjs').Flavour} flavour
 */
async function fromPip(missing, flavour) {
  if (!missing.tensorflow) return;
  const { download, unpacked } = sizes[flavour];
  const before = unpackedSoFar(cache, flavour);
  const here =
    before.wheels === 0 ? '' : `; ${before.wheels} of ${before.of} wheels are here already`;
  say(
    `Downloading TensorFlow for ${flavour === 'cpu' ? 'the CPU' : 'CUDA'} (${download} GB, unpacked ${unpacked} GB in ${cache}${here}) ...`,
  );
  await bringTensorflow(cache, flavour, say, stop.signal);
}

/**
 * Waits for both; when one fails the other is stopped, and the first failure is what is reported.
 *
 * @param {Promise<void>} one
 * @param {Promise<void>} other
 */
async function both(one, other) {
  /** @type {unknown} */
  let first;
  const watch = (/** @type {Promise<void>} */ work) =>
    work.catch((error) => {
      first ??= error;
      stop.abort();
    });
  await Promise.all([watch(one), watch(other)]);
  if (first !== undefined) throw first;
}

/** @param {import('./tensorflow.mjs').Flavour} flavour */
function whatIsMissing(flavour) {
  const inputs = bindingInputs(flavour);
  const packages = packed === undefined && !packagesAreCurrent(codeRoot);
  const binding = packages || !bindingIsCurrent(inputs);
  return {
    // The headers of the Node that is brought serve to compile the binding.
    node: findNode(cache) === undefined || (binding && findHeaders(cache) === undefined),
    packages,
    tensorflow: !tensorflowIsCurrent(inputs.tensorflow),
    binding,
  };
}

/** @param {import('./tensorflow.mjs').Flavour} flavour */
function bindingInputs(flavour) {
  const lock = readFileSync(lockFile(flavour), 'utf8');
  const tensorflow = tensorflowFolder(cache, flavour, lock);
  return { cache, flavour, version: lockedVersion(lock), tensorflow };
}

/**
 * @param {string | undefined} asked
 * @returns {import('./tensorflow.mjs').Flavour}
 */
function wantedFlavour(asked) {
  const wanted = asked ?? (process.env['TF'] || bindingBuild()?.flavour || 'cpu');
  if (wanted === 'cpu' || wanted === 'cuda') return wanted;
  if (asked === undefined)
    throw new SetupFailure(`TF=${wanted} is not known; use TF=cpu or TF=cuda.`);
  throw new SetupFailure(`TensorFlow for "${wanted}" is not known; use cpu or cuda.`);
}

/** @param {import('./tensorflow.mjs').Flavour} flavour */
function summary(flavour) {
  const node = findNode(cache) === process.execPath ? process.versions.node : broughtVersion();
  return `Node ${node}, TensorFlow ${bindingInputs(flavour).version} ${flavour}, cache ${cache}`;
}

function lockOptions() {
  return { folder: codeRoot, say, signal: stop.signal };
}
