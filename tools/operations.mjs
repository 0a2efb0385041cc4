// @ts-check
// `make schemas`: writes what is generated from schemas, under the Node that the product uses: JSON
// Schemas (bench/operations.ts), and the lists in docs/database.md (results/schema-page.ts).
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
for (const script of ['bench/operations.ts', 'results/schema-page.ts']) {
  const { status } = spawnSync(node, [...nodeArguments(), join(root, script)], {
    stdio: 'inherit',
    env: { ...process.env, ...tensorflowEnvironment({ threads: 1 }) },
  });
  if (status !== 0) process.exitCode = status ?? 1;
}
