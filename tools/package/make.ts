import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../../common/canonical.ts';
import { InfrastructureError } from '../../common/errors.ts';
import { numericsSources } from '../../runners/training/fingerprint/numerics.ts';
import {
  checkoutAt,
  emittedName,
  sourcesFolder,
} from '../../runners/training/fingerprint/own-sources.ts';
import {
  codeFolder,
  type Lock,
  type Manifest,
  packageManifest,
  type ShrinkWrap,
  shrinkWrap,
} from './manifest.ts';
import { checkoutState, filesOfCheckout } from './state.ts';
import { vendor } from './vendored.ts';

/** Paths that are packed. Their folders are those that tsconfig.package.json compiles. */
const packedParts =
  /^(app|bench|cli|common|contract|reference|reports|results|runners|suites|tools\/(setup|node))\/|^tools\/tensorflow-\w+\.lock$/;
const lockFile = 'package-lock.json';

/**
 * Compiles a checkout into its folder `dist`, whose folders are those of the checkout. It holds
 * compiled code with its declarations, data as it is, the sources that numerics fingerprints are
 * computed from, and tf.js's package around the binding.
 *
 * @param root the checkout
 * @param say takes sentences for whoever packs
 * @returns what the package says of itself
 * @throws RedistillError where something cannot be packed
 */
export function makePackage(
  root: string,
  say: (line: string) => void,
): { readonly manifest: Manifest; readonly shrinkwrap: ShrinkWrap } {
  const own = readJson<Manifest>(join(root, 'package.json'));
  const lock = readJson<Lock>(join(root, lockFile));
  const state = checkoutState(root);
  if (state.commit === null) say('No git knows this checkout: runs of the package name no commit.');
  else if (state.dirty) say('Files differ from the last commit: runs of the package say so.');
  const out = join(root, codeFolder);
  rmSync(out, { recursive: true, force: true });
  compile(root);
  keepTypesAlone(out);
  for (const path of filesOf(root)) if (!path.endsWith('.ts')) copy(root, path, out);
  writeFileSync(
    join(out, 'package.json'),
    `${JSON.stringify({ type: own.type, version: own.version })}\n`,
  );
  writeFileSync(
    join(out, 'common/packed.mjs'),
    `// Written by npm pack.\nexport const packed = ${JSON.stringify(state)};\n`,
  );
  copySources(root, out);
  vendor(out);
  const manifest = packageManifest(own, lock);
  return { manifest, shrinkwrap: shrinkWrap(manifest, lock) };
}

function compile(root: string): void {
  const compiler = join(root, 'node_modules/.bin/tsc');
  const { status, stdout, error } = spawnSync(compiler, ['--project', 'tsconfig.package.json'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new InfrastructureError(
    'PACKAGE_COMPILE',
    `The checkout does not compile: ${error?.message ?? stdout.trim()}`,
    { hint: 'Run: make types.' },
  );
}

/**
 * Takes imports that bind nothing out of declarations. They say what a module does, not what it is,
 * and would make a project that asks for a plan's types read all of TensorFlow's.
 */
function keepTypesAlone(out: string): void {
  for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (!/\.d\.m?ts$/.test(name)) continue;
    const text = readFileSync(join(out, name), 'utf8');
    const types = text.replaceAll(/^import '\.[^']*';\n/gm, '');
    if (types !== text) writeFileSync(join(out, name), types);
  }
}

/** Files of a checkout that are packed, whether git knows them yet or not. */
function filesOf(root: string): readonly string[] {
  return filesOfCheckout(root).filter(
    (path) => packedParts.test(path) && existsSync(join(root, path)),
  );
}

/**
 * JavaScript is copied, too: what the compiler would write is a module, and some of it are scripts
 * of the report's pages.
 */
function copy(root: string, path: string, out: string): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  cpSync(join(root, path), join(out, path));
}

/** The sources behind fingerprints, and what each has become, by which an edited file is known. */
function copySources(root: string, out: string): void {
  const sources = numericsSources(checkoutAt(root));
  const emitted: Record<string, string> = {};
  for (const path of sources) {
    copy(root, path, join(out, sourcesFolder));
    emitted[path] = sha256(readFileSync(join(out, path.replace(/\.ts$/, '.js'))));
  }
  copy(root, lockFile, join(out, sourcesFolder));
  writeFileSync(join(out, sourcesFolder, emittedName), `${JSON.stringify(emitted)}\n`);
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
