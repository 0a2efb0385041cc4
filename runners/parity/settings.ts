import type { GoldenFile } from '../../contract/parity.ts';
import { placeBelow, placesRead } from './golden.ts';

/** Objects of golden files that hold what the official code was told, and nothing else. */
const settingObjects = new Set([
  'hyper',
  'config',
  'sampler',
  'optimizer',
  'optimizer_small_lr',
  'schedule',
  'schedules',
]);

/** Settings that stand beside the numbers of a case, or of a whole file. */
const settingNames = new Set([
  'align_corners',
  'aligned',
  'avg_factor',
  'background_label',
  'batch',
  'class_agnostic',
  'decay',
  'epoch',
  'finest_scale',
  'ignore_index',
  'image_tag',
  'iou_threshold',
  'max_num',
  'num_classes',
  'offset',
  'output_size',
  'reduce_zero_label',
  'rescale',
  'sampling_ratio',
  'score_threshold',
  'seed',
  'spatial_scale',
  'strides',
  'use_sigmoid',
  'wh_ratio_clip',
]);

/** Remarks for readers. */
const isRemark = (key: string) => /^(source|note|name)$|_note$/.test(key);

/** Rounding noise by the names of tensors, one of which may be called as a setting is. */
const isNoise = (key: string) => /f32_vs_f64/.test(key);

/** Whether a place such as `cases[0].hyper.alpha` holds a setting. */
export function isSettingPlace(place: string): boolean {
  const keys = place.split('.').map((key) => key.replace(/(\[\d+\])+$/, ''));
  if (keys.some((key) => isRemark(key) || isNoise(key))) return false;
  return keys.some((key) => settingObjects.has(key) || settingNames.has(key));
}

const isPlain = (value: unknown) => typeof value !== 'object' || value === null;

/**
 * Settings of a golden file that none of its checks has read, in the order of the file:
 * `cases[2].hyper.epoch`. They show a check that computes itself what the file says, or that
 * ignores it.
 *
 * Call it after the checks have run.
 */
export function settingsNotRead(file: GoldenFile): string[] {
  const read = placesRead(file);
  const found: string[] = [];
  const visit = (value: unknown, place: string, isSetting: boolean): void => {
    if (read.has(place)) return;
    if (isPlain(value) || (Array.isArray(value) && value.length === 0)) {
      if (isSetting) found.push(place);
    } else if (Array.isArray(value)) {
      // A list of numbers is one setting, whether it is read as a whole or one by one.
      const numbers = value.every(isPlain);
      if (numbers && !isSetting) return;
      const missed = value.findIndex((_, index) => !read.has(`${place}[${index}]`));
      if (numbers && missed !== -1) found.push(place);
      if (numbers) return;
      value.forEach((item, index) => {
        visit(item, `${place}[${index}]`, isSetting);
      });
    } else {
      for (const [key, item] of Object.entries(value as object)) {
        if (isRemark(key)) continue;
        const within = isSetting || settingObjects.has(key) || settingNames.has(key);
        visit(item, placeBelow(place, key), within);
      }
    }
  };
  visit(file.content, '', false);
  return found;
}
