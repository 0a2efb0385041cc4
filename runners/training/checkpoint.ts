import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../common/canonical.ts';
import { DataError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '../formats/safetensors.ts';

/**
 * Everything that a loop needs to go on as if it had never stopped: tensors, and the loop's own
 * state as JSON.
 */
export interface Checkpoint<Loop> {
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  readonly loop: Loop;
}

export interface StoredCheckpoint {
  /** File name within the folder: `step-00001234-<first 16 digits of the SHA-256>.safetensors`. */
  readonly file: string;
  readonly step: number;
  readonly sha256: string;
}

export interface RecoveredCheckpoint<Loop> extends StoredCheckpoint, Checkpoint<Loop> {}

const pattern = /^step-(\d{8,})-([0-9a-f]{16})\.safetensors$/;
const kept = 2;

/**
 * Writes a checkpoint, complete and synced before it has its name, and then removes all but the
 * newest two.
 *
 * The name carries the content's checksum, so that a file is its own proof whether or not the
 * journal line that announces it was still written.
 */
export function saveCheckpoint<Loop>(
  folder: string,
  step: number,
  checkpoint: Checkpoint<Loop>,
): StoredCheckpoint {
  const bytes = encodeSafetensors({
    tensors: checkpoint.tensors,
    metadata: { format: 'redistill-checkpoint-1', loop: JSON.stringify(checkpoint.loop) },
  });
  const digest = sha256(bytes);
  const file = `step-${String(step).padStart(8, '0')}-${digest.slice(0, 16)}.safetensors`;
  writeFileAtomic(join(folder, file), bytes);
  for (const old of listCheckpoints(folder).slice(kept))
    rmSync(join(folder, old.file), { force: true });
  return { file, step, sha256: digest };
}

/** The newest whole checkpoint, with the faults of newer ones; null where there is none. */
export function recoverCheckpoint<Loop>(folder: string): {
  readonly checkpoint: RecoveredCheckpoint<Loop> | null;
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
} {
  const refused: { file: string; reason: string }[] = [];
  for (const { file, step, digest } of listCheckpoints(folder)) {
    const path = join(folder, file);
    try {
      const bytes = readFileSync(path);
      const actual = sha256(bytes);
      if (!actual.startsWith(digest)) {
        throw new DataError(
          'CHECKPOINT_CHECKSUM',
          `${path} is truncated or changed: its checksum does not match its name.`,
        );
      }
      const content = decodeSafetensors(bytes, path);
      const loop = JSON.parse(content.metadata['loop'] ?? 'null') as Loop;
      return {
        checkpoint: { file, step, sha256: actual, tensors: content.tensors, loop },
        refused,
      };
    } catch (error) {
      refused.push({ file, reason: (error as Error).message });
    }
  }
  return { checkpoint: null, refused };
}

/** Newest first. Temporary files of an interrupted write have another name and are passed over. */
function listCheckpoints(folder: string): { file: string; step: number; digest: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => {
      const match = pattern.exec(file);
      return match === null ? [] : [{ file, step: Number(match[1]), digest: match[2] as string }];
    })
    .sort((a, b) => b.step - a.step || (a.file < b.file ? -1 : 1));
}
