import { type CocoAnnotations, parseCocoAnnotations } from '../coco/annotations.ts';
import { ignoredSentence } from '../coco/ignored.ts';
import { parseCocoJson } from '../coco/json.ts';
import { objectsOf } from './objects.ts';
import { type FileTree, treeError } from './tree.ts';
import type { DenseSplit } from './types.ts';

/** A COCO set as its files say it. */
export interface CocoSet {
  readonly classes: readonly string[];
  readonly categoryIds: readonly number[];
  readonly train: DenseSplit;
  readonly test: DenseSplit;
  readonly annotations: Readonly<Record<'train' | 'test', CocoAnnotations>>;
  /** Whether one annotation file is both splits. */
  readonly oneSplit: boolean;
  /** What was left aside because detectors do not use it, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads a set in COCO's layout: `annotations/instances_<split>.json` beside the pictures in
 * `<split>/` or `images/`. The split whose name begins with `train` trains, the one with `val` or
 * `test` tests; where there is one file, it does both.
 *
 * @throws DataError naming the file and field that is missing or wrong
 */
export async function readCocoSet(tree: FileTree): Promise<CocoSet> {
  const files = [...tree.paths]
    .map((path) => ({
      path,
      match: /^(?:(.*)\/)?annotations\/instances_([^/]+)\.json$/.exec(path),
    }))
    .filter(({ match }) => match !== null)
    .map(({ path, match }) => ({ path, root: match?.[1] ?? '', name: match?.[2] as string }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const train = only(tree, files, /^train/) ?? (files.length === 1 ? files[0] : undefined);
  const test = only(tree, files, /^(val|test)/) ?? (files.length === 1 ? files[0] : undefined);
  if (train === undefined || test === undefined) {
    const found = files.map(({ path }) => path).join(', ') || 'none';
    throw treeError(
      tree.name,
      `must hold annotations/instances_train*.json and instances_val*.json, but has ${found}`,
    );
  }
  const read = async ({ path }: { path: string }) =>
    parseCocoAnnotations(
      jsonOf(tree, path, await tree.readText(path)),
      `${tree.name}/${path}`,
      'training',
    );
  const trainCoco = await read(train);
  const testCoco = test.path === train.path ? trainCoco : await read(test);
  const categories = [...trainCoco.categories].sort((a, b) => a.id - b.id);
  const categoryIds = categories.map(({ id }) => id);
  const other = [...testCoco.categories].sort((a, b) => a.id - b.id);
  const named = (list: typeof categories) => list.map(({ id, name }) => `${id} ${name}`).join();
  if (named(other) !== named(categories)) {
    throw treeError(tree.name, `has other categories in ${test.path} than in ${train.path}`);
  }
  return {
    classes: categories.map(({ name }) => name),
    categoryIds,
    train: splitOf(tree, train, trainCoco, categoryIds),
    test: splitOf(tree, test, testCoco, categoryIds),
    annotations: { train: trainCoco, test: testCoco },
    oneSplit: test.path === train.path,
    notes: [
      [train.path, trainCoco] as const,
      ...(test.path === train.path ? [] : [[test.path, testCoco] as const]),
    ].flatMap(([path, { ignored = [] }]) =>
      ignored.map((each) => `${tree.name}/${path}: ${ignoredSentence(each)}.`),
    ),
  };
}

interface AnnotationFile {
  readonly path: string;
  readonly root: string;
  readonly name: string;
}

function only(
  tree: FileTree,
  files: readonly AnnotationFile[],
  pattern: RegExp,
): AnnotationFile | undefined {
  const found = files.filter(({ name }) => pattern.test(name));
  if (found.length > 1) {
    throw treeError(tree.name, `has both ${found[0]?.path} and ${found[1]?.path} for one split`);
  }
  return found[0];
}

function jsonOf(tree: FileTree, path: string, text: string): unknown {
  return parseCocoJson(text, (sentence, hint) =>
    treeError(tree.name, `holds ${path}, which ${sentence}`, hint),
  );
}

function splitOf(
  tree: FileTree,
  { path, root, name }: AnnotationFile,
  coco: CocoAnnotations,
  categoryIds: readonly number[],
): DenseSplit {
  const prefix = root === '' ? '' : `${root}/`;
  const paths = coco.images.map(({ id, fileName }) => {
    if (fileName === null) throw treeError(tree.name, `names no file for picture ${id} in ${path}`);
    const candidates = [
      `${name}/${fileName}`,
      `images/${name}/${fileName}`,
      `images/${fileName}`,
      fileName,
    ];
    const found = candidates.map((each) => `${prefix}${each}`).find((each) => tree.paths.has(each));
    if (found === undefined) {
      throw treeError(
        tree.name,
        `has no picture ${prefix}${name}/${fileName}, which ${path} names`,
      );
    }
    return found;
  });
  return {
    pictures: coco.images.map(({ id, height, width }, index) => ({
      id,
      name: paths[index] as string,
      height,
      width,
    })),
    source: tree.source(paths),
    objects: objectsOf(coco, categoryIds),
    labelMaps: null,
  };
}
