import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../../common/canonical.ts';
import { DataError, InfrastructureError } from '../../../common/errors.ts';
import { writeFileAtomic } from '../../../common/files.ts';

/**
 * Beside the weights, for people: where they come from. Nothing that a run computes depends on it.
 */
export interface CheckpointOrigin {
  readonly schemaVersion: 1;
  readonly model: string;
  readonly classes: number;
  /** Name of the file that was imported, and the SHA-256 of its bytes. */
  readonly source: string;
  readonly sourceSha256: string;
  /** What the stored file states of its training's normalisation. */
  readonly normalisation?: string;
}

/** Imported weights lie in `checkpoints/<SHA-256 of the file>.safetensors` of the workspace. */
export function checkpointFile(workspace: string, digest: string): string {
  return join(workspace, 'checkpoints', `${digest}.safetensors`);
}

/**
 * Stores weights under the SHA-256 of the file that holds them. Equal weights are one file.
 * @returns the SHA-256
 */
export function storeCheckpoint(
  workspace: string,
  bytes: Uint8Array,
  origin: CheckpointOrigin,
): string {
  const digest = sha256(bytes);
  const path = checkpointFile(workspace, digest);
  if (!existsSync(path)) writeFileAtomic(path, bytes);
  writeFileAtomic(path.replace(/\.safetensors$/, '.json'), `${JSON.stringify(origin, null, 2)}\n`);
  return digest;
}

/**
 * What stands beside an imported checkpoint: its network and its classes. Reads no weights; null
 * where nothing readable stands there.
 */
export function checkpointOrigin(
  folder: string,
  digest: string,
): Pick<CheckpointOrigin, 'model' | 'classes'> | null {
  const path = checkpointFile(folder, digest).replace(/\.safetensors$/, '.json');
  try {
    const { model, classes } = JSON.parse(readFileSync(path, 'utf8')) as Partial<CheckpointOrigin>;
    return typeof model === 'string' && Number.isInteger(classes)
      ? { model, classes: classes as number }
      : null;
  } catch {
    return null;
  }
}

/**
 * The file of an imported checkpoint, after a look at whether it still is what its name says.
 *
 * @throws InfrastructureError `CHECKPOINT_MISSING` where nothing was imported under this checksum
 * @throws DataError `CHECKPOINT_CHECKSUM` where the file was changed or damaged since
 */
export function findCheckpoint(workspace: string, digest: string): string {
  const path = checkpointFile(workspace, digest);
  if (!existsSync(path)) {
    throw new InfrastructureError(
      'CHECKPOINT_MISSING',
      `No imported checkpoint has the checksum ${digest}.`,
      { hint: 'Import it with: redistill import checkpoint FILE --model NAME.' },
    );
  }
  if (sha256(readFileSync(path)) !== digest) {
    throw new DataError(
      'CHECKPOINT_CHECKSUM',
      `${path} is truncated or changed: its checksum does not match its name.`,
      { hint: 'Remove it and import the checkpoint again.' },
    );
  }
  return path;
}
