import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../common/errors.ts';
import { makeTemporaryFolder } from '../common/files.ts';
import { suggestion } from '../common/nearest.ts';
import { checkWritable } from '../common/writable.ts';
import type { GpuCheckPartRecord, GpuCheckRecord } from '../contract/gpu-check.ts';
import { schemaVersion } from '../contract/spec.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import type { GpuCheckPart, PartFindings, PartPlace } from './gpu-check/part.ts';
import { gpuCheckParts } from './gpu-check/parts.ts';

export interface GpuCheckOptions extends WorkspaceOption {
  /** Default: `gpu`. On a `cpu` every part runs too, which shows that the check works. */
  readonly device?: 'cpu' | 'gpu' | undefined;
  /** Ids of parts; default: all. */
  readonly only?: readonly string[] | undefined;
  /** Folder of the page and its JSON; default: `gpu-check` in the workspace. */
  readonly out?: string | undefined;
}

/** The effects of `gpuCheck`. */
export interface GpuCheckEffects extends Effects {
  onPart(title: string, index: number, parts: number): void;
  onResult(part: GpuCheckPartRecord): void;
}

export interface GpuCheckResult {
  readonly record: GpuCheckRecord;
  /** Absolute paths. */
  readonly page: string;
  readonly json: string;
}

/**
 * Asks a machine with a GPU everything that only such a machine can answer, in under ten minutes:
 * each part has its own limit of time, and one that fails does not keep the others from running.
 *
 * @throws UsageError `GPU_CHECK_PART` for an unknown part, `REPORT_OUT` where `out` holds something
 *   else; InfrastructureError `FILE_WRITE`
 */
export async function gpuCheck(
  options: GpuCheckOptions = {},
  effects: Partial<GpuCheckEffects> = {},
): Promise<GpuCheckResult> {
  const all = { onPart() {}, onResult() {}, ...effects, ...completeEffects(effects) };
  const { device = 'gpu', only = gpuCheckParts.ids } = options;
  refuseUnknown(only);
  const out =
    options.out === undefined
      ? join(workspaceOf(options, all), 'gpu-check')
      : resolve(all.cwd, options.out);
  const { refuseForeign } = await import('../reports/site-writer.ts');
  // Now, and not after ten minutes.
  refuseForeign(out);
  checkWritable(out);
  const { probeTensorflow } = await import('../runners/doctor/tensorflow.ts');
  const startedAt = all.clock.now();
  const begun = all.clock.elapsed();
  const tensorflow = await probeTensorflow({ signal: all.signal });
  const gpuSeen = tensorflow.kind === 'loaded' && tensorflow.usesGpu;
  const asked = gpuCheckParts.ids.filter((id) => only.includes(id));
  const parts: GpuCheckPartRecord[] = [];
  let torch: string | null = null;
  for (const [index, part] of (await gpuCheckParts.load(asked)).entries()) {
    const id = asked[index] as string;
    all.onPart(part.title, index, asked.length);
    const { record, torch: version } = await runPart(id, part, device, gpuSeen, all);
    all.signal.throwIfAborted();
    torch ??= version;
    parts.push(record);
    all.onResult(record);
  }
  const [{ benchEnvironment }, { gpuName }, { writeGpuCheck }] = await Promise.all([
    import('./bench-environment.ts'),
    import('../runners/training/machine.ts'),
    import('../reports/gpu-check.ts'),
  ]);
  const record: GpuCheckRecord = {
    schemaVersion,
    startedAt: startedAt.toISOString(),
    seconds: (all.clock.elapsed() - begun) / 1000,
    device,
    gpuSeen,
    environment: benchEnvironment({
      gpu: device === 'gpu' && gpuSeen ? gpuName() : null,
      tensorflow: tensorflow.kind === 'loaded' ? tensorflow.version : null,
      torch,
    }),
    parts,
  };
  return { record, ...(await writeGpuCheck(out, record)) };
}

/** @throws UsageError `GPU_CHECK_PART` */
function refuseUnknown(only: readonly string[]): void {
  const unknown = only.find((id) => !gpuCheckParts.has(id));
  if (unknown === undefined) return;
  throw new UsageError('GPU_CHECK_PART', `gpu-check has no part "${unknown}".`, {
    hint: suggestion(unknown, gpuCheckParts.ids),
  });
}

/** How much longer a part may take on a processor: ten minutes are promised on a GPU. */
const cpuFactor = 5;

/** Runs one part in a folder of its own, for as long as it may take. */
async function runPart(
  id: string,
  part: GpuCheckPart,
  device: 'cpu' | 'gpu',
  gpuSeen: boolean,
  { clock, environment, signal }: GpuCheckEffects,
): Promise<{ readonly record: GpuCheckPartRecord; readonly torch: string | null }> {
  const { title, about } = part;
  const limit = part.limit * (device === 'cpu' ? cpuFactor : 1);
  const begun = clock.elapsed();
  const told = (
    result: GpuCheckPartRecord['result'],
    sentence: string,
    { figures = [], torch = null }: Partial<PartFindings> = {},
  ) => ({
    record: {
      ...{ id, title, about, result, sentence, limit },
      figures: figures.filter(isFinal),
      seconds: (clock.elapsed() - begun) / 1000,
    },
    torch,
  });
  if (device === 'gpu' && !gpuSeen && part.withoutGpu !== true)
    return told('not-shown', 'TensorFlow sees no GPU on this machine.');
  const timeout = AbortSignal.timeout(limit * 1000);
  const scratch = makeTemporaryFolder('redistill-gpu-check-');
  const folder = join(scratch, id);
  mkdirSync(folder);
  const place: PartPlace = {
    ...{ device, folder, environment },
    signal: AbortSignal.any([signal, timeout]),
  };
  try {
    const findings = await part.run(place);
    return told(findings.passed ? 'passed' : 'failed', findings.sentence, findings);
  } catch (error) {
    if (timeout.aborted) return told('failed', `It took longer than its limit of ${limit} s.`);
    const reason = error instanceof Error ? error.message : String(error);
    return told('failed', reason || 'It said nothing.');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** JSON has no infinity: a figure that is none is left out, and the sentence says what failed. */
const isFinal = ({ value }: GpuCheckPartRecord['figures'][number]) => Number.isFinite(value);
