/* A name of a type means one thing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sourcesOf } from './imports.ts';
import { roomOf } from './rooms.ts';

const root = join(import.meta.dirname, '../..');

interface Declared {
  readonly name: string;
  readonly file: string;
  readonly exported: boolean;
}

/** The types that a source declares. What it passes on of another file is none of them. */
function declaredIn(file: string, text: string): readonly Declared[] {
  const pattern = /^(export )?(?:abstract )?(?:interface|type|class|enum) (\w+)/gm;
  return [...text.matchAll(pattern)].map(([, exported, name]) => ({
    name: name as string,
    file,
    exported: exported !== undefined,
  }));
}

const declared = sourcesOf(root)
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.generated.ts'))
  .filter((path) => roomOf(path) !== 'tests')
  .flatMap((path) => declaredIn(path, readFileSync(join(root, path), 'utf8')));

/** Names that were two things once. Even a type that a file keeps to itself may not have them. */
const single = ['Claim', 'Decision', 'Finding', 'HeldTrial', 'PublishedNumber'];

/**
 * Names that several rooms export. The options and results of a function of `app/` are called as
 * those of the function below it; the others are the common words of their rooms. A new one is
 * refused: take a name that says which of the two it is.
 */
const shared: readonly string[] = [
  'ArtefactOptions',
  'CheckOptions',
  'Checkout',
  'Column',
  'Comparison',
  'DecodedPicture',
  'DenseOutput',
  'Detections',
  'Elsewhere',
  'Evaluation',
  'Facts',
  'FindingState',
  'IngestOptions',
  'Judgement',
  'Layout',
  'Level',
  'Machine',
  'Member',
  'MethodRow',
  'OptionValues',
  'Pair',
  'Place',
  'PlanOptions',
  'Publication',
  'Reference',
  'ReplayOptions',
  'Row',
  'Rule',
  'Sample',
  'Scale',
  'Side',
  'Size',
  'Spread',
  'Standing',
  'TextReport',
  'Unit',
  'VerifyOptions',
  'VerifyResult',
  'Window',
];

describe('a name of a type means one thing', () => {
  for (const name of single) {
    it(name, () => {
      const files = declared.filter((one) => one.name === name).map(({ file }) => file);
      assert.ok(files.length <= 1, `${name} is declared in ${files.join(' and ')}`);
    });
  }

  it('of what several rooms export, as the list says', () => {
    const exported = Map.groupBy(
      declared.filter((one) => one.exported),
      ({ name }) => name,
    );
    const several = [...exported]
      .filter(([, all]) => new Set(all.map(({ file }) => roomOf(file))).size > 1)
      .map(([name]) => name);
    assert.deepEqual(several.sort(), [...shared].sort());
  });
});
