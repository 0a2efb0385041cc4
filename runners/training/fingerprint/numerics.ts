import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashJson } from '../../../common/canonical.ts';
import { codeRoot } from '../../../common/installation.mjs';
import type { BatchParts } from '../../../contract/parts.ts';
import type { GpuSettings } from '../../../contract/request.ts';
import type { Recipe } from '../../../contract/spec.ts';
import { processorBfloat16 } from '../../engine/bfloat16/processor.ts';
import { bindingBuild } from '../../engine/environment.ts';
import { type Checkout, type Closure, importClosure, type OwnClosure } from './closure.ts';
import { type KindsOfTrial, kindsUsed } from './kinds-used.ts';
import { apiSources } from './own-closure.ts';
import { ownCheckout } from './own-sources.ts';
import { lockedPackages } from './packages.ts';
import { type NumericsRecord, recordOf } from './record.ts';
import { tokenizer } from './tokens.ts';

export interface NumericsConditions {
  /** Version of libtensorflow, `2.21.0`. */
  readonly tensorflow: string;
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly device: 'cpu' | 'gpu';
  readonly mode: 'recorded' | 'eager';
  /** How the trial's batches are worked off; null or absent: each as a whole. */
  readonly parts?: BatchParts | null;
  /** How a GPU computes; absent on a CPU. */
  readonly gpu?: GpuSettings;
}

/** Whose numerics are asked for: a trial's kinds, and the precision that its recipe asks for. */
export interface NumericsOfTrial extends KindsOfTrial {
  readonly recipe?: Pick<Recipe, 'precision'>;
}

/** A fingerprint with what it was computed from. */
export interface Numerics {
  /** 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** By which a later fingerprint can say what has changed since. */
  readonly record: NumericsRecord;
}

/**
 * Where computing starts: the worker, what every process that uses TensorFlow is started with, what
 * its binding is built with.
 */
const numericsEntries = [
  new URL('../worker.ts', import.meta.url),
  new URL('../../engine/environment.mjs', import.meta.url),
  new URL('../../../tools/setup/session-config.h', import.meta.url),
];

/** The code that reads numbers from the logs of external code. */
const externalEntries = [new URL('../../external/train.ts', import.meta.url)];

/**
 * The numerics fingerprint: runs of one trial with equal fingerprints must give equal bits on one
 * machine. Computed, so that nobody bumps it by hand, from
 *
 * - everything that the worker of this trial can load or read of the checkout: its import closure
 *   (`importClosure`), where comments, layout and paths do not count, with the kinds that the trial
 *   uses (`kindsUsed`) and no others;
 * - the versions that package-lock.json pins of the npm packages in it, and of what these need;
 * - the build of TensorFlow's binding, TensorFlow's version, threads, device, mode, processor
 *   architecture, what the processor has for bfloat16 where the trial asks for it, and V8, whose
 *   `Math.exp` is not the same in all versions.
 *
 * @param trial whose kinds count
 * @param checkout default: the sources of this code
 * @param own what the user's files bring that the trial uses; without any the fingerprint is that
 *   of a Redistill without plug-in files
 * @throws RedistillError `FINGERPRINT_REFERENCE`, `FINGERPRINT_PACKAGE` for a dependency that
 *   cannot be followed
 */
export function numericsFingerprint(
  conditions: NumericsConditions,
  trial: NumericsOfTrial,
  checkout: Checkout = ownCheckout(),
): string {
  return numerics(conditions, trial, checkout).fingerprint;
}

