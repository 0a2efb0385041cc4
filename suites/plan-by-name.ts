import '../runners/data/all.ts';
import { DataError, UsageError } from '../common/errors.ts';
import type { Problems } from '../common/problems.ts';
import type { Plan } from '../contract/plan-types.ts';
import { type Scale, scales, type Task } from '../contract/spec.ts';
import { catalogues } from '../runners/catalogue/catalogue.ts';
import type { DataOptions, DatasetSource } from '../runners/data/dataset.ts';
import { ownSets } from '../runners/data/own-folders.ts';
import { findSource, isForm, keysHolding, sizesDiffer } from '../runners/data/registry.ts';
import { loadMethodsOf, planContext } from './context.ts';
import { externalContext } from './external.ts';
import { defaultScale, readSuite } from './load.ts';
import { planSuite } from './plan.ts';
import type { DatasetInfo } from './plan-context.ts';
import { presentWeights, type ReleasedWeights, supposedWeights } from './released-weights.ts';
import type { Suite } from './suite.ts';

export interface PlanRequest {
  /**
   * Default: the own study, then the proxy, the smoke test and the paper's protocol, whichever the
   * suite has.
   */
  readonly scale?: Scale | undefined;
  /** Instead of the scale's own seeds. */
  readonly seeds?: readonly number[] | undefined;
  /** Train teachers even where the published table's own was released. */
  readonly ownTeachers?: boolean | undefined;
  /** Where data sets are looked for. */
  readonly data?: DataOptions;
  /** Where checkpoints were imported to; default: the cache alone is looked at. */
  readonly workspace?: string | undefined;
  /** Why trainings by code that is not ours cannot run here; null where they can. */
  readonly externalMissing?: string | null;
}

export interface RequestedPlan {
  readonly suite: Suite;
  readonly plan: Plan;
  /**
   * Null where data and weights are here. Else what the plan would be if they were, for its price
   * only: the identities of its trials are not real.
   */
  readonly withData: Plan | null;
}

/**
 * The plan of a suite by name or path, with the real registries and the data of this machine.
 *
 * @throws UsageError as `loadSuite` and `planSuite`; DataError where the data are here but damaged.
 *   Data that are not here are no error: the cells say so.
 */
export async function planByName(
  nameOrPath: string,
  { scale, data = {}, externalMissing = null, ...more }: PlanRequest = {},
): Promise<RequestedPlan> {
  const { suite, problems } = readSuite(nameOrPath);
  if (suite === null) throw problems.asError('SUITE_ERRORS');
  await loadMethodsOf(suite);
  const chosen = scale ?? defaultScale(suite);
  try {
    return await planRead(suite, chosen, problems, { ...more, data, externalMissing });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    problems.add(error);
    otherScales(suite, chosen, problems, data);
    throw problems.asError('SUITE_ERRORS');
  }
}

/**
 * What is wrong with the scales that nobody asked for, told where the one that was asked for is
 * wrong as well. No data are read for it.
 */
function otherScales(suite: Suite, chosen: Scale, problems: Problems, data: DataOptions): void {
  const { task, scales: own, implementation } = suite.definition;
  // The names of such a suite are its command's.
  if (implementation === 'external') return;
  for (const name of scales) {
    const id = own[name]?.dataset;
    if (name === chosen || id === undefined) continue;
    const names = datasetsFor(task, id, data);
    const source = findSource(id);
    const missing = 'it was not looked for';
    const trainPictures = source?.train ?? 0;
    const info = { identity: null, missing, trainPictures, ...sizesOf(source) };
    const context = planContext(task, { names, dataset: () => info }, supposedWeights);
    problems.attempt(() => planSuite(suite, name, context));
  }
}

type Asked = Required<Pick<PlanRequest, 'data' | 'externalMissing'>> & Omit<PlanRequest, 'scale'>;

