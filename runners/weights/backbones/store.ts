import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../../common/canonical.ts';
import { DataError, InfrastructureError } from '../../../common/errors.ts';
import { writeFileAtomic } from '../../../common/files.ts';
import type { BackboneRef } from '../../../contract/spec.ts';
import { cacheFolder } from '../../data/cache.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The record beside stored weights: their name and their origin. */
export interface BackboneRecord extends BackboneRef {
  readonly schemaVersion: 1;
  readonly architecture: string;
  /** Name of the file that they were taken from, and the SHA-256 of its bytes. */
  readonly source: string;
  readonly sourceSha256: string;
}

/**
 * Where files of the weights called `name` lie (`torchvision/resnet50`): one folder for all
 * workspaces.
 */
export function backboneFolder(name: string, environment: Environment): string {
  return join(cacheFolder(environment), 'backbones', ...name.split('/'));
}

const recordFile = (folder: string) => join(folder, 'weights.json');
const weightsFile = (folder: string, digest: string) => join(folder, `${digest}.safetensors`);

/**
 * Stores weights under the SHA-256 of the file that holds them, and makes them those that `name`
 * means from now on. Weights that it meant before stay for the trials that began with them.
 */
export function storeBackbone(
  bytes: Uint8Array,
  record: Omit<BackboneRecord, 'schemaVersion' | 'sha256'>,
  environment: Environment,
): BackboneRecord {
  const folder = backboneFolder(record.name, environment);
  const stored: BackboneRecord = { schemaVersion: 1, sha256: sha256(bytes), ...record };
  writeFileAtomic(weightsFile(folder, stored.sha256), bytes);
  writeFileAtomic(recordFile(folder), `${JSON.stringify(stored, null, 2)}\n`);
  return stored;
}

/**
 * The weights that `name` means on this machine; null where none were imported. Reads no weights.
 *
 * @throws DataError `BACKBONE_RECORD` for a record that cannot be read
 */
export function presentBackbone(name: string, environment: Environment): BackboneRecord | null {
  const path = recordFile(backboneFolder(name, environment));
  if (!existsSync(path)) return null;
  let record: Partial<BackboneRecord> | null = null;
  try {
    record = JSON.parse(readFileSync(path, 'utf8')) as Partial<BackboneRecord>;
  } catch {
    // Told below.
  }
  if (record?.name === name && /^[0-9a-f]{64}$/.test(record.sha256 ?? '')) {
    const stored = weightsFile(backboneFolder(name, environment), record.sha256 as string);
    return existsSync(stored) ? (record as BackboneRecord) : null;
  }
  throw new DataError('BACKBONE_RECORD', `${path} does not say which weights ${name} are.`, {
    hint: 'Remove its folder and import the weights again.',
  });
}

/**
 * The file of a trial's backbone, after a look at whether it still is what its name says.
 *
 * @throws InfrastructureError `BACKBONE_MISSING` where it is not on this machine
 * @throws DataError `BACKBONE_CHANGED` where the file was changed or damaged
 */
export function findBackbone({ name, sha256: digest }: BackboneRef, environment: Environment) {
  const path = weightsFile(backboneFolder(name, environment), digest);
  if (!existsSync(path)) {
    throw new InfrastructureError(
      'BACKBONE_MISSING',
      `The weights ${name} with the checksum ${digest.slice(0, 12)}, which the backbone starts with, are not here.`,
      { hint: `Bring them with redistill data fetch ${name}, or redistill import backbone FILE.` },
    );
  }
  checkBackboneFile(path, { name, sha256: digest });
  return path;
}

/** @throws DataError `BACKBONE_CHANGED` where a file is not what the trial was planned with */
export function checkBackboneFile(path: string, { name, sha256: digest }: BackboneRef): void {
  const found = sha256(readFileSync(path));
  if (found === digest) return;
  throw new DataError(
    'BACKBONE_CHANGED',
    `The weights ${name} in ${path} are not those that the trial was planned with: their SHA-256 is ${found.slice(0, 12)}, not ${digest.slice(0, 12)}.`,
    { hint: 'Remove the file and import the weights again.' },
  );
}
