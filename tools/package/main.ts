import { RedistillError } from '../../common/errors.ts';
import { codeRoot } from '../../common/installation.mjs';
import { makePackage } from './make.ts';
import { restoreCheckout, takeManifest } from './manifest-swap.ts';

/** Standard output is npm's: `npm pack` prints the name of the tarball there. */
const say = (line: string) => void process.stderr.write(`${line}\n`);

try {
  const [task] = process.argv.slice(2);
  // One that was killed in between left the package's manifest behind.
  restoreCheckout(codeRoot);
  if (task === 'make') takeManifest(codeRoot, makePackage(codeRoot, say));
  else if (task !== 'restore') throw new TypeError(`"${task}" is neither make nor restore.`);
} catch (error) {
  restoreCheckout(codeRoot);
  say(error instanceof Error ? error.message : String(error));
  if (error instanceof RedistillError && error.hint !== undefined) say(error.hint);
  process.exitCode = 1;
}
