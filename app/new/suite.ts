/** What a new suite is about. */
export interface SuiteAbout {
  readonly id: string;
  readonly dataset: string;
  /** The file of one's own that makes the data set; null for one that is here or in files. */
  readonly datasetFile: string | null;
  /** A method of one's own, to be compared with KD; null for a suite of methods that are here. */
  readonly method: string | null;
  /** The network that learns; its teacher is resnet20. */
  readonly student: string;
}

/** An own study that plans and runs as it is; comments say what to change. */
export function suiteText(about: SuiteAbout): string {
  const { id, dataset, method, student } = about;
  const own = method === null ? '{ name: DKD }' : `{ name: Mine, method: ${method} }`;
  const better = method === null ? 'DKD' : 'Mine';
  const embedded = dataset === 'embedded';
  return `# An own study: nothing of it is published, so nothing of it is held against a publication (docs/own-study.md).
schemaVersion: 1
id: ${id}
title: ${method === null ? `What distillation brings on ${dataset}` : `Is ${method} better than KD?`}
task: classification
# Differences within the margin, in points, count as none.
metrics: { top1: { margin: 0.5 } }

# teacher__student; "redistill list networks" has the names.
columns:
  - { id: resnet20__${columnName(student)}, student: ${student} }

# "redistill list methods" has the names, and with a name its hyper-parameters: hyper: { temperature: 2 }.
rows:
  - { name: Teacher, role: teacher }
  - { name: Student, method: none }
  - { name: KD }
  - ${own}

# Tested by differences paired by seed; by: 0.5 claims more than half a point, by: -0.5 that it is worse by less.
claims:
  - { row: KD, over: Student }
  - { row: ${better}, over: KD }

scales:
  # ${aboutPictures(about)}
  own:
    dataset: ${dataset}
    recipe: { name: cifar10-30, overrides: { trainPictures: null } }
    # Three seeds have an interval, five one of their own scatter.
    seeds: [1, 2, 3]
    # Least top-1 accuracy, in percent, that the teacher needs before it may teach.
    gate: 20

  # Seconds: that everything runs.
  smoke:
    dataset: ${embedded ? 'embedded-small' : dataset}
    recipe: { name: embedded-smoke, overrides: { trainPictures: null } }
    seeds: [1]
    gate: 0
${method === null ? shortWarmup : ''}`;
}

/** Where the pictures come from. */
function aboutPictures({ dataset, datasetFile }: SuiteAbout): string {
  if (datasetFile !== null) return `Pictures of ${datasetFile}.`;
  return dataset === 'embedded'
    ? 'Pictures that Redistill makes itself. A folder NAME of your own is images:NAME, found in --data DIR.'
    : 'Found in --data DIR: train/<class>/<picture> and test/<class>/<picture>, all of one size.';
}

/** DKD's warm-up of 20 epochs would be longer than a smoke run. */
const shortWarmup = `    overrides:
      - { rows: [DKD], hyper: { warmupEpochs: 1 } }
`;

/** A column's id has neither hyphens nor capitals. */
const columnName = (network: string) => network.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');
