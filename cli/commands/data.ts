import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import cliProgress from 'cli-progress';
import { exitCodes, RedistillError, UsageError } from '../../common/errors.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { DatasetStatus } from '../../runners/data/dataset.ts';
import { type CommandContext, defineCommand, sharedOptions } from '../command.ts';
import { fetchBackboneCommand, listBackbones } from '../data-backbones.ts';
import { fetchRelease, listTeachers, releaseNamed } from '../data-teachers.ts';
import { type Column, renderTable } from '../output/table.ts';

export const command = defineCommand({
  name: 'data',
  summary: 'list, fetch and verify data sets and released weights',
  description:
    'list (the default) shows the data sets, whether they are here and what to do about the others. fetch downloads an ' +
    'official archive with its checksum and resumes where a transfer broke off. verify reads a set from its files again ' +
    'and refuses what is truncated, corrupt or another file; without NAME it verifies every set that is here. teachers shows ' +
    'the weights that authors released, with their published accuracy and licence; backbones shows those that backbones of detectors and ' +
    'segmenters start with. fetch takes the name of a release (or RELEASE/NETWORK), whose teachers it imports, and of weights of a backbone as well.',
  arguments: [
    {
      name: 'action',
      summary: 'what to do; list without it',
      choices: ['list', 'fetch', 'verify', 'teachers', 'backbones'],
    },
    {
      name: 'name',
      summary:
        'a data set, images:FOLDER or coco:FOLDER under the data folder, a release of teachers, or weights of a backbone',
    },
  ],
  options: { data: sharedOptions.data, json: sharedOptions.json },
  examples: [
    { command: 'redistill data', meaning: 'what is here' },
    { command: 'redistill data fetch cifar100', meaning: 'the official archive, into the cache' },
    {
      command: 'redistill data fetch mdistiller-cifar100',
      meaning: 'the teachers of DKD and LSKD, ready to teach at scale paper',
    },
    {
      command: 'redistill data fetch torchvision/resnet50',
      meaning: 'ImageNet weights that detectors start with, into the cache',
    },
    {
      command: 'redistill data verify cifar10-images --data ~/data',
      meaning: 'check every picture of ~/data/cifar10.tar.xz',
    },
  ],
  async run(context, [action = 'list', name], { data, json }) {
    if (action === 'list') return list(context, name, data, json);
    if (action === 'fetch') return fetchOne(context, name, data, json);
    if (action === 'teachers') {
      refuseName('teachers', name);
      return listTeachers(context, await releases(), optionsOf(context, data), json);
    }
    if (action === 'backbones') {
      refuseName('backbones', name);
      const { backboneWeights } = await import('../../reference/backbones/loader.ts');
      return listBackbones(context, backboneWeights(), json);
    }
    return verify(context, name, data, json);
  },
});

type Registry = typeof import('../../runners/data/registry.ts');
const loadRegistry = (): Promise<Registry> => import('../../runners/data/registry.ts');

const optionsOf = (context: CommandContext, folder: string | undefined) => ({
  folder: folder === undefined ? null : resolve(context.cwd, folder),
  environment: context.environment,
  notice: (message: string) => context.stderr(message),
});

async function list(
  context: CommandContext,
  name: string | undefined,
  folder: string | undefined,
  json: boolean,
) {
  refuseName('list', name);
  const { listDatasets } = await loadRegistry();
  const datasets = await listDatasets(optionsOf(context, folder));
  if (json) {
    context.json({ schemaVersion, datasets });
  } else {
    for (const line of renderTable(columns, datasets.map(row))) context.stdout(line);
    const { remarkSentences } = await import('../../runners/data/pictures/remarks.ts');
    for (const { id, todo, remarks } of datasets) {
      if (todo !== null) context.stderr(`${id}: ${todo}`);
      for (const sentence of remarkSentences(remarks)) context.stderr(`${id}: ${sentence}`);
    }
  }
  return exitCodes.fine;
}

function refuseName(action: string, name: string | undefined): void {
  if (name === undefined) return;
  throw new UsageError(
    'USAGE_SURPLUS_ARGUMENT',
    `redistill data ${action} takes no name, but got "${name}".`,
    { hint: 'See redistill data --help.' },
  );
}

async function releases() {
  const { loadTeacherReleases } = await import('../../reference/teachers/loader.ts');
  return loadTeacherReleases();
}

const columns: readonly Column[] = [
  { title: 'data set' },
  { title: 'state' },
  { title: 'classes', align: 'right' },
  { title: 'train', align: 'right' },
  { title: 'test', align: 'right' },
  { title: 'what' },
  { title: 'where' },
];

