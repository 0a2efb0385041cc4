// @ts-check
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setupCommand } from '../../common/installation.mjs';
import { bindingBuild } from '../../runners/engine/environment.mjs';
import { kernelSources, kernelsKey } from '../../runners/engine/native/sources.mjs';
import { bindingFolder, tfjsFolder } from '../../runners/engine/native-package.mjs';
import { causeOf, findProgram, run } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { workFolder } from './paths.mjs';
import { libraryPath } from './tensorflow.mjs';

/** Node-API version that the binding asks for. */
const napiVersion = 8;
/**
 * Lets a SavedModel bring its session's configuration along, and a process say how devices are
 * opened: compiled before the binding's own sources.
 */
const sessionConfig = fileURLToPath(new URL('session-config.h', import.meta.url));
const flags = [
  ...['-std=c++17', '-O3', '-shared', '-fPIC', `-DNAPI_VERSION=${napiVersion}`],
  // Bits of our own kernels must not depend on whether a processor multiplies and adds in one
  // rounding. Their vectors are no parameters of anything that another compiler would call.
  ...['-ffp-contract=off', '-Wno-psabi'],
];

/**
 * The C++ compiler: `$CXX`, g++, c++ or clang++, whichever comes first.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function findCompiler(environment = process.env) {
  const wanted = environment['CXX'];
  return (wanted ? [wanted] : ['g++', 'c++', 'clang++'])
    .map((name) => findProgram(name, environment))
    .find((path) => path !== undefined);
}

/**
 * @typedef {object} BindingInputs
 * @property {string} cache
 * @property {'cpu' | 'cuda'} flavour
 * @property {string} version of TensorFlow
 * @property {string} tensorflow folder in the cache
 */

/**
 * Where tf.js's package lies and where its binding goes.
 *
 * @throws {SetupFailure} where the npm packages are not installed
 */
function folders() {
  const [tfjs, target] = [tfjsFolder(), bindingFolder()];
  if (tfjs === undefined || target === undefined)
    throw new SetupFailure('@tensorflow/tfjs-node-gpu is not installed.');
  return { sources: join(tfjs, 'binding'), target };
}

/**
 * Whether the binding that tf.js would load is the one that these inputs give.
 *
 * @param {BindingInputs} inputs
 */
export function bindingIsCurrent(inputs) {
  const [tfjs, folder] = [tfjsFolder(), bindingFolder()];
  if (tfjs === undefined || folder === undefined) return false;
  if (!existsSync(join(folder, 'tfjs_binding.node'))) return false;
  const build = bindingBuild(folder);
  return (
    build !== undefined &&
    build.key === keyOf(inputs) &&
    // It finds its library by this path.
    build.tensorflow === inputs.tensorflow
  );
}

/**
 * Hash of everything that decides what the binding does, and so a part of the numerics fingerprint.
 * Where the cache lies is left out, because the same build on another machine is the same; so is
 * the compiler.
 *
 * @param {BindingInputs} inputs
 */
function keyOf({ tensorflow }) {
  const hash = createHash('sha256').update(JSON.stringify([flags, basename(tensorflow)]));
  hash.update(readFileSync(sessionConfig)).update(kernelsKey());
  const { sources } = folders();
  for (const name of readdirSync(sources).sort()) {
    hash.update(`\0${name}\0`).update(readFileSync(join(sources, name)));
  }
  return hash.digest('hex').slice(0, 32);
}

/**
 * Compiles the binding against libtensorflow, or takes it from the cache where the same was
 * compiled before, and puts it where tf.js looks.
 *
 * @param {BindingInputs & { headers: string, say(line: string): void }} inputs `headers`: folder
 *   with node_api.h
 * @param {AbortSignal} [signal]
 * @throws {SetupFailure}
 */
export async function buildBinding(inputs, signal) {
  const { cache, flavour, version, tensorflow } = inputs;
  const key = keyOf(inputs);
  // Its library's path is compiled in: a cache that was moved must not hand out the old one.
  const place = createHash('sha256').update(tensorflow).digest('hex').slice(0, 8);
  const compiled = join(cache, 'binding', `${key}-${place}.node`);
  if (!existsSync(compiled)) await compile(inputs, compiled, signal);
  const { target: folder } = folders();
  mkdirSync(folder, { recursive: true });
  const build = {
    key,
    flavour,
    version,
    tensorflow,
    libraryPath: libraryPath(tensorflow),
    sessionConfig: true,
    contextConfig: true,
    kernels: kernelsKey(),
  };
  // The description goes last: a binding without one is not current.
  rmSync(join(folder, 'build.json'), { force: true });
  putInPlace(join(folder, 'tfjs_binding.node'), (path) => copyFileSync(compiled, path));
  putInPlace(join(folder, 'build.json'), (path) =>
    writeFileSync(path, `${JSON.stringify(build)}\n`),
  );
}

/**
 * Writes beside the target and renames: a process that has the old file open keeps it.
 *
 * @param {string} path
 * @param {(temporary: string) => void} write
 */
function putInPlace(path, write) {
  const temporary = `${path}.${process.pid}.tmp`;
  write(temporary);
  renameSync(temporary, path);
}

/**
 * @param {BindingInputs & { headers: string, say(line: string): void }} inputs
 * @param {string} compiled
 * @param {AbortSignal} [signal]
 */
async function compile({ cache, tensorflow, headers, say }, compiled, signal) {
  const compiler = findCompiler();
  if (compiler === undefined) throw new SetupFailure('No C++ compiler was found.');
  say('Compiling the TensorFlow binding and its kernels (20 s) ...');
  const work = workFolder(cache, 'binding');
  const { sources } = folders();
  const libraries = join(tensorflow, 'tensorflow');
  const result = join(work, 'tfjs_binding.node');
  const { ok, output } = await run(
    compiler,
    [
      ...flags,
      ...[`-I${headers}`, `-I${join(libraries, 'include')}`, `-I${sources}`],
      ...['-include', sessionConfig],
      ...[join(sources, 'tfjs_backend.cc'), join(sources, 'tfjs_binding.cc')],
      kernelSources[0] ?? '',
      ...[`-L${libraries}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
      ...[`-Wl,-rpath,${libraries}`, '-o', result],
    ],
    { environment: { ...process.env, TMPDIR: work }, signal },
  );
  signal?.throwIfAborted();
  if (!ok && causeOf(output) === 'disk') {
    throw new SetupFailure(`The disk is full: free some space, then run ${setupCommand} again.`);
  }
  if (!ok) {
    throw new SetupFailure(
      `${compiler} could not compile the TensorFlow binding: see its message above; a compiler with C++17 is needed (Debian, Ubuntu: apt-get install g++).`,
      output,
    );
  }
  mkdirSync(dirname(compiled), { recursive: true });
  renameSync(result, compiled);
  rmSync(work, { recursive: true, force: true });
}
