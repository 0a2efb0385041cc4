import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../../common/did-you-mean.ts';
import { DataError, UsageError } from '../../../common/errors.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import { cacheFolder } from '../../data/cache.ts';
import { type ImportedCheckpoint, readCheckpoint } from '../checkpoints/import-checkpoint.ts';
import { checkpointFile, storeCheckpoint } from '../checkpoints/store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The facts about a release that storing needs; `reference/teachers` has them. */
export interface StorableRelease {
  readonly id: string;
  readonly normalisation: string | null;
  readonly files: readonly {
    readonly sha256Prefix: string | null;
    readonly members: readonly StorableTeacher[] | null;
    readonly teacher: StorableTeacher | null;
  }[];
}

interface StorableTeacher {
  readonly model: string;
  readonly unfit: string | null;
}

/** Which imported weights are a release's teacher on this machine. */
export interface TeacherRecord {
  readonly schemaVersion: 1;
  readonly release: string;
  readonly model: string;
  /** Of the weights as they were imported: what trials name. */
  readonly sha256: string;
  /** Name of the file that they were taken from, and the SHA-256 of its bytes. */
  readonly source: string;
  readonly sourceSha256: string;
}

const recordFile = (release: string, model: string, environment: Environment) =>
  join(cacheFolder(environment), 'teachers', release, `${model}.json`);

/**
 * Takes a released teacher's weights out of their file, with the normalisation that its release
 * states, and stores them for every workspace. Weights that the release's teacher was before stay
 * for the trials that they taught.
 *
 * @throws UsageError `TEACHER_UNKNOWN` where the release has no teacher of that network,
 *   `TEACHER_UNFIT` where the network here cannot take its weights; DataError `DATA_CHECKSUM` for
 *   another file than the one that the release's name tells; and what
 *   {@link readCheckpoint} throws
 */
export function importReleasedTeacher(
  path: string,
  release: StorableRelease,
  model: string,
  environment: Environment,
  prefix?: string,
): ImportedCheckpoint {
  const sha256Prefix = fittingTeacher(release, model);
  const { bytes, origin, ...read } = readCheckpoint(path, model, {
    prefix,
    normalisation: release.normalisation ?? undefined,
  });
  const { source, sourceSha256 } = origin;
  if (sha256Prefix !== null && !sourceSha256.startsWith(sha256Prefix)) {
    throw new DataError(
      'DATA_CHECKSUM',
      `${path} is corrupt or another file: its SHA-256 begins with ${sourceSha256.slice(0, 8)}, that of ${release.id} with ${sha256Prefix}.`,
      { hint: `Fetch it with: redistill data fetch ${release.id}/${model}` },
    );
  }
  const cache = cacheFolder(environment);
  const sha256 = storeCheckpoint(cache, bytes, origin);
  const record: TeacherRecord = {
    schemaVersion: 1,
    release: release.id,
    model,
    sha256,
    source,
    sourceSha256,
  };
  writeFileAtomic(
    recordFile(release.id, model, environment),
    `${JSON.stringify(record, null, 2)}\n`,
  );
  return { ...read, sha256, file: checkpointFile(cache, sha256) };
}

/** The first digits of the file's SHA-256, where its name tells them. */
function fittingTeacher({ id, files }: StorableRelease, model: string): string | null {
  const teachers = files.flatMap(({ members, teacher, sha256Prefix }) =>
    (members ?? (teacher === null ? [] : [teacher])).map((each) => ({ ...each, sha256Prefix })),
  );
  const found = teachers.find((each) => each.model === model);
  if (found === undefined) {
    const known = teachers.map((each) => each.model);
    throw new UsageError(
      'TEACHER_UNKNOWN',
      `The release ${id} has no teacher ${model}.${didYouMean(model, known)}`,
      { hint: `It has: ${known.join(', ')}.` },
    );
  }
  if (found.unfit !== null) {
    throw new UsageError(
      'TEACHER_UNFIT',
      `The network ${model} cannot take the weights of ${id}: ${found.unfit}.`,
    );
  }
  return found.sha256Prefix;
}

/**
 * Which weights a release's teacher is on this machine; null where none were fetched or imported.
 * Reads no weights.
 *
 * @throws DataError `TEACHER_RECORD` for a record that cannot be read
 */
export function presentReleasedTeacher(
  release: string,
  model: string,
  environment: Environment,
): TeacherRecord | null {
  const path = recordFile(release, model, environment);
  if (!existsSync(path)) return null;
  let record: Partial<TeacherRecord> | null = null;
  try {
    record = JSON.parse(readFileSync(path, 'utf8')) as Partial<TeacherRecord>;
  } catch {
    // Told below.
  }
  const digest = record?.sha256 ?? '';
  if (record?.release === release && record.model === model && /^[0-9a-f]{64}$/.test(digest)) {
    const stored = checkpointFile(cacheFolder(environment), digest);
    return existsSync(stored) ? (record as TeacherRecord) : null;
  }
  throw new DataError('TEACHER_RECORD', `${path} does not say which weights ${model} are.`, {
    hint: `Remove it and fetch them again: redistill data fetch ${release}/${model}`,
  });
}

/**
 * Copies weights that a plan names into its workspace, where nothing of that checksum is yet: a
 * workspace keeps what its trials learned from. Weights that are not in the cache either are left
 * to whoever needs them.
 */
export function bringCheckpoint(workspace: string, digest: string, environment: Environment): void {
  const to = checkpointFile(workspace, digest);
  const from = checkpointFile(cacheFolder(environment), digest);
  if (existsSync(to) || !existsSync(from)) return;
  writeFileAtomic(to, readFileSync(from));
  const origin = (path: string) => path.replace(/\.safetensors$/, '.json');
  if (existsSync(origin(from))) writeFileAtomic(origin(to), readFileSync(origin(from)));
}
