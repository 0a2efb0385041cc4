// @ts-check
// What `npm pack` calls before and after it: `make` compiles the checkout into dist/ and puts the
// package's manifest in the place of the checkout's, `restore` takes both away again.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeArguments } from '../runners/engine/environment.mjs';
import { findNode } from './setup/node.mjs';

const node = findNode();
if (node === undefined) {
  process.stderr.write('Node 22.18 or newer is needed: run "make setup", which brings one.\n');
  process.exit(3);
}
const main = fileURLToPath(new URL('./package/main.ts', import.meta.url));
const { status } = spawnSync(node, [...nodeArguments(), main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
