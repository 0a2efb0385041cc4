// @ts-check
// `make operations`: counts the operations of networks (bench/operations.ts) under the Node that
// the product uses.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { codeRoot as root } from '../common/installation.mjs';
import { nodeArguments, tensorflowEnvironment } from '../runners/engine/environment.mjs';
import { findNode } from './setup/node.mjs';

const node = findNode();
if (node === undefined) {
  process.stderr.write('Node 22.18 or newer is needed: run "make setup", which brings one.\n');
  process.exit(3);
}
const { status } = spawnSync(node, [...nodeArguments(), join(root, 'bench/operations.ts')], {
  stdio: 'inherit',
  env: { ...process.env, ...tensorflowEnvironment({ threads: 1 }) },
});
process.exitCode = status ?? 1;
