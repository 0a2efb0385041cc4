import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Checkout, checkout } from './checkout.ts';

const binding = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8';

describe('make setup', () => {
  let here: Checkout;
  beforeEach(() => {
    here = checkout();
  });
  afterEach(() => here.dispose());

  const build = () => JSON.parse(readFileSync(join(here.folder, binding, 'build.json'), 'utf8'));

  test('makes everything, then has nothing to do', () => {
    const first = here.setUp();
    assert.equal(first.status, 0, first.stderr);
    assert.equal(
      readFileSync(join(here.folder, binding, 'tfjs_binding.node'), 'utf8'),
      'compiled\n',
    );
    const called = here.calls().length;
    const second = here.setUp();
    assert.equal(second.status, 0);
    assert.match(
      second.stdout,
      /^Set-up: nothing to do \(Node [\d.]+, TensorFlow [\d.]+ cpu, cache .*\)\.\n$/,
    );
    assert.equal(here.calls().length, called, 'called something');
  });

  test('names the build by what it does, wherever the cache lies, and mends one whose cache was moved', () => {
    here.setUp();
    const before = build();
    const elsewhere = join(here.folder, 'other-cache');
    renameSync(here.cache, elsewhere);
    assert.equal(here.setUp({ REDISTILL_CACHE: elsewhere }).status, 0);
    const after = build();
    assert.equal(after.key, before.key);
    assert.ok(after.tensorflow.startsWith(elsewhere) && !before.tensorflow.startsWith(elsewhere));
    const compiled = here.calls().filter((call) => /^g\+\+/.test(call));
    assert.equal(compiled.length, 2, here.calls().join('\n'));
  });

  test('unpacks what is needed only, and keeps no wheel', () => {
    here.setUp();
    const folder: string = build().tensorflow;
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    assert.deepEqual(files.sort(), [
      'files.json',
      'nvidia/cudnn/lib/libcudnn.so.9',
      'tensorflow/include/tensorflow/c/c_api.h',
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2',
    ]);
    assert.equal(
      readFileSync(join(folder, 'tensorflow/libtensorflow_cc.so.2'), 'utf8'),
      'the library '.repeat(1000),
    );
    assert.deepEqual(readdirSync(here.cache).sort(), ['binding', 'tensorflow']);
  });

  test('asks pip for the wheels by hash', () => {
    here.setUp();
    const pip = here.calls().find((call) => call.includes('download')) ?? '';
    for (const option of [
      '--require-hashes',
      '--no-deps',
      '--only-binary=:all:',
      'requirement.txt',
    ])
      assert.ok(pip.includes(option), `${option} in ${pip}`);
  });

  test('installs packages without their scripts', () => {
    here.setUp();
    assert.ok(here.calls().some((call) => call.startsWith('npm ci --ignore-scripts')));
  });

  for (const program of ['npm', 'python3', 'g++']) {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      // The program that hangs would end by itself after 100 seconds.
      test(`recovers from ${signal} during ${program}`, { timeout: 60_000 }, async () => {
        const running = await here.startAndHangIn(program);
        const status = await running.kill(signal);
        assert.equal(status, signal === 'SIGTERM' ? 143 : null);
        if (signal === 'SIGTERM') {
          assert.deepEqual(
            readdirSync(here.cache).filter((name) => /lock|unfinished/.test(name)),
            [],
          );
        }
        const again = here.setUp();
        assert.equal(again.status, 0, again.stderr);
        assert.ok(existsSync(join(here.folder, binding, 'tfjs_binding.node')));
        assert.deepEqual(readdirSync(here.cache).sort(), ['binding', 'tensorflow']);
      });
    }
  }

  test('repairs a library that was cut short', () => {
    here.setUp();
    writeFileSync(join(build().tensorflow, 'tensorflow/libtensorflow_cc.so.2'), 'short');
    const again = here.setUp();
    assert.equal(again.status, 0, again.stderr);
    const library = readFileSync(join(build().tensorflow, 'tensorflow/libtensorflow_cc.so.2'));
    assert.equal(library.length, 12_000);
  });

  test('survives make clean and a new node_modules without a download or a compilation', () => {
    here.setUp();
    rmSync(join(here.folder, 'node_modules'), { recursive: true });
    const before = here.calls().length;
    assert.equal(here.setUp().status, 0);
    const programs = here
      .calls()
      .slice(before)
      .map((call) => call.split(' ')[0]);
    assert.deepEqual(programs, ['npm']);
  });

  test('another version in the lock file is another download', () => {
    here.setUp();
    const lock = join(here.folder, 'tools/tensorflow-cpu.lock');
    writeFileSync(lock, readFileSync(lock, 'utf8').replaceAll('2.21.0', '2.22.0'));
    const { stdout } = here.setUp();
    assert.match(stdout, /TensorFlow 2\.22\.0 cpu/);
    assert.equal(here.calls().filter((call) => call.includes('download')).length, 2);
  });

  test('compiles the binding anew where a kernel changed, and notes from what', () => {
    here.setUp();
    const before = build();
    assert.match(before.kernels, /^[0-9a-f]{32}$/);
    const [compiler] = here.calls().filter((call) => /^g\+\+/.test(call));
    assert.match(compiler ?? '', /-ffp-contract=off .*runners\/engine\/native\/kernels\.cc/);
    const kernel = join(here.folder, 'runners/engine/native/gelu.h');
    writeFileSync(kernel, `${readFileSync(kernel, 'utf8')}// another\n`);
    assert.equal(here.setUp().status, 0);
    assert.notEqual(build().kernels, before.kernels);
    assert.notEqual(build().key, before.key);
    assert.equal(here.calls().filter((call) => /^g\+\+/.test(call)).length, 2);
  });

  test('keeps the CUDA build until told otherwise', { skip: process.arch !== 'x64' }, () => {
    // Claims less space than a real one needs, so that the test runs on small disks.
    const requirement = join(here.folder, 'tools/setup/tensorflow.mjs');
    writeFileSync(
      requirement,
      readFileSync(requirement, 'utf8').replace(/cuda: [\d.]+ /, 'cuda: 0.1 '),
    );
    assert.equal(here.setUp({ TF: 'cuda' }).status, 0);
    assert.deepEqual(build().libraryPath, [join(build().tensorflow, 'nvidia/cudnn/lib')]);
    assert.match(here.setUp().stdout, /nothing to do .* cuda/);
    assert.match(here.setUp({ TF: 'cpu' }).stdout, / cpu,/);
    assert.equal(build().flavour, 'cpu');
  });

  test('brings nothing and says all that is missing in one sentence', () => {
    for (const program of ['npm', 'g++']) here.remove(program);
    here.fake('python3', 'echo "No module named pip" >&2; exit 1');
    const { status, stderr } = here.setUp();
    assert.equal(status, 3);
    assert.equal(
      stderr,
      'Not found: npm, pip for python3, a C++ compiler; install what is missing (Debian, Ubuntu: apt-get install npm python3-pip g++), then run make setup again.\n',
    );
    assert.equal(
      here.calls().some((call) => call.includes('download')),
      false,
    );
  });

  const failures = [
    {
      name: 'a checksum that differs',
      program: 'python3',
      output: 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
      sentence:
        /^The checksum of a TensorFlow wheel is not the one in tools\/tensorflow-cpu\.lock/m,
    },
    {
      name: 'a full disk',
      program: 'python3',
      output: 'OSError: [Errno 28] No space left on device',
      sentence: /^The disk is full: TensorFlow needs about 2\.5 GB/m,
    },
    {
      name: 'no network for pip',
      program: 'python3',
      output: 'NewConnectionError: Temporary failure in name resolution',
      sentence: /^pip could not reach its index/m,
    },
    {
      name: 'no network for npm',
      program: 'npm',
      output: 'npm error code ENOTFOUND',
      sentence: /^npm could not reach its registry/m,
    },
    {
      name: 'a package with another checksum',
      program: 'npm',
      output: 'npm error code EINTEGRITY',
      sentence: /^The checksum of a package/m,
    },
    {
      name: 'a compiler that fails',
      program: 'g++',
      output: "error: unrecognized command line option '-std=c++17'",
      sentence: /g\+\+ could not compile the TensorFlow binding/,
    },
  ];
  for (const { name, program, output, sentence } of failures) {
    test(`says what to do about ${name}`, () => {
      here.fake(program, `[ "$3" = --version ] && exit 0\necho "${output}" >&2; exit 1`);
      const { status, stderr } = here.setUp();
      assert.equal(status, 3);
      assert.match(stderr, sentence);
      assert.match(stderr.trimEnd().split('\n').at(-1) ?? '', /make setup again\.$|g\+\+\)\.$/);
      assert.equal(existsSync(join(here.folder, binding, 'tfjs_binding.node')), false);
      assert.equal(existsSync(join(here.cache, 'setup.lock')), false);
    });
  }

  test('refuses an unknown kind of TensorFlow', () => {
    const { status, stderr } = here.setUp({ TF: 'gpu' });
    assert.equal(status, 3);
    assert.equal(stderr, 'TF=gpu is not known; use TF=cpu or TF=cuda.\n');
  });
});
