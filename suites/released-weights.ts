import type { ReleasedTeacherInfo } from '../contract/plan-types.ts';
import {
  loadTeacherReleases,
  type ReleaseFile,
  type TeacherRelease,
  teachersOf,
} from '../reference/teachers/loader.ts';
import { cacheFolder } from '../runners/data/cache.ts';
import { checkpointOrigin } from '../runners/weights/checkpoints/store.ts';
import { presentReleasedTeacher } from '../runners/weights/teachers/store.ts';
import { presentBackbones, supposedBackbones } from './backbones.ts';
import type { PlanContext } from './plan-context.ts';

/** Weights that trainings need: released ones of backbones and of teachers, and imported ones. */
export type ReleasedWeights = Pick<PlanContext, 'backbone' | 'releasedTeacher' | 'checkpoint'>;

/** Those on this machine. @param workspace where checkpoints were imported to */
export function presentWeights(
  environment: Readonly<Record<string, string | undefined>>,
  workspace?: string,
): ReleasedWeights {
  const folders = [...(workspace === undefined ? [] : [workspace]), cacheFolder(environment)];
  return {
    checkpoint: (sha256) =>
      folders.map((folder) => checkpointOrigin(folder, sha256)).find((found) => found !== null) ??
      null,
    backbone: presentBackbones(environment),
    releasedTeacher: (table, network) =>
      found(
        table,
        network,
        (release) => presentReleasedTeacher(release, network, environment)?.sha256 ?? null,
      ),
  };
}

/** The same if all that is released were here, for prices: the identities are not real. */
export const supposedWeights: ReleasedWeights = {
  backbone: supposedBackbones,
  releasedTeacher: (table, network) => found(table, network, () => 'not here'),
  checkpoint: () => null,
};

/** @param digestOf SHA-256 of a release's weights of this network; null where they are not here */
function found(
  table: string,
  network: string,
  digestOf: (release: string) => string | null,
): ReleasedTeacherInfo | null {
  for (const release of loadTeacherReleases()) {
    if (!release.teaches.some(({ tables }) => tables.includes(table))) continue;
    for (const file of release.files) {
      const of = teachersOf(file).find(({ model }) => model === network);
      if (of === undefined) continue;
      const info = { release: release.id, unfit: of.unfit, score: of.score };
      const sha256 = of.unfit === null ? digestOf(release.id) : null;
      const here = of.unfit !== null || sha256 !== null;
      return { ...info, sha256, missing: here ? null : missing(release, network, file) };
    }
  }
  return null;
}

function missing(
  { id, page }: TeacherRelease,
  network: string,
  { file, url }: ReleaseFile,
): string {
  const fetch = `redistill data fetch ${id}/${network}`;
  const todo =
    url === null ? `Take ${file} from ${page}, then run: ${fetch} --data FOLDER` : `Run: ${fetch}`;
  return `the released teacher ${network} of ${id} is not here (${todo})`;
}
