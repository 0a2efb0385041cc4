import { existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { RedistillError, UsageError } from '../common/errors.ts';
import { writeError } from '../common/files.ts';
import { suggestion } from '../common/nearest.ts';
import { shown } from '../common/shown.ts';
import { datasetKey } from '../contract/dataset-name.ts';
import { completeEffects, type Effects } from './effects.ts';
import { configText, datasetText, methodText, networkText } from './new/kinds.ts';
import { type SuiteAbout, suiteText } from './new/suite.ts';
import { configName } from './own/find-config.ts';

/** Things that `create` begins. */
export const newKinds = ['suite', 'method', 'network', 'dataset'] as const;

export type NewKind = (typeof newKinds)[number];

export interface NewOptions {
  readonly kind: NewKind;
  /** Lower case, digits and hyphens: the name of its file as well. */
  readonly name: string;
  /**
   * Data set of its suite; default: `embedded`, which needs no file. A new data set is that of its
   * suite.
   */
  readonly dataset?: string | undefined;
  /** The folder that the files go to; default: the current one. */
  readonly out?: string | undefined;
  /** Say what would be written, and write nothing. Default: false. */
  readonly dryRun?: boolean | undefined;
}

export interface NewResult {
  /** Absolute paths and contents, in the order in which they are of interest. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly written: boolean;
  /** Lines to add to a configuration that is there; it is never changed. */
  readonly addToConfig: readonly string[];
  /** The suite to plan and run, as a command takes it. */
  readonly suite: string;
}

/**
 * Begins a suite, a method, a network or a data set of one's own: files that plan and run as
 * they are. Never overwrites a file.
 *
 * @throws UsageError `NEW_NAME` for a name that cannot be one, `NEW_TAKEN` for one that Redistill
 *   has, `NEW_EXISTS` where a file is there, `NEW_DATASET` where a new data set is to use another,
 *   or for one that no suite of classification can have; InfrastructureError `FILE_WRITE`
 */
export async function create(
  options: NewOptions,
  effects: Partial<Effects> = {},
): Promise<NewResult> {
  const { cwd } = completeEffects(effects);
  const { kind, name, dryRun = false } = options;
  await checkName(kind, name);
  const dataset = datasetOf(options);
  if (options.dataset !== undefined) await checkDataset(dataset);
  const folder = resolve(cwd, options.out ?? '.');
  const { suite, plugin, texts } = filesOf(kind, name, dataset);
  const config = join(folder, configName);
  const hasConfig = plugin !== null && existsSync(config);
  const own = plugin === null || hasConfig ? {} : { [configName]: configText(plugin, suite) };
  const files = Object.entries({ ...texts, ...own }).map(([path, text]) => ({
    path: join(folder, path),
    text,
  }));
  // A link that leads nowhere is there as well.
  const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  const taken = files.filter(({ path }) => isThere(path)).map(({ path }) => relative(cwd, path));
  if (taken.length > 0) {
    throw new UsageError(
      'NEW_EXISTS',
      `${taken.join(' and ')} ${taken.length === 1 ? 'is' : 'are'} there already.`,
      {
        hint: 'Nothing was written. Take another name, or another folder with --out DIR.',
      },
    );
  }
  if (!dryRun) for (const { path, text } of files) writeNew(path, text);
  return {
    files,
    written: !dryRun,
    addToConfig: hasConfig ? [`plugins: [${plugin}]`, `suites: [${suite}]`] : [],
    suite: relative(cwd, join(folder, suite)),
  };
}

/** Files by their path in the folder. */
function filesOf(kind: NewKind, name: string, dataset: string) {
  if (kind === 'suite') {
    const about = { ...usual, id: name, dataset };
    const suite = `${name}.yaml`;
    return { suite, plugin: null, texts: { [suite]: suiteText(about) } };
  }
  const suite = `suites/${name}-study.yaml`;
  const plugin = `${kind}s/${name}.ts`;
  const { text, uses } = ownKinds[kind](name, plugin);
  const about = { ...usual, id: `${name}-study`, dataset, ...uses };
  return { suite, plugin, texts: { [plugin]: text, [suite]: suiteText(about) } };
}

/** A study of things that are here. */
const usual = { method: null, student: 'resnet8', datasetFile: null };

/** The text of each kind's file, and how its study uses it. */
const ownKinds: Readonly<
  Record<
    Exclude<NewKind, 'suite'>,
    (
      name: string,
      file: string,
    ) => { readonly text: string; readonly uses: Partial<Omit<SuiteAbout, 'id'>> }
  >
> = {
  method: (name) => ({ text: methodText(name), uses: { method: name } }),
  network: (name) => ({ text: networkText(name), uses: { student: name } }),
  dataset: (name, file) => ({ text: datasetText(name), uses: { datasetFile: file } }),
};

/** The data set of the suite. @throws UsageError `NEW_DATASET` */
function datasetOf({ kind, name, dataset }: NewOptions): string {
  if (kind !== 'dataset') return dataset ?? 'embedded';
  if (dataset === undefined || dataset === name) return name;
  throw new UsageError(
    'NEW_DATASET',
    `The study of the new data set "${name}" is about it, not about "${dataset}".`,
    { hint: `Leave out --dataset; "redistill new suite NAME --dataset ${dataset}" needs no code.` },
  );
}

/** @throws UsageError `NEW_NAME`, `NEW_TAKEN` */
async function checkName(kind: NewKind, name: string): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,60}$/.test(name)) {
    throw new UsageError('NEW_NAME', `"${name}" cannot be the name of a ${kind}.`, {
      hint: 'A name has lower-case letters, digits and hyphens, and begins with a letter.',
    });
  }
  const taken = await namesOf(kind);
  if (!taken.includes(name)) return;
  throw new UsageError('NEW_TAKEN', `Redistill has a ${kind} called "${name}".`, {
    hint: `Take another name. "redistill list ${kind}s" has those that are taken.`,
  });
}

