import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { writeError } from '../../common/files.ts';
import { codeUrl } from '../../common/installation.mjs';

const intervalMs = 2000;

/**
 * Touches `files` every two seconds from a thread of its own, so that a long TensorFlow call does
 * not look like a hang, while a process that is stopped or gone does.
 *
 * @throws InfrastructureError `FILE_WRITE`
 */
export function startHeartbeat(files: readonly string[]): { stop(): Promise<void> } {
  for (const file of files) {
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '');
    } catch (cause) {
      throw writeError(file, cause);
    }
  }
  const worker = new Worker(codeUrl(new URL('./heartbeat.ts', import.meta.url)), {
    workerData: { heartbeats: files },
  });
  worker.unref();
  return {
    async stop() {
      await worker.terminate();
    },
  };
}

if (!isMainThread && Array.isArray((workerData as { heartbeats?: unknown } | null)?.heartbeats)) {
  const { heartbeats } = workerData as { heartbeats: readonly string[] };
  setInterval(() => {
    for (const file of heartbeats) {
      try {
        writeFileSync(file, '');
      } catch {
        // A full disk ends the run through the journal, with its reason; the heartbeat only stops.
      }
    }
  }, intervalMs);
}
