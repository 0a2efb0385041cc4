import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach } from 'node:test';
import { type Cluster, missingSlurm, startCluster } from './cluster.ts';

/** What the tests of a file have while they run. */
interface OfFile {
  cluster: Cluster;
  /** Of all tests of the file. */
  folder: string;
  /** Of the test that runs. */
  workspace: string;
}

interface Options {
  /** As in `startCluster`. */
  readonly gpus?: number;
  /**
   * Variables that the tests' own process gets, beside those by which Slurm's programs find the
   * cluster. Default: none of both.
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A cluster for the tests of a file, started before the first and stopped after the last. Nothing
 * is there where Slurm is missing, so that all tests skip.
 *
 * @param name tells the folders of files apart
 */
export function useCluster(name: string, { gpus = 0, environment }: Options = {}): OfFile {
  const own = {} as OfFile;
  if (missingSlurm() !== false) return own;
  before(async () => {
    own.folder = mkdtempSync(join(tmpdir(), `redistill-slurm-${name}-`));
    own.cluster = await startCluster({ gpus });
    if (environment !== undefined) {
      Object.assign(process.env, own.cluster.environment, environment);
    }
  });
  beforeEach(() => {
    own.workspace = mkdtempSync(join(own.folder, 'workspace-'));
  });
  after(async () => {
    await own.cluster.stop();
    rmSync(own.folder, { recursive: true, force: true });
  });
  return own;
}
