// Loaded before everything else (`--import`, see environment.mjs).
//
// `@tensorflow/tfjs-node-gpu` 4.22 calls `util.isNullOrUndefined` and `util.isArray`, which Node 23
// removed. Putting them back here keeps the package itself untouched.
import util from 'node:util';

const removed = {
  /** @param {unknown} value */
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
};

for (const [name, replacement] of Object.entries(removed)) {
  if (!(name in util)) Object.defineProperty(util, name, { value: replacement, writable: true });
}

// Started by cli/bin.js: without the launcher nobody waits for this command any more. It dies as
// the launcher did, and its workers see their standard input close, checkpoint and end.
if (process.env['REDISTILL_LAUNCHER'] !== undefined && process.channel) {
  delete process.env['REDISTILL_LAUNCHER'];
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}
