import { realpathSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execaSync } from 'execa';
import { InfrastructureError, RedistillError, UsageError } from '../../../common/errors.ts';
import type { OwnFile } from '../../../contract/own-kinds.ts';
import type { TrialSpec } from '../../../contract/spec.ts';
import type { OwnKind } from '../../api/own-kind.ts';
import { addOwnKinds, definers, isOwnKind, ownKindsUsed } from '../../catalogue/own-kinds.ts';
import type { OwnClosure } from '../fingerprint/closure.ts';
import { ownClosure } from '../fingerprint/own-closure.ts';
import { hookImports } from './hook.ts';
import { loadFailure } from './load-failure.ts';

/** A file whose kinds are in the tables of this process. */
interface LoadedFile {
  readonly label: string;
  readonly closure: OwnClosure;
  /** Of the user's repository. */
  readonly version: Pick<OwnFile, 'commit' | 'dirty'>;
}

/** By the label under which they were named, which the tables know. */
const loaded = new Map<string, LoadedFile>();

const extensions: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];

/**
 * Loads a user's file and adds its kinds to the tables, for the rest of the process. A file that
 * was loaded before is left alone.
 *
 * @param path absolute
 * @param label as messages and lists name it
 * @throws UsageError `PLUGIN_FILE` where there is no such file, `PLUGIN_IMPORT` for imports that
 *   the numerics fingerprint cannot follow, `PLUGIN_LOAD` where it does not run, `PLUGIN_EMPTY`
 *   where it exports no kind, `PLUGIN_FIELD`, `KIND_CONFLICT`
 * @throws InfrastructureError `PLUGIN_CHANGED` where it was edited since this process loaded it
 */
export async function loadOwnFile(path: string, label: string): Promise<void> {
  checkFile(path, label);
  const closure = ownClosure(path, label);
  const known = [...loaded.values()].find((each) => each.closure.path === closure.path);
  if (known !== undefined) {
    if (known.closure.sha256 === closure.sha256) return;
    throw changed(label, 'this process loaded it');
  }
  hookImports();
  const module = await imported(closure.path, label);
  try {
    addOwnKinds(kindsOf(module, label), label);
  } catch (error) {
    if (error instanceof RedistillError) throw error;
    // Looking at an export may run its code: getters, proxies, an object that is no plain one.
    throw loadFailure(error, closure.path, label);
  }
  loaded.set(label, { label, closure, version: versionOf(closure) });
}

/**
 * Loads what a worker was told of, and nothing if it was told of nothing.
 *
 * @throws InfrastructureError `PLUGIN_CHANGED` where a file is no longer what the trial was planned
 *   with
 * @throws UsageError as `loadOwnFile`
 */
export async function loadForTraining(files: readonly OwnFile[]): Promise<void> {
  for (const { path, label, sha256 } of files) {
    await loadOwnFile(path, label);
    const [found] = [...loaded.values()].filter((each) => each.closure.path === realpathSync(path));
    if (found?.closure.sha256 !== sha256) throw changed(label, 'the trial was planned');
  }
}

/** The files that a trial uses kinds of, as its worker is to be told of them. */
export function ownFilesOf(spec: TrialSpec): readonly OwnFile[] {
  return [...ownKindsUsed(spec)].map(([label, kinds]) => {
    const { closure, version } = loaded.get(label) as LoadedFile;
    const [entry] = closure.files as readonly [OwnClosure['files'][number]];
    return {
      path: closure.path,
      label,
      file: entry.path,
      sha256: closure.sha256,
      kinds,
      ...version,
    };
  });
}

/** What those files are now: an edit since they were loaded shows in the numerics. */
export function ownClosuresOf(spec: TrialSpec): readonly OwnClosure[] {
  return ownFilesOf(spec).map(({ path, label }) => ownClosure(path, label));
}

function checkFile(path: string, label: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  const fits = extensions.includes(extname(path));
  if (found?.isFile() === true && fits) return;
  const what =
    found === undefined
      ? 'does not exist'
      : found.isFile()
        ? 'has another extension'
        : 'is no file';
  throw new UsageError('PLUGIN_FILE', `The plug-in file ${label} ${what}.`, {
    hint: `A plug-in file is a module of its own: ${extensions.join(', ')}.`,
  });
}

async function imported(path: string, label: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    // Not followed by the fingerprint: a user's file counts by a closure of its own.
    return (await settled(import(pathToFileURL(path).href), label)) as Readonly<
      Record<string, unknown>
    >;
  } catch (error) {
    if (error instanceof RedistillError) throw error;
    throw loadFailure(error, path, label);
  }
}

/** Fails where a module awaits what never comes: Node would end the process without a word. */
async function settled<T>(module: Promise<T>, label: string): Promise<T> {
  const failure = new UsageError(
    'PLUGIN_LOAD',
    `The plug-in file ${label} does not load: it awaits what never comes.`,
    { hint: 'Look for "await" outside of functions, there and in what it imports.' },
  );
  let idle = () => {};
  const never = new Promise<never>((_, reject) => {
    idle = () => reject(failure);
  });
  process.once('beforeExit', idle);
  try {
    return await Promise.race([module, never]);
  } finally {
    process.off('beforeExit', idle);
  }
}

/** What a module exports as kinds: its default, one or a list, and the list `kinds`. */
function kindsOf(module: Readonly<Record<string, unknown>>, label: string): readonly OwnKind[] {
  const exported = ['default', 'kinds'].flatMap((name): (readonly [string, unknown])[] => {
    const value = module[name];
    if (value === undefined) return [];
    return Array.isArray(value)
      ? value.map((each, index) => [`${name}[${index}]`, each] as const)
      : [[name, value]];
  });
  const names = definers.join(', ');
  if (exported.length === 0) {
    throw new UsageError('PLUGIN_EMPTY', `The plug-in file ${label} exports no kind.`, {
      hint: 'Write "export default defineMethod({ ... })", or "export const kinds = [ ... ]" for several.',
    });
  }
  return exported.map(([name, value]) => {
    if (isOwnKind(value)) return value;
    throw new UsageError('PLUGIN_FIELD', `${label}: the export "${name}" is no kind.`, {
      hint: `Make it with one of these: ${names}.`,
    });
  });
}

function changed(label: string, since: string): InfrastructureError {
  return new InfrastructureError(
    'PLUGIN_CHANGED',
    `The plug-in file ${label}, or one that it imports, was edited since ${since}.`,
    { hint: 'Run the same command again.', permanent: true },
  );
}

/**
 * The commit of the user's repository, and whether the files that count differ from it; files that
 * git does not know differ as well.
 */
function versionOf({ root, files }: OwnClosure): LoadedFile['version'] {
  const git = (...args: readonly string[]) => execaSync('git', args, { cwd: root, reject: false });
  const commit = git('rev-parse', 'HEAD');
  if (commit.exitCode !== 0) return { commit: null, dirty: false };
  const paths = files.map(({ path }) => join(root, path));
  const status = git('status', '--porcelain', '--ignored', '--', ...paths);
  return { commit: commit.stdout.trim(), dirty: status.exitCode !== 0 || status.stdout !== '' };
}
