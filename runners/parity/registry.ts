import { RedistillError } from '../../common/errors.ts';
import type { ParityCase, ParityCheck } from '../../contract/parity.ts';
import { hasNetwork } from '../networks/registry.ts';
import { type Layout, layoutOf } from '../weights/checkpoints/layouts.ts';
import { cocoCheck } from './coco.ts';
import { detectionCheck } from './detection.ts';
import { dotCheck } from './dot.ts';
import { goldenPaths, readGolden } from './golden.ts';
import { lossChecks } from './losses.ts';
import { mixedPrecisionCheck } from './mixed-precision.ts';
import { mixupCheck } from './mixup.ts';
import { modelCheck } from './models.ts';
import { type Mode, networkName } from './networks.ts';
import { optimizerCheck, scheduleCheck } from './optim.ts';
import { paramGroupsCheck } from './param-groups.ts';
import type { VerifyResult } from './result.ts';
import { inSample } from './sample.ts';
import { segmentationCheck } from './segmentation.ts';
import { settingsNotRead } from './settings.ts';
import { strongViewCheck } from './strong-view.ts';
import { timmAugmentCheck } from './timm-augment.ts';
import { timmOptimizerCheck, timmScheduleCheck } from './timm-optim.ts';
import { timmTrajectoryCheck } from './timm-trajectory.ts';
import { tokenModelCheck } from './token-models.ts';
import { trajectoryCheck } from './trajectory.ts';
import { viewsCheck } from './views.ts';

/** How the file of a model names its layers, where not as the network here does. */
function layoutOfFile(family: string, official: string): Layout | null {
  if (family === 'option_a_') return layoutOf('akamaster');
  return family === 'imagenet_timm_' && official.startsWith('mobilenetv2')
    ? layoutOf('huggingface')
    : null;
}

/**
 * The check of a golden file, or null where no check claims it.
 *
 * @param path within the golden folder; `.gz` makes no difference
 */
export async function checkFor(path: string, mode: Mode): Promise<ParityCheck | null> {
  const plain = path.replace(/\.gz$/, '');
  if (plain.startsWith('losses/')) return (await lossChecks()).get(plain) ?? null;
  const detection = detectionCheck(plain, mode);
  if (detection !== null) return detection;
  const segmentation = segmentationCheck(plain, mode);
  if (segmentation !== null) return segmentation;
  if (plain === 'optim/optimizers.json') return optimizerCheck(mode);
  if (plain === 'optim/dot.json') return dotCheck(mode);
  if (plain === 'optim/schedules.json') return scheduleCheck;
  if (plain === 'optim/timm_schedules.json') return timmScheduleCheck;
  if (plain === 'optim/ofakd_param_groups.json') return paramGroupsCheck;
  if (plain === 'optim/timm_optimizers.json') return timmOptimizerCheck(mode);
  if (/^coco\/[^/]+\.json$/.test(plain)) return cocoCheck;
  if (plain === 'augment/strong.json') return strongViewCheck;
  if (plain === 'augment/views.json') return viewsCheck;
  if (plain === 'augment/timm.json') return timmAugmentCheck(mode);
  if (plain === 'augment/mixup.json') return mixupCheck(mode);
  const tokens = tokenModelCheck(plain, mode);
  if (tokens !== null) return tokens;
  const model =
    /^models\/(cifar_|cub200_|tiny_imagenet_|option_a_|imagenet_md_|imagenet_tv_|imagenet_timm_)(.+)\.json$/.exec(
      plain,
    );
  if (model !== null) {
    const [, family, official] = model as unknown as [string, string, string];
    const name = networkName(family, official);
    const layout = layoutOfFile(family, official);
    return hasNetwork(name) ? modelCheck(mode, name, layout) : null;
  }
  const autocast = /^precision\/autocast_[^/]+__[^/]+\.json$/.test(plain);
  if (autocast) return mixedPrecisionCheck(mode);
  const timm = /^trajectory\/timm_[^/]+__[^/]+\.json$/.test(plain);
  if (timm) return timmTrajectoryCheck(mode);
  const pair = /^trajectory\/(.+?)__(.+)\.json$/.exec(plain);
  if (pair !== null) {
    const known = pair.slice(1).every((official) => hasNetwork(networkName('cifar_', official)));
    if (known) return trajectoryCheck(mode);
  }
  return null;
}

