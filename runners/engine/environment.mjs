// @ts-check
// Plain JavaScript, because the launcher (cli/bin.js) and the set-up import it under a Node that
// cannot run TypeScript.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindingFolder } from './native-package.mjs';

/**
 * @typedef {object} BindingBuild
 * @property {string} key hash of everything that determines the binding: sources, headers,
 *   libraries, compiler flags
 * @property {'cpu' | 'cuda'} flavour
 * @property {string} version TensorFlow's version according to the lock file, such as `2.21.0`
 * @property {string} tensorflow folder in the cache that holds `tensorflow/libtensorflow_cc.so.2`
 * @property {readonly string[]} libraryPath folders that the dynamic linker must search at run time
 *   (CUDA's)
 * @property {boolean} [sessionConfig] whether it heeds `session_config.pb` beside a SavedModel
 *   (tools/setup/session-config.h); builds of older checkouts do not
 * @property {boolean} [contextConfig] whether it heeds what is said of its devices, likewise
 * @property {string} [kernels] hash of the sources of the engine's own kernels that it was compiled
 *   with (runners/engine/native); builds of older checkouts have none
 */

/**
 * What is known of the binding that the set-up built, or undefined where it has not (yet).
 *
 * @param {string} [folder] of the binding
 * @returns {BindingBuild | undefined}
 */
export function bindingBuild(folder = bindingFolder()) {
  if (folder === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(join(folder, 'build.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * The arguments that Node needs to run Redistill's TypeScript with TensorFlow: for the command
 * line, the worker processes and the tests alike.
 *
 * @returns {string[]}
 */
export function nodeArguments() {
  return [
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=DEP0040',
    '--disable-warning=DEP0044',
    '--disable-warning=DEP0051',
    '--import',
    new URL('./node-shim.mjs', import.meta.url).href,
  ];
}

/**
 * The environment variables that a process which uses TensorFlow must be **started** with (the
 * dynamic linker and TensorFlow read them before any JavaScript runs). Lay them over the parent's
 * environment: `{ ...process.env, ...tensorflowEnvironment({ threads: 1, device: 'cpu' }) }`.
 *
 * Threads: inter-op is 1 (on a GPU see `interOpThreads`) and intra-op is fixed where `threads` is
 * given, as bit identity asks (decision 1). On the device `cpu` a CUDA build is kept from seeing a
 * GPU, so that a run never lands on one unasked.
 *
 * @param {object} [options]
 * @param {number} [options.threads] intra-op threads; without it TensorFlow takes all cores
 * @param {'cpu' | 'gpu'} [options.device]
 * @param {Readonly<Record<string, string | undefined>>} [options.environment] the parent's; default
 *   `process.env`
 * @param {BindingBuild | undefined} [options.build] default: what lies beside the binding
 * @returns {Record<string, string>}
 */
export function tensorflowEnvironment(options = {}) {
  const { threads, device, environment = process.env } = options;
  const build = 'build' in options ? options.build : bindingBuild();
  /** @type {Record<string, string>} */
  const variables = {
    TF_CPP_MIN_LOG_LEVEL: environment['TF_CPP_MIN_LOG_LEVEL'] ?? '3',
    TF_NUM_INTEROP_THREADS: String(interOpThreads(device, environment)),
    // A GPU's products are in 32 bits unless somebody says otherwise, and several processes share
    // it: TensorFlow alone would take TF32, and all of the memory at once.
    NVIDIA_TF32_OVERRIDE: environment['NVIDIA_TF32_OVERRIDE'] ?? '0',
    TF_FORCE_GPU_ALLOW_GROWTH: environment['TF_FORCE_GPU_ALLOW_GROWTH'] ?? 'true',
    // TensorFlow leaves oneDNN off on processors without AVX-512, where its own convolutions take
    // almost twice the time.
    TF_ENABLE_ONEDNN_OPTS: '1',
    // Keep the compiled kernels of weight gradients instead of making them anew in every step: 2 %
    // of it, hardly any memory.
    TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE: '0',
  };
  if (threads !== undefined) variables['TF_NUM_INTRAOP_THREADS'] = String(threads);
  if (device === 'cpu') variables['CUDA_VISIBLE_DEVICES'] = '';
  if (build !== undefined && build.libraryPath.length > 0) {
    variables['LD_LIBRARY_PATH'] = prepend(build.libraryPath, environment['LD_LIBRARY_PATH']);
    // XLA looks for ptxas and libdevice there.
    const dataFolder = `--xla_gpu_cuda_data_dir=${join(build.tensorflow, 'nvidia/cuda_nvcc')}`;
    const flags = environment['XLA_FLAGS'];
    if (flags === undefined) variables['XLA_FLAGS'] = dataFolder;
    else if (!flags.includes('--xla_gpu_cuda_data_dir='))
      variables['XLA_FLAGS'] = `${flags} ${dataFolder}`;
  }
  return variables;
}

/**
 * How many operations TensorFlow runs at a time: one where bits are to repeat, which a CPU always
 * promises and a GPU where it was asked for. 0 leaves it to TensorFlow: launches, copies to a GPU
 * and what the CPU does beside then need not wait for each other.
 *
 * @param {'cpu' | 'gpu' | undefined} device
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {0 | 1}
 */
export function interOpThreads(device, environment) {
  const deterministic = ['1', 'true'].includes(environment['TF_DETERMINISTIC_OPS'] ?? '');
  return device === 'gpu' && !deterministic ? 0 : 1;
}

/**
 * Puts `folders` before those that `path` lists already, each once: a worker's worker must not grow
 * the list.
 *
 * @param {readonly string[]} folders
 * @param {string | undefined} path
 */
function prepend(folders, path) {
  const others = (path ?? '').split(':').filter((folder) => folder && !folders.includes(folder));
  return [...folders, ...others].join(':');
}
