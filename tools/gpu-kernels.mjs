// @ts-check
// `make gpu-kernels`: asks the CUDA build of TensorFlow, which must be what is set up, for its
// kernels on a GPU and which operands of each lie in the memory of the processor, and writes those
// of the operations that we record to tests/bench/fixtures/gpu-kernels.json. A GPU is not needed.
// Nor is the whole build: `node tools/gpu-kernels.mjs FOLDER` takes the folder of TensorFlow's
// unpacked wheel.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import protobuf from 'protobufjs';
import { codeRoot as root } from '../common/installation.mjs';
import { bindingBuild } from '../runners/engine/environment.mjs';
import { findCompiler } from './setup/binding.mjs';
import { lockedVersion, lockFile } from './setup/tensorflow.mjs';

/**
 * Fields of tensorflow/core/framework/{kernel_def,op_def,attr_value}.proto (TensorFlow 2.21).
 */
const schema = `
syntax = "proto3";
message KernelList { repeated KernelDef kernel = 1; }
message KernelDef {
  message AttrConstraint { string name = 1; AttrValue allowed_values = 2; }
  string op = 1;
  string device_type = 2;
  repeated AttrConstraint constraint = 3;
  repeated string host_memory_arg = 4;
}
message AttrValue {
  message ListValue { repeated int32 type = 6 [packed = true]; }
  ListValue list = 1;
}
message OpList { repeated OpDef op = 1; }
message OpDef {
  message ArgDef { string name = 1; string number_attr = 5; }
  string name = 1;
  repeated ArgDef input_arg = 2;
  repeated ArgDef output_arg = 3;
}
`;

const [unpacked] = process.argv.slice(2);
const built = bindingBuild();
const build =
  unpacked === undefined
    ? built
    : {
        flavour: 'cuda',
        tensorflow: resolve(unpacked),
        libraryPath: [resolve(unpacked, 'tensorflow')],
      };
if (build?.flavour !== 'cuda') {
  process.stderr.write('The CUDA build of TensorFlow is not set up: run "TF=cuda make setup".\n');
  process.exit(3);
}
const libraries = join(build.tensorflow, 'tensorflow');
const work = mkdtempSync(join(tmpdir(), 'redistill-kernels-'));
try {
  const program = join(work, 'registry');
  execFileSync(findCompiler() ?? 'g++', [
    ...['-std=c++17', `-I${join(libraries, 'include')}`],
    join(root, 'tools/gpu-kernels/registry.cc'),
    ...[`-L${libraries}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    // CUDA's own libraries are looked for when they are used.
    '-Wl,--unresolved-symbols=ignore-in-shared-libs',
    ...[`-Wl,-rpath,${libraries}`, '-o', program],
  ]);
  const types = protobuf.parse(schema, { keepCase: true }).root;
  /** @param {'KernelList' | 'OpList'} name @param {readonly string[]} args */
  const listOf = (name, args) => {
    const bytes = execFileSync(program, args, {
      env: {
        ...process.env,
        LD_LIBRARY_PATH: build.libraryPath.join(':'),
        TF_CPP_MIN_LOG_LEVEL: '3',
      },
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const type = types.lookupType(name);
    return /** @type {any} */ (type.toObject(type.decode(bytes), { defaults: true }));
  };
  const { kernel } = listOf('KernelList', []);
  const { op: definitions } = listOf('OpList', ['operations']);
  const fixtures = join(root, 'tests/bench/fixtures');
  /** @type {string[]} */
  const recorded = JSON.parse(readFileSync(join(fixtures, 'gpu-operations.json'), 'utf8'));
  const used = new Set(recorded.map((line) => line.split(' ')[0]));
  /** @typedef {{ device: string, types: Record<string, number[]>, host: string[] }} Kernel */
  /** @type {Record<string, Kernel[]>} */
  const kernels = {};
  for (const { op, device_type: device, constraint, host_memory_arg: host } of kernel) {
    if ((device !== 'GPU' && device !== 'DEFAULT') || !used.has(op)) continue;
    kernels[op] ??= [];
    const types = Object.fromEntries(
      constraint.map((/** @type {any} */ each) => [each.name, each.allowed_values.list.type]),
    );
    kernels[op].push({ device, types, host });
  }
  const sorted = Object.fromEntries(
    Object.entries(kernels)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([op, own]) => [op, own.map((each) => JSON.stringify(each)).sort()]),
  );
  /** A name each, with the attribute that says how many of it there are. @param {any[]} list */
  const namesOf = (list) =>
    list.map(({ name, number_attr: count }) => (count === '' ? name : `${name} ${count}`));
  const operands = Object.fromEntries(
    definitions
      .filter((/** @type {any} */ { name }) => used.has(name))
      .sort((/** @type {any} */ one, /** @type {any} */ other) => (one.name < other.name ? -1 : 1))
      .map((/** @type {any} */ { name, input_arg, output_arg }) => [
        name,
        [namesOf(input_arg), namesOf(output_arg)].map((names) => names.join(',')),
      ]),
  );
  writeFileSync(
    join(fixtures, 'gpu-kernels.json'),
    `${JSON.stringify({ tensorflow: lockedVersion(readFileSync(lockFile('cuda'), 'utf8')), operands, kernels: sorted }, null, 1)}\n`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