/**
 * A name that is not known yet may be that of a data set of the user's own, which no file of theirs
 * is run for here.
 *
 * @throws UsageError `NEW_DATASET`
 */
async function checkDataset(dataset: string): Promise<void> {
  const fail = (why: string) =>
    new UsageError(
      'NEW_DATASET',
      `${shown(dataset)} cannot be the data set of a new suite: ${why}.`,
      {
        hint: '"redistill list datasets" has the names; a folder NAME of your own is images:NAME.',
      },
    );
  const { datasets, findSource } = await import('../runners/data/registry.ts');
  const key = datasetKey(dataset);
  await datasets.load([key]);
  const source = findSource(dataset);
  if (source?.holds === 'scenes') throw fail('a new suite is one of classification');
  const isName = datasets.has(key)
    ? source !== undefined
    : /^[a-z][a-z0-9_.-]{0,62}$/.test(dataset);
  // It is written into YAML as it is.
  if (!isName || /[^\p{L}\p{N} _.:/-]|: |[: ]$/u.test(dataset))
    throw fail('it is not the name of one');
}

async function namesOf(kind: NewKind): Promise<readonly string[]> {
  if (kind === 'suite') return (await import('../suites/load.ts')).listSuites();
  if (kind === 'dataset') return (await import('../runners/data/registry.ts')).datasetNames();
  const { catalogues } = await import('../runners/catalogue/catalogue.ts');
  const all = Object.values(catalogues);
  return all.flatMap(({ methodNames, networks }) => (kind === 'method' ? methodNames : networks));
}

function writeNew(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // A file that came in the meantime stays, too.
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    if (cause instanceof RedistillError) throw cause;
    throw writeError(path, cause);
  }
}

/** The kind that a word names. @throws UsageError `NEW_KIND` */
export function newKind(word: string): NewKind {
  const found = newKinds.find((kind) => kind === word);
  if (found !== undefined) return found;
  throw new UsageError(
    'NEW_KIND',
    `Nothing new is called "${word}". ${suggestion(word, newKinds)}`,
    {
      hint: 'For example: redistill new suite my-study.',
    },
  );
}
