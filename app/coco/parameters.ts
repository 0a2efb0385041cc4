import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import { regularFile } from '../../common/regular-file.ts';
import { shown } from '../../common/shown.ts';
import type { CocoAnnotations } from '../../runners/data/coco/annotations.ts';
import {
  type AreaRange,
  type CocoParameters,
  cocoParameters,
  greatestArea,
} from '../../runners/metrics/coco/parameters.ts';

/** What is evaluated, and with which thresholds: what users set in pycocotools' `Params`. */
export interface CocoSelection {
  /** Let a detection match an object of any category (`useCats = 0`). */
  readonly classAgnostic?: boolean | undefined;
  /** IoU thresholds in (0, 1]. Default: 0.5, 0.55, ..., 0.95. */
  readonly iouThresholds?: readonly number[] | undefined;
  /** Ranges of areas in pixels beside `all`. Default: COCO's small, medium and large. */
  readonly areaRanges?: readonly AskedRange[] | undefined;
  /** Detections per picture and category that are looked at. Default: 1, 10, 100. */
  readonly maxDetections?: readonly number[] | undefined;
  /** Names or ids of the categories that are evaluated. Default: all. */
  readonly categories?: readonly string[] | undefined;
  /** A text file with the id or the file name of a picture per line. Default: all pictures. */
  readonly pictures?: string | undefined;
}

/** A range of areas in pixels; without `most` up to any area. */
export interface AskedRange {
  readonly name: string;
  readonly least: number;
  readonly most?: number | undefined;
}

/** More thresholds, ranges or limits than this are a mistake, and would take the memory. */
const most = 100;
/** Detections per picture and category: as many as an evaluation can hold for each object. */
const mostDetections = 10_000;

/**
 * What an evaluation is asked for, checked and in ascending order as pycocotools sorts it.
 *
 * @throws UsageError `COCO_OPTION` naming the option and the value
 */
export function parametersOf(
  options: CocoSelection,
  annotations: CocoAnnotations,
  { gt, cwd }: { readonly gt: string; readonly cwd: string },
): CocoParameters {
  const { iouThresholds, areaRanges, maxDetections, categories, pictures } = options;
  if (categories !== undefined && options.classAgnostic === true) {
    throw wrong('categories', 'cannot go with class-agnostic matching, which mixes all of them');
  }
  return {
    ...cocoParameters,
    ...(iouThresholds && { iouThresholds: ascending('iouThresholds', iouThresholds, isThreshold) }),
    ...(maxDetections && { maxDetections: ascending('maxDetections', maxDetections, isLimit) }),
    ...(areaRanges && { areaRanges: rangesOf(areaRanges) }),
    categories: categories === undefined ? null : categoryIds(categories, annotations, gt),
    images: pictures === undefined ? null : pictureIds(resolve(cwd, pictures), annotations, gt),
  };
}

const isThreshold = {
  holds: (value: number) => value > 0 && value <= 1,
  words: 'numbers above 0 and up to 1',
};
const isLimit = {
  holds: (value: number) => Number.isInteger(value) && value >= 1 && value <= mostDetections,
  words: `whole numbers from 1 to ${mostDetections}`,
};

function ascending(
  option: string,
  values: readonly number[],
  { holds, words }: typeof isThreshold,
): number[] {
  const bad = values.find((value) => !holds(value));
  if (bad !== undefined) throw wrong(option, `has ${bad}, but takes ${words}`);
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.length > most) {
    throw wrong(option, `has ${sorted.length} values, but takes 1 to ${most}`);
  }
  return sorted;
}

/** The asked ranges behind `all`, which figures without a range are of. */
function rangesOf(asked: readonly AskedRange[]): AreaRange[] {
  const ranges = asked.map(({ most: end, ...range }) => ({ ...range, most: end ?? greatestArea }));
  const all = cocoParameters.areaRanges.filter(({ name }) => name === 'all');
  const names = new Set(all.map(({ name }) => name));
  for (const { name, least, most: greatest } of ranges) {
    if (!/^[A-Za-z][\w-]*$/.test(name)) {
      throw wrong(
        'areaRanges',
        `has the name ${shown(name)}, but takes a word of letters and digits`,
      );
    }
    if (names.has(name)) throw wrong('areaRanges', `has the name ${name} twice`);
    if (!(least >= 0 && greatest >= least)) {
      throw wrong(
        'areaRanges',
        `has ${name} from ${least} to ${greatest} pixels, which is no range`,
      );
    }
    names.add(name);
  }
  if (names.size > most) throw wrong('areaRanges', `has ${names.size} ranges; up to ${most}`);
  return [...all, ...ranges];
}

/** A category is meant by its name; a name that no category has may be an id. */
function categoryIds(
  asked: readonly string[],
  { categories, ids }: CocoAnnotations,
  gt: string,
): number[] {
  const written = (id: number) => String(ids?.categories.nameOf(id) ?? id);
  return asked.flatMap((word) => {
    const named = categories.filter(({ name }) => name === word);
    const found = named.length > 0 ? named : categories.filter(({ id }) => written(id) === word);
    if (found.length > 0) return found.map(({ id }) => id);
    const known = categories.map(({ name }) => name);
    throw wrong('categories', `has ${shown(word)}, which ${gt} lacks`, suggestion(word, known));
  });
}

function pictureIds(file: string, { images, ids }: CocoAnnotations, gt: string): number[] {
  const facts = regularFile(file);
  if (typeof facts === 'string') throw wrong('pictures', `names ${file}, which ${facts}`);
  const places = new Map<string, number>();
  for (const { id, fileName } of images) if (fileName !== null) places.set(fileName, id);
  for (const { id } of images) places.set(String(ids?.images.nameOf(id) ?? id), id);
  const chosen = new Set<number>();
  for (const [line, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    const word = text.trim();
    if (word === '') continue;
    const id = places.get(word);
    if (id === undefined) {
      throw wrong(
        'pictures',
        `names ${file}, whose line ${line + 1} is ${shown(word)}: ${gt} has no picture of this id or file name`,
      );
    }
    chosen.add(id);
  }
  if (chosen.size === 0) throw wrong('pictures', `names ${file}, which lists no picture`);
  return [...chosen].sort((a, b) => a - b);
}

/** Fields of the options by the names that the command line has for them. */
const flags: Readonly<Record<string, string>> = {
  iouThresholds: '--iou-thresholds',
  areaRanges: '--area',
  maxDetections: '--max-dets',
  categories: '--categories',
  pictures: '--pictures',
};

function wrong(option: string, what: string, ...more: readonly string[]): UsageError {
  const sentence = `${option} (${lookUp(flags, option)}) ${what}.`;
  return new UsageError('COCO_OPTION', [sentence, ...more].join(' '));
}
