// @ts-check
// `make gpu-kernels`: asks the CUDA build of TensorFlow, which must be what is set up, for its
// kernels on a GPU, and writes those of the operations that we record to
// tests/bench/fixtures/gpu-kernels.json. A GPU is not needed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { codeRoot as root } from '../common/installation.mjs';
import { bindingBuild } from '../runners/engine/environment.mjs';
import { findCompiler } from './setup/binding.mjs';

/** Fields of tensorflow/core/framework/kernel_def.proto and attr_value.proto (TensorFlow 2.21). */
const schema = `
syntax = "proto3";
message KernelList { repeated KernelDef kernel = 1; }
message KernelDef {
  message AttrConstraint { string name = 1; AttrValue allowed_values = 2; }
  string op = 1;
  string device_type = 2;
  repeated AttrConstraint constraint = 3;
}
message AttrValue {
  message ListValue { repeated int32 type = 6 [packed = true]; }
  ListValue list = 1;
}
`;

const build = bindingBuild();
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
    ...[`-Wl,-rpath,${libraries}`, '-o', program],
  ]);
  const bytes = execFileSync(program, {
    env: {
      ...process.env,
      LD_LIBRARY_PATH: build.libraryPath.join(':'),
      TF_CPP_MIN_LOG_LEVEL: '3',
    },
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const type = protobuf.parse(schema, { keepCase: true }).root.lookupType('KernelList');
  const { kernel } = /** @type {any} */ (type.toObject(type.decode(bytes), { defaults: true }));
  const fixtures = join(root, 'tests/bench/fixtures');
  /** @type {string[]} */
  const recorded = JSON.parse(readFileSync(join(fixtures, 'gpu-operations.json'), 'utf8'));
  const used = new Set(recorded.map((line) => line.split(' ')[0]));
  /** @type {Record<string, Record<string, number[]>[]>} */
  const kernels = {};
  for (const { op, device_type: device, constraint } of kernel) {
    if ((device !== 'GPU' && device !== 'DEFAULT') || !used.has(op)) continue;
    kernels[op] ??= [];
    kernels[op].push(
      Object.fromEntries(
        constraint.map((/** @type {any} */ each) => [each.name, each.allowed_values.list.type]),
      ),
    );
  }
  const sorted = Object.fromEntries(
    Object.entries(kernels)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([op, own]) => [op, own.map((each) => JSON.stringify(each)).sort()]),
  );
  writeFileSync(
    join(fixtures, 'gpu-kernels.json'),
    `${JSON.stringify({ tensorflow: build.version, kernels: sorted }, null, 1)}\n`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
