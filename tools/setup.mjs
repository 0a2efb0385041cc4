// @ts-check
// `make setup`: everything between a fresh checkout and a working `npx redistill`. Runs under any
// Node from 18 on, with nothing installed yet, so it uses what comes with Node only.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bindingBuild } from '../runners/engine/environment.mjs';
import { bindingIsCurrent, buildBinding } from './setup/binding.mjs';
import { findProgram } from './setup/command.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { takeLock } from './setup/lock.mjs';
import { bringNode, broughtVersion, findHeaders, findNode } from './setup/node.mjs';
import { installPackages, packagesAreCurrent } from './setup/packages.mjs';
import { cacheFolder, root, unfinishedFolder } from './setup/paths.mjs';
import { checkPlatform, checkPrograms, checkSpace, thisSystem } from './setup/requirements.mjs';
import {
  bringTensorflow,
  lockedVersion,
  lockFile,
  spaceNeeded,
  tensorflowFolder,
  tensorflowIsCurrent,
} from './setup/tensorflow.mjs';

const cache = cacheFolder();
const started = Date.now();
const stop = new AbortController();
const interruptions = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });
for (const [name, code] of Object.entries(interruptions)) {
  process.on(name, () => {
    process.exitCode = code;
    stop.abort();
  });
}

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

try {
  await main();
} catch (error) {
  if (stop.signal.aborted && process.exitCode) {
    process.stderr.write('Set-up was interrupted; make setup goes on where it can.\n');
  } else if (error instanceof SetupFailure) {
    if (error.details) process.stderr.write(`${error.details.trimEnd()}\n`);
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 3;
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.stderr.write(
      'This is a defect of the set-up: please report it with the lines above.\n',
    );
    process.exitCode = 3;
  }
}

async function main() {
  const flavour = wantedFlavour();
  checkPlatform(thisSystem(), flavour);
  if (Object.values(whatIsMissing(flavour)).every((missing) => !missing)) {
    say(`Set-up: nothing to do (${summary(flavour)}).`);
    return;
  }
  checkSpace(cache, 0.05);
  const releaseTree = await takeLock(join(root, '.setup.lock'), lockOptions());
  try {
    const releaseCache = await takeLock(join(cache, 'setup.lock'), lockOptions());
    try {
      await setUp(flavour);
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

/** @param {import('./setup/tensorflow.mjs').Flavour} flavour */
async function setUp(flavour) {
  // Again, under the lock: another set-up may have done it meanwhile.
  const missing = whatIsMissing(flavour);
  await checkPrograms({
    npm: missing.node || missing.packages,
    pip: missing.tensorflow,
    compiler: missing.binding,
  });
  if (missing.tensorflow) checkSpace(cache, spaceNeeded[flavour]);
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
    await installPackages(root, stop.signal);
  }
}

/**
 * @param {ReturnType<typeof whatIsMissing>} missing
 * @param {import('./setup/tensorflow.mjs').Flavour} flavour
 */
async function fromPip(missing, flavour) {
  if (!missing.tensorflow) return;
  const size = { cpu: '0.3', cuda: '3.5' }[flavour];
  say(
    `Downloading and unpacking TensorFlow for ${flavour === 'cpu' ? 'the CPU' : 'CUDA'} (${size} GB) ...`,
  );
  await bringTensorflow(cache, flavour, stop.signal);
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

/** @param {import('./setup/tensorflow.mjs').Flavour} flavour */
function whatIsMissing(flavour) {
  const inputs = bindingInputs(flavour);
  const packages = !packagesAreCurrent(root);
  const binding = packages || !bindingIsCurrent(inputs);
  return {
    // The headers of the Node that is brought serve to compile the binding.
    node: findNode(cache) === undefined || (binding && findHeaders(cache) === undefined),
    packages,
    tensorflow: !tensorflowIsCurrent(inputs.tensorflow),
    binding,
  };
}

/** @param {import('./setup/tensorflow.mjs').Flavour} flavour */
function bindingInputs(flavour) {
  const lock = readFileSync(lockFile(flavour), 'utf8');
  const tensorflow = tensorflowFolder(cache, flavour, lock);
  return { root, cache, flavour, version: lockedVersion(lock), tensorflow };
}

/**
 * What `TF` asks for; without it what the checkout has already, so that `make test` after `TF=cuda
 * make setup` tests the CUDA build.
 */
function wantedFlavour() {
  const wanted = process.env['TF'] || bindingBuild()?.flavour || 'cpu';
  if (wanted === 'cpu' || wanted === 'cuda') return wanted;
  throw new SetupFailure(`TF=${wanted} is not known; use TF=cpu or TF=cuda.`);
}

/** @param {import('./setup/tensorflow.mjs').Flavour} flavour */
function summary(flavour) {
  const node = findNode(cache) === process.execPath ? process.versions.node : broughtVersion();
  return `Node ${node}, TensorFlow ${bindingInputs(flavour).version} ${flavour}, cache ${cache}`;
}

function lockOptions() {
  return { folder: root, say, signal: stop.signal };
}