async function planRead(
  suite: Suite,
  chosen: Scale,
  problems: Problems,
  { seeds, ownTeachers, workspace, data, externalMissing }: Asked,
): Promise<RequestedPlan> {
  if (suite.definition.implementation === 'external') {
    const { task } = suite.definition;
    const nothing = { identity: null, missing: null, trainPictures: 0 };
    const names = datasetsFor(task, undefined, data);
    const ours = planContext(task, { names, dataset: () => nothing }, supposedWeights);
    const pictures = (set: string) => findSource(set)?.train;
    const context = externalContext(suite, ours, pictures, externalMissing);
    return { suite, plan: planSuite(suite, chosen, context, { seeds, problems }), withData: null };
  }
  const id = suite.definition.scales[chosen]?.dataset;
  const info = id === undefined ? null : await findDataset(id, data);
  const names = datasetsFor(suite.definition.task, id, data);
  const make = (dataset: DatasetInfo | null, weights: ReleasedWeights) =>
    planSuite(
      suite,
      chosen,
      planContext(suite.definition.task, { names, dataset: () => dataset as DatasetInfo }, weights),
      { seeds, ownTeachers, problems },
    );
  const present = presentWeights(data.environment ?? process.env, workspace);
  let lacks = info?.missing != null;
  const noted = <Found extends { readonly missing: string | null } | null>(found: Found): Found => {
    lacks ||= (found?.missing ?? null) !== null;
    return found;
  };
  const plan = make(info, {
    backbone: (pretrained, network) => noted(present.backbone(pretrained, network)),
    releasedTeacher: (table, network) => noted(present.releasedTeacher(table, network)),
    checkpoint: present.checkpoint,
  });
  if (info === null || id === undefined || !lacks) return { suite, plan, withData: null };
  const identity = info.identity ?? { dataset: id, hash: 'not here' };
  const supposed = { ...info, missing: null, identity };
  const withData = info.trainPictures === 0 ? null : make(supposed, supposedWeights);
  return { suite, plan, withData };
}

/**
 * Names of the sets that a task can be trained on: ours, the one that a suite names by its folder,
 * and what else lies in the data folder.
 */
function datasetsFor(task: Task, id: string | undefined, data: DataOptions): readonly string[] {
  const keys = keysHolding(catalogues[task].data);
  const lying = ownSets(data);
  const own = keys
    .filter(isForm)
    .flatMap((form) => [
      ...(id?.startsWith(form) && findSource(id) !== undefined ? [id] : []),
      ...lying.map((name) => `${form}${name}`),
    ]);
  return [...keys.filter((key) => !isForm(key)), ...new Set(own)];
}

/**
 * A data set that may be absent, or null for a name that nobody knows (which planning refuses with
 * the nearest one).
 */
async function findDataset(id: string, options: DataOptions): Promise<DatasetInfo | null> {
  const source = findSource(id);
  if (source === undefined) return null;
  try {
    const identity = await source.identity(options);
    const found = source.train > 0 ? source : await countsOf(source, options);
    const { train, classes } = found;
    const counted = source.holds === 'labels' && classes !== undefined ? { classes } : {};
    return { identity, missing: null, trainPictures: train, ...counted, ...knownOf(source, found) };
  } catch (error) {
    if (!(error instanceof DataError) || error.code !== 'DATA_MISSING') throw error;
    const todo = error.hint === undefined ? '' : ` (${error.hint.replace(/\.$/, '')})`;
    const missing = `the data set ${id} is not here${todo}`;
    return { identity: null, missing, trainPictures: source.train, ...knownOf(source, source) };
  }
}

/** What is known of a set before it is read, and what `found` says of it. */
function knownOf(source: DatasetSource, found: object): Partial<DatasetInfo> {
  const { objects, labels } = source.holds === 'scenes' ? source : {};
  const { side } = source.holds === 'labels' ? source : {};
  return {
    ...sizesOf(found),
    ...(side !== undefined && { side }),
    ...(objects !== undefined && { objects }),
    ...(labels !== undefined && { labels }),
  };
}

/** Whether the pictures of a set are known to have different sizes. */
function sizesOf(found: object | undefined): Pick<DatasetInfo, 'sizesDiffer'> {
  return found !== undefined && 'sizesDiffer' in found
    ? { sizesDiffer: Boolean(found.sizesDiffer) }
    : {};
}

/** Counts of a set whose source does not know them: it is read for them. */
async function countsOf(
  source: DatasetSource,
  options: DataOptions,
): Promise<{ readonly train: number; readonly classes?: number; readonly sizesDiffer?: boolean }> {
  if (source.holds === 'labels') {
    const data = await source.load(options);
    const { train, classes } = data;
    return { train: train.count, classes: classes.length, sizesDiffer: sizesDiffer(data) };
  }
  return { train: (await source.load(options)).train.pictures.length };
}
