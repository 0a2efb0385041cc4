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
import { bindingBuild } from '../../runners/engine/environment.mjs';
import { causeOf, findProgram, run } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { workFolder } from './paths.mjs';
import { libraryPath } from './tensorflow.mjs';

/**
 * Node-API version that the binding asks for; it names the folder where the package's loader looks.
 */
const napiVersion = 8;
/**
 * Lets a SavedModel bring its session's configuration along: compiled before the binding's own
 * sources.
 */
const sessionConfig = fileURLToPath(new URL('session-config.h', import.meta.url));
const flags = ['-std=c++17', '-O2', '-shared', '-fPIC', `-DNAPI_VERSION=${napiVersion}`];

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
 * @property {string} root repository
 * @property {string} cache
 * @property {'cpu' | 'cuda'} flavour
 * @property {string} version of TensorFlow
 * @property {string} tensorflow folder in the cache
 */

/** @param {string} root */
const packageFolder = (root) => join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
/** @param {string} root */
const targetFolder = (root) => join(packageFolder(root), `lib/napi-v${napiVersion}`);

/**
 * Whether the binding beside the package is the one that these inputs give.
 *
 * @param {BindingInputs} inputs
 */
export function bindingIsCurrent(inputs) {
  const folder = targetFolder(inputs.root);
  if (!existsSync(join(folder, 'tfjs_binding.node'))) return false;
  const build = bindingBuild(join(folder, 'build.json'));
  return (
    build !== undefined &&
    existsSync(packageFolder(inputs.root)) &&
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
function keyOf({ root, tensorflow }) {
  const hash = createHash('sha256').update(JSON.stringify([flags, basename(tensorflow)]));
  hash.update(readFileSync(sessionConfig));
  const sources = join(packageFolder(root), 'binding');
  for (const name of readdirSync(sources).sort()) {
    hash.update(`\0${name}\0`).update(readFileSync(join(sources, name)));
  }
  return hash.digest('hex').slice(0, 32);
}

/**
 * Compiles the binding against libtensorflow, or takes it from the cache where the same was
 * compiled before, and puts it where the package's loader looks.
 *
 * @param {BindingInputs & { headers: string, say(line: string): void }} inputs `headers`: folder
 *   with node_api.h
 * @param {AbortSignal} [signal]
 * @throws {SetupFailure}
 */
export async function buildBinding(inputs, signal) {
  const { root, cache, flavour, version, tensorflow } = inputs;
  const key = keyOf(inputs);
  // Its library's path is compiled in: a cache that was moved must not hand out the old one.
  const place = createHash('sha256').update(tensorflow).digest('hex').slice(0, 8);
  const compiled = join(cache, 'binding', `${key}-${place}.node`);
  if (!existsSync(compiled)) await compile(inputs, compiled, signal);
  const folder = targetFolder(root);
  mkdirSync(folder, { recursive: true });
  const build = {
    key,
    flavour,
    version,
    tensorflow,
    libraryPath: libraryPath(tensorflow),
    sessionConfig: true,
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
async function compile({ root, cache, tensorflow, headers, say }, compiled, signal) {
  const compiler = findCompiler();
  if (compiler === undefined) throw new SetupFailure('No C++ compiler was found.');
  say('Compiling the TensorFlow binding (20 s) ...');
  const work = workFolder(cache, 'binding');
  const sources = join(packageFolder(root), 'binding');
  const libraries = join(tensorflow, 'tensorflow');
  const result = join(work, 'tfjs_binding.node');
  const { ok, output } = await run(
    compiler,
    [
      ...flags,
      ...[`-I${headers}`, `-I${join(libraries, 'include')}`, `-I${sources}`],
      ...['-include', sessionConfig],
      ...[join(sources, 'tfjs_backend.cc'), join(sources, 'tfjs_binding.cc')],
      ...[`-L${libraries}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
      ...[`-Wl,-rpath,${libraries}`, '-o', result],
    ],
    { environment: { ...process.env, TMPDIR: work }, signal },
  );
  signal?.throwIfAborted();
  if (!ok && causeOf(output) === 'disk') {
    throw new SetupFailure('The disk is full: free some space, then run make setup again.');
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
