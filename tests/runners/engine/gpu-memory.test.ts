import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  bindingBuild,
  nodeArguments,
  tensorflowEnvironment,
} from '../../../runners/engine/environment.ts';
import { gpuMemory, shareAmong } from '../../../runners/engine/gpu-memory.ts';
import { findCompiler } from '../../../tools/setup/binding.mjs';
import { temporaryFolder } from '../../results/temporary.ts';

/** Stands before TensorFlow's functions and writes down which configurations reach them. */
const listener = `
#include <dlfcn.h>
#include <cstdio>
#include <cstdlib>
#include <string>
static void note(const char* what, const void* bytes, size_t size) {
  const std::string path = std::string(std::getenv("LISTENER_FOLDER")) + "/" + what;
  FILE* file = std::fopen(path.c_str(), "wb");
  std::fwrite(bytes, 1, size, file);
  std::fclose(file);
}
template <typename F> static F next(const char* name) {
  void* library = dlopen(std::getenv("LISTENER_TENSORFLOW"), RTLD_NOW);
  return reinterpret_cast<F>(dlsym(library, name));
}
using Set = void (*)(void*, const void*, size_t, void*);
extern "C" void TF_SetConfig(void* options, const void* bytes, size_t size, void* status) {
  note("session", bytes, size);
  next<Set>("TF_SetConfig")(options, bytes, size, status);
}
extern "C" void TFE_ContextOptionsSetConfig(void* options, const void* bytes, size_t size, void* status) {
  note("context", bytes, size);
  next<Set>("TFE_ContextOptionsSetConfig")(options, bytes, size, status);
}
`;

/**
 * What reaches TensorFlow in a process that records for a GPU, by where: hexadecimal.
 *
 * @param tensorflow its folder
 */
function reaching(
  folder: string,
  library: string,
  tensorflow: string,
  environment: Record<string, string>,
) {
  const script = fileURLToPath(new URL('./fixtures/one-step.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [...nodeArguments(), script], {
    encoding: 'utf8',
    // The linker takes a space for the end of a name.
    cwd: dirname(library),
    env: {
      ...process.env,
      ...tensorflowEnvironment({ threads: 1, device: 'cpu' }),
      ...environment,
      LD_PRELOAD: `./${basename(library)}`,
      LISTENER_FOLDER: folder,
      LISTENER_TENSORFLOW: join(tensorflow, 'tensorflow/libtensorflow_cc.so.2'),
    },
  });
  assert.equal(status, 0, stderr);
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('hex')]),
  );
}

describe('memory of a GPU', () => {
  it('is a share for each of those that use it, and all for one alone', () => {
    assert.equal(shareAmong(1), null);
    assert.equal(shareAmong(2), 0.45);
    assert.equal(gpuMemory({}), null);
    assert.deepEqual(gpuMemory({ REDISTILL_GPU_MEMORY_SHARE: '0.3' }), { share: 0.3, grows: true });
    for (const text of ['0', '1.5', '-1', 'half', 'NaN']) {
      assert.throws(() => gpuMemory({ REDISTILL_GPU_MEMORY_SHARE: text }), {
        code: 'ENGINE_GPU_SHARE',
      });
    }
  });

  it('is bounded and grows in the configurations that reach TensorFlow', (t) => {
    const build = bindingBuild();
    assert.ok(build !== undefined);
    const made = temporaryFolder(t);
    const [source, library] = [join(made, 'listener.cc'), join(made, 'listener.so')];
    writeFileSync(source, listener);
    execFileSync(findCompiler() ?? 'g++', ['-shared', '-fPIC', source, '-o', library, '-ldl']);
    const of = (environment: Record<string, string>) =>
      reaching(temporaryFolder(t), library, build.tensorflow, environment);
    // gpu_options (6) { per_process_gpu_memory_fraction (1): 0.45, allow_growth (4): 1 }
    const growing = '320b09cdccccccccccdc3f2001';
    const whole = '320909cdccccccccccdc3f';
    const share = { REDISTILL_GPU_MEMORY_SHARE: '0.45' };
    // What a session on a CPU says beside it; see `gpuSessionConfig`.
    const onCpu = '520452027002';
    assert.deepEqual(of(share), { context: growing, session: growing + onCpu });
    const atOnce = of({ ...share, TF_FORCE_GPU_ALLOW_GROWTH: 'false' });
    assert.deepEqual(atOnce, { context: whole, session: whole + onCpu });
    assert.deepEqual(of({}), { session: onCpu });
  });
});
