import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { evaluationName } from '../contract/evaluation-artefact.ts';
import { databaseName } from './store.ts';

/**
 * A file that ingest reads: its path on disk, and the path within the workspace by which it is
 * known.
 */
export interface InputFile {
  readonly path: string;
  readonly name: string;
}

export interface JournalFile extends InputFile {
  readonly trial: string;
  readonly run: string;
}

export function databaseFile(workspace: string): string {
  return join(workspace, databaseName);
}

/** `runs/plans/<suite>@<scale>.json`, sorted by name. */
export function findPlans(workspace: string): readonly InputFile[] {
  return documentsIn(workspace, 'plans');
}

/** `runs/parity/<time>-<mode>.json`, sorted by name, so by time. */
export function findParities(workspace: string): readonly InputFile[] {
  return documentsIn(workspace, 'parity');
}

export function parityFile(workspace: string, parity: string): string {
  return join(workspace, 'runs', 'parity', `${parity}.json`);
}

/** `runs/benches/<time>-<suite>.json`, sorted by name, so by time. */
export function findBenches(workspace: string): readonly InputFile[] {
  return documentsIn(workspace, 'benches');
}

export function benchFile(workspace: string, bench: string): string {
  return join(workspace, 'runs', 'benches', `${bench}.json`);
}

/** Folders under `runs/` that hold documents of their own kind; every other one is a trial's. */
const documentFolders = ['plans', 'executions', 'parity', 'benches', 'numerics'] as const;

/** The folders of a workspace in which commands write whole files. */
export function documentFoldersOf(workspace: string): readonly string[] {
  return [workspace, ...documentFolders.map((folder) => join(workspace, 'runs', folder))];
}

function documentsIn(
  workspace: string,
  folder: (typeof documentFolders)[number],
): readonly InputFile[] {
  return namesIn(join(workspace, 'runs', folder), 'file')
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name) => ({
      path: join(workspace, 'runs', folder, name),
      name: `runs/${folder}/${name}`,
    }));
}

/** `runs/executions/<time>-<suite>@<scale>.json`, sorted by name, so by time. */
export function findExecutions(workspace: string): readonly InputFile[] {
  return documentsIn(workspace, 'executions');
}

export function executionFile(workspace: string, execution: string): string {
  return join(workspace, 'runs', 'executions', `${execution}.json`);
}

/** What humans accepted, a line each. */
export const acceptancesName = 'acceptances.jsonl';

/** The file of acceptances, where there is one. */
export function findAcceptances(workspace: string): readonly InputFile[] {
  const path = acceptancesFile(workspace);
  return isFile(path) ? [{ path, name: acceptancesName }] : [];
}

export function acceptancesFile(workspace: string): string {
  return join(workspace, acceptancesName);
}

/** `runs/<trial>/<run>/journal.jsonl`, sorted by trial and run. */
export function findJournals(workspace: string): readonly JournalFile[] {
  const runs = join(workspace, 'runs');
  return namesIn(runs, 'folder')
    .filter((trial) => !documentFolders.some((folder) => folder === trial))
    .flatMap((trial) =>
      namesIn(join(runs, trial), 'folder').map((run) => ({
        trial,
        run,
        path: join(runs, trial, run, 'journal.jsonl'),
        name: `runs/${trial}/${run}/journal.jsonl`,
      })),
    )
    .filter(({ path }) => isFile(path));
}

/** `runs/<trial>/<run>/evaluation.json` of these runs, where there is one. */
export function findEvaluations(
  journals: readonly JournalFile[],
): readonly (InputFile & { readonly run: string })[] {
  return journals
    .map(({ path, name, run }) => ({
      run,
      path: join(dirname(path), evaluationName),
      name: `${name.slice(0, name.lastIndexOf('/'))}/${evaluationName}`,
    }))
    .filter(({ path }) => isFile(path));
}

/** Of a pipe or a folder nothing is read: a pipe would be waited for for ever. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Names in code-unit order, which no locale changes. An absent folder is an empty one. */
function namesIn(folder: string, kind: 'file' | 'folder'): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => (kind === 'file' ? entry.isFile() : entry.isDirectory()))
    .map((entry) => entry.name)
    .sort();
}