function row(status: DatasetStatus): string[] {
  const { id, title, present, cached, where, form, classes, train, test } = status;
  const state = present ? (cached ? 'ready' : 'here') : 'missing';
  const what = form === null ? title : `${title}: ${form}`;
  return [id, state, `${classes}`, `${train}`, `${test}`, what, where ?? ''];
}

async function fetchOne(
  context: CommandContext,
  name: string | undefined,
  folder: string | undefined,
  json: boolean,
) {
  const { datasetNames, fetchDataset } = await loadRegistry();
  if (name === undefined) {
    throw new UsageError(
      'USAGE_MISSING_ARGUMENT',
      'redistill data fetch needs the NAME of a data set.',
      {
        hint: `Known: ${datasetNames().join(', ')}; released weights: redistill data teachers, redistill data backbones.`,
      },
    );
  }
  const release = releaseNamed(await releases(), name);
  const { backboneWeights } = await import('../../reference/backbones/loader.ts');
  const backbone = backboneWeights().find((weights) => weights.name === name);
  const progress = transferProgress(context);
  try {
    const options = {
      ...optionsOf(context, folder),
      signal: context.signal,
      onProgress: progress.show,
      onNotice: (message: string) => context.stderr(message),
    };
    if (release !== undefined) return await fetchRelease(context, release, options, json);
    if (backbone !== undefined) return await fetchBackboneCommand(context, backbone, options, json);
    const where = await fetchDataset(name, options);
    if (json) context.json({ schemaVersion, dataset: name, where });
    else context.stdout(`${name}: ${where}`);
    return exitCodes.fine;
  } catch (error) {
    if (!context.signal.aborted) throw error;
    context.stderr(`Stopped. The same command resumes the transfer of ${name}.`);
    return exitCodes.infrastructure;
  } finally {
    progress.stop();
  }
}

interface VerifyResult {
  readonly id: string;
  readonly ok: boolean;
  readonly hash: string | null;
  readonly where: string | null;
  readonly form: string | null;
  readonly error: string | null;
  readonly hint: string | null;
  /** What is worth knowing of a set that is fine, with counts of pictures. */
  readonly notes: readonly string[];
}

async function verify(
  context: CommandContext,
  name: string | undefined,
  folder: string | undefined,
  json: boolean,
) {
  const { listDatasets, verifyDataset } = await loadRegistry();
  const options = optionsOf(context, folder);
  const names =
    name === undefined
      ? (await listDatasets(options)).filter((set) => set.present).map((set) => set.id)
      : [name];
  const results: VerifyResult[] = [];
  for (const id of names) {
    const notes: string[] = [];
    const notice = (message: string) => {
      notes.push(message);
      options.notice(message);
    };
    try {
      const verified = await verifyDataset(id, { ...options, notice });
      results.push({ id, ok: true, ...verified, error: null, hint: null, notes });
    } catch (error) {
      if (!(error instanceof RedistillError) || error.exitCode !== exitCodes.failed) throw error;
      results.push({
        id,
        ok: false,
        hash: null,
        where: null,
        form: null,
        error: error.message,
        hint: error.hint ?? null,
        notes,
      });
    }
  }
  if (json) context.json({ schemaVersion, datasets: results });
  else for (const result of results) for (const line of verifyLines(result)) context.stdout(line);
  return results.every((result) => result.ok) ? exitCodes.fine : exitCodes.failed;
}

/**
 * What became of a set; what is wrong and what to do about it stand together, wherever the output
 * goes.
 */
function verifyLines({ id, ok, hash, where, form, error, hint }: VerifyResult): string[] {
  const found = form === null ? where : `${where}, ${form}`;
  if (ok) return [`${id}: fine, data hash ${hash} (${found})`];
  return [`${id}: ${error}`, ...(hint === null ? [] : [`  ${hint}`])];
}

/** A bar on a terminal; a line for every tenth elsewhere. */
function transferProgress({ isTerminal, progress, stderr }: CommandContext) {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (!isTerminal) {
    let told = 0;
    return {
      show(done: number, total: number) {
        const tenth = Math.floor((10 * done) / total);
        if (tenth <= told) return;
        told = tenth;
        stderr(`${megabytes(done)} of ${megabytes(total)} MB`);
      },
      stop() {},
    };
  }
  const bar = new cliProgress.SingleBar({
    stream: progress as Writable & NodeJS.WritableStream,
    format: '{bar} {percentage}% {text}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    gracefulExit: false,
  });
  let started = false;
  return {
    show(done: number, total: number) {
      const text = `${megabytes(done)} of ${megabytes(total)} MB`;
      if (!started) bar.start(total, 0, { text });
      started = true;
      bar.update(done, { text });
    },
    stop() {
      if (started) bar.stop();
    },
  };
}