/** The same with its record. */
export function numerics(
  conditions: NumericsConditions,
  trial: NumericsOfTrial,
  checkout: Checkout = ownCheckout(),
  own: readonly OwnClosure[] = [],
): Numerics {
  const { parts = null } = conditions;
  const stated = {
    TensorFlow: conditions.tensorflow,
    'build of its binding': bindingKey(),
    threads: String(conditions.threads.intra),
    'inter-op threads': String(conditions.threads.inter),
    device: conditions.device,
    mode: conditions.mode,
    // Sums are made in another order.
    ...(parts !== null && {
      'pictures of a pass': String(parts.size),
      GPUs: String(parts.gpus),
    }),
    architecture: process.arch,
    V8: v8Version(),
    ...(conditions.gpu !== undefined && gpuWords(conditions.gpu)),
    // By it products are computed in other kernels.
    ...(conditions.device === 'cpu' &&
      trial.recipe?.precision === 'mixed' && { bfloat16: processorBfloat16() ?? 'none' }),
  };
  return compute('numerics', workerClosure(checkout, trial, own), checkout, stated, own);
}

/**
 * The part of a checkout that decides numbers: everything that its worker can load or read, for one
 * trial or, without one, for any.
 */
export function workerClosure(
  checkout: Checkout = ownCheckout(),
  trial?: KindsOfTrial,
  own: readonly OwnClosure[] = [],
): Closure {
  const api = [...new Set(own.flatMap((each) => each.api))].sort();
  return importClosure(
    [...numericsEntries.map(within), ...api],
    checkout,
    trial === undefined ? undefined : kindsUsed(trial),
  );
}

/**
 * Paths of all files that the fingerprint of some trial reads, of one with a user's kinds, or of
 * code that is not ours.
 */
export function numericsSources(checkout: Checkout): readonly string[] {
  const worker = importClosure([...numericsEntries.map(within), ...apiSources], checkout);
  const files = [...worker.files, ...externalClosure(checkout).files];
  return [...new Set(files.map(({ path }) => path))].sort();
}

/**
 * The same for code that is not ours: what decides how its log becomes numbers, and where it ran.
 */
export function externalFingerprint(
  conditions: Omit<NumericsConditions, 'tensorflow'>,
  checkout: Checkout = ownCheckout(),
): string {
  return externalNumerics(conditions, checkout).fingerprint;
}

/** The same with its record. */
export function externalNumerics(
  conditions: Omit<NumericsConditions, 'tensorflow'>,
  checkout: Checkout = ownCheckout(),
): Numerics {
  return compute('external', externalClosure(checkout), checkout, {
    threads: String(conditions.threads.intra),
    device: conditions.device,
  });
}

const externalClosure = (checkout: Checkout) =>
  importClosure(externalEntries.map(within), checkout);

const within = (address: URL) => relative(codeRoot, fileURLToPath(address));

function compute(
  kind: 'numerics' | 'external',
  closure: Closure,
  checkout: Checkout,
  conditions: Readonly<Record<string, string>>,
  own: readonly OwnClosure[] = [],
): Numerics {
  const { files } = closure;
  const named = new Map([
    ...closure.packages,
    [tokenizer, 'runners/training/fingerprint/tokens.ts'],
  ]);
  const packages = lockedPackages(textOf(checkout.read('package-lock.json')), named);
  const fingerprint = hashJson({
    kind,
    conditions,
    // In the order of the walk; no path.
    files: files.map(({ digest, names }) => ({ digest, names })),
    packages: Object.fromEntries(
      Object.entries(packages).map(([folder, { version, integrity }]) => [
        folder,
        [version, integrity],
      ]),
    ),
    // Sorted, so that the order in which files were named decides nothing.
    ...(own.length > 0 && { own: own.map(({ sha256 }) => sha256).sort() }),
  });
  return { fingerprint, record: recordOf(fingerprint, conditions, files, packages, own) };
}

const textOf = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

const gpuWords = ({ tf32, deterministic, xla }: GpuSettings) => ({
  TF32: String(tf32),
  'deterministic operations': String(deterministic),
  XLA: String(xla),
});

/** What the set-up says of the binding that it built; none without it. */
function bindingKey(): string {
  return bindingBuild()?.key ?? 'none';
}

/** `12.4` of `12.4.254.21-node.33`: patches of V8 mend security, not arithmetic. */
function v8Version(): string {
  return process.versions.v8.split('.', 2).join('.');
}