export interface VerifyOptions {
  /** Checks only files whose path contains this text, or matches it where it has a `*`. */
  readonly only?: string | undefined;
  /** Checks only the files of the sample (sample.ts). */
  readonly sample?: boolean | undefined;
  /** Default recorded. The checks of losses always run both ways. */
  readonly mode?: Mode;
  /** Told of every file before it is checked. */
  readonly onFile?: (path: string, index: number, count: number) => void;
  readonly onCase?: (result: ParityCase) => void;
  /** Stops between two files when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the check of every golden file under `folder`. A file that is malformed fails as one case
 * that says where; the others are still checked.
 *
 * @throws DataError `GOLDEN_FOLDER` when there is no such folder
 */
export async function verifyGolden(
  folder: string,
  { only, sample = false, mode = 'recorded', onFile, onCase, signal }: VerifyOptions = {},
): Promise<VerifyResult> {
  const all = goldenPaths(folder);
  const checks = new Map<string, ParityCheck>();
  for (const path of all) {
    const check = await checkFor(path, mode);
    if (check !== null) checks.set(path, check);
  }
  const isClaimed = (path: string) => checks.has(path);
  const chosen = all.filter(
    (path) =>
      (only === undefined || matches(path, only)) &&
      (!sample || (inSample(path) && isClaimed(path))),
  );
  const claimed = chosen.filter(isClaimed);
  const cases: ParityCase[] = [];
  for (const [index, path] of claimed.entries()) {
    signal?.throwIfAborted();
    onFile?.(path, index, claimed.length);
    for (const result of await checkFile(folder, path, checks.get(path) as ParityCheck)) {
      cases.push(result);
      onCase?.(result);
    }
    // Lets signals and the progress display through: the checks themselves are synchronous.
    await new Promise((resume) => setImmediate(resume));
  }
  const failed = cases.filter(({ ok }) => !ok).length;
  const skipped = cases.filter((each) => each.skipped).length;
  return {
    cases,
    passed: cases.length - failed - skipped,
    failed,
    skipped,
    sample: sample ? { files: claimed.length, of: all.filter(isClaimed).length } : null,
    notCovered: chosen.filter((path) => !isClaimed(path)),
  };
}

async function checkFile(
  folder: string,
  path: string,
  check: ParityCheck,
): Promise<readonly ParityCase[]> {
  try {
    const file = readGolden(folder, path);
    const cases = await check(file);
    if (cases.length === 0) return [failure(path, 'the file has no case to compare')];
    const ignored = settingsNotRead(file);
    return ignored.length === 0 ? cases : [...cases, failure(path, ignoredNote(ignored))];
  } catch (error) {
    // Values that the format allows and the product refuses (a label beyond the classes) are this
    // file's fault.
    const { name, message } = error as Error;
    return [failure(path, `${error instanceof RedistillError ? error.code : name}: ${message}`)];
  }
}

/** What agrees although a setting was not looked at may be of another setting. */
function ignoredNote(places: readonly string[]): string {
  const [first, ...more] = places.slice(0, 3);
  const rest = places.length > 3 ? `, and ${places.length - 3} more` : '';
  const others = more.length > 0 ? ` (also ${more.join(', ')}${rest})` : '';
  return `GOLDEN_SETTING: ${first} is a setting that the check does not use${others}`;
}

function failure(file: string, note: string): ParityCase {
  return { file, name: '(file)', ok: false, maxError: Number.MAX_VALUE, tolerance: 0, note };
}

function matches(path: string, pattern: string): boolean {
  if (!pattern.includes('*')) return path.includes(pattern);
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(path);
}
