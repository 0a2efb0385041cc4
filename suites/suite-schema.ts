import Type from 'typebox';
import { constant, described, oneOf, recordOf, ref } from '../contract/schema/define.ts';
import type { RecipeOverrides } from '../reference/recipes/recipe-schema.ts';

export const words = Type.Array(Type.String({ minLength: 1 }), { minItems: 1 });

export const external = Type.Object(
  {
    repository: Type.String({
      pattern: '^[A-Za-z0-9/][^\\s]*$',
      description:
        "Its address. The checkout is the folder of the address's last part within --external DIR.",
    }),
    commit: Type.String({
      pattern: '^[0-9a-f]{40}$',
      description: 'The commit that the checkout must be at.',
    }),
    dirty: Type.Optional(
      Type.Enum(['refuse', 'record'], {
        description: 'What becomes of a checkout that differs from its commit. Default: refuse.',
      }),
    ),
    command: described('words', words, {
      description:
        'Program and arguments that train a student, run in the checkout without a shell. Placeholders: {seed} {student} {teacher} {method} {dataset} {epochs} {batch_size} {lr} {output} {teacher_output} {hyper.NAME}.',
    }),
    teacherCommand: Type.Optional(
      described('words', words, {
        description: "The same for teachers; without it teachers are the command's own affair.",
      }),
    ),
    rows: Type.Optional(
      recordOf(ref('words', words), { description: 'Arguments that follow the command, by row.' }),
    ),
    environment: Type.Optional(
      Type.Object(
        {
          pass: Type.Optional(
            Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), {
              description: 'Variables of ours that the command may see.',
            }),
          ),
          set: Type.Optional(
            recordOf(Type.String(), { propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    log: Type.Object(
      {
        file: Type.Optional(
          Type.String({
            pattern: '^\\{output\\}/',
            description: "The log's file below {output}. Default: what the command prints.",
          }),
        ),
        firstEpoch: Type.Optional(
          Type.Enum([0, 1], { description: 'Number of its first epoch. Default: 1.' }),
        ),
        format: Type.Optional(
          Type.Enum(['mdistiller'], {
            description: "mdistiller: its blocks between dashes, or CTKD's JSON objects.",
          }),
        ),
        patterns: Type.Optional(
          Type.Array(
            Type.Object(
              {
                starts: Type.String({
                  minLength: 1,
                  description:
                    'Lines that begin so must match the pattern; all others are passed over.',
                }),
                pattern: Type.String({
                  minLength: 1,
                  maxLength: 500,
                  description:
                    'Regular expression whose named groups are epoch, lr, test_NAME or train_NAME.',
                }),
              },
              { additionalProperties: false },
            ),
            { minItems: 1 },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    names: Type.Optional(
      recordOf(Type.String({ minLength: 1 }), {
        description: 'What it calls our networks, methods and data sets, where that differs.',
      }),
    ),
    timeoutMinutes: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: 'A training that takes longer is ended as timed out.',
      }),
    ),
  },
  { additionalProperties: false, description: 'Training code that is not ours; docs/external.md.' },
);

export const gate = Type.Number({
  minimum: 0,
  maximum: 100,
  description: 'Least top-1 accuracy, in percent, that the teacher needs before it may teach.',
});

export const part = Type.Object(
  {
    rows: Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true })),
    columns: Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true })),
  },
  { additionalProperties: false },
);

export const hyper = recordOf(
  Type.Unsafe<number | string | boolean>({ type: ['number', 'string', 'boolean'] }),
  { description: 'Hyper-parameters that differ from the official defaults.' },
);

export const overrides = Type.Array(
  Type.Object(
    {
      rows: Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true })),
      columns: Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true })),
      hyper: Type.Optional(ref('hyper', hyper)),
      recipe: Type.Optional(
        oneOf(
          [
            Type.String(),
            Type.Unsafe<RecipeOverrides>({
              $ref: '../reference/recipes/recipe.schema.json#/definitions/overrides',
            }),
          ],
          {
            description: 'Changes to the recipe, or the name of another one that takes its place.',
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  {
    maxItems: 1000,
    description:
      'Exceptions, applied in order: what is named changes for the rows and columns that are named (default: all).',
  },
);

export const recipe = oneOf(
  [
    Type.String(),
    Type.Object(
      {
        name: Type.String(),
        overrides: Type.Optional(
          Type.Unsafe<RecipeOverrides>({
            $ref: '../reference/recipes/recipe.schema.json#/definitions/overrides',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'A recipe of reference/recipes/recipes.yaml by name, or {name, overrides}.' },
);

export const scale = Type.Object(
  {
    dataset: Type.String({ description: 'Data set id; `redistill data` lists them.' }),
    recipe: ref('recipe', recipe),
    seeds: Type.Array(Type.Integer({ minimum: 0 }), {
      minItems: 1,
      maxItems: 1000,
      description: 'One student per seed and cell.',
    }),
    teacher: Type.Optional(
      Type.Object(
        {
          seed: Type.Optional(Type.Integer({ minimum: 0, description: 'Default 0.' })),
          seeds: Type.Optional(
            Type.Array(Type.Integer({ minimum: 0 }), {
              minItems: 2,
              maxItems: 100,
              description:
                'A teacher per entry; the students have them in turn, and verdicts carry the variance between them.',
            }),
          ),
          recipe: Type.Optional(ref('recipe', recipe)),
        },
        {
          additionalProperties: false,
          description:
            'How teachers are trained; one teacher per pair serves all seeds, as in the papers, unless `seeds` asks for several.',
          not: { required: ['seed', 'seeds'] },
        },
      ),
    ),
    notComparable: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Why the numbers of this scale cannot be set against the published ones.',
      }),
    ),
    gate: Type.Optional(
      described('gate', gate, {
        description: 'Gate of every teacher at this scale, instead of those of the columns.',
      }),
    ),
    columns: Type.Optional(
      recordOf(
        Type.Object(
          {
            teacher: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'] })),
            student: Type.Optional(Type.String()),
            gate: Type.Optional(ref('gate', gate)),
            checkpoint: Type.Optional(
              Type.String({
                pattern: '^[0-9a-f]{64}$',
                description:
                  'Imported weights of the teacher, as `redistill import checkpoint` names them: it is measured and not trained.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        {
          description:
            'Other networks for some pairs, or imported teachers; the pair keeps its column.',
        },
      ),
    ),
    only: Type.Optional(
      oneOf([ref('part', part), Type.Array(ref('part', part), { minItems: 1, maxItems: 1000 })], {
        description: 'A part of the table, or several: a cell that lies in one of them is run.',
      }),
    ),
    overrides: Type.Optional(ref('overrides', overrides)),
  },
  { additionalProperties: false },
);

export const suiteFile = Type.Object(
  {
    schemaVersion: constant(1, { description: 'Version of this format.' }),
    id: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]*$',
      description: "Name of the suite, the same as the file's name without .yaml.",
    }),
    title: Type.String({ minLength: 1, description: 'Heading of the report.' }),
    about: Type.Optional(
      Type.String({
        description: 'What the suite shows and what it does not; shown in the report.',
      }),
    ),
    task: Type.Enum(['classification', 'detection', 'segmentation']),
    table: Type.Optional(
      oneOf([Type.String(), recordOf(Type.String(), { minProperties: 1 })], {
        description:
          "Id of the published table (reference/published) that the rows are from unless they name another; or, where a paper's table is stored as one per metric, {metric: id}.",
      }),
    ),
    excerpt: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Which part of the published table the suite leaves out, and why. Needed where it does.',
      }),
    ),
    noReference: Type.Optional(
      Type.String({
        description:
          'Why there is no published table. Needed where `table` is absent, unless the suite is an own study (`scales: {own: ...}`).',
      }),
    ),
    implementation: Type.Optional(
      Type.Enum(['redistill', 'external'], {
        description:
          "Whose code trains: ours, or the authors' by the section `external`. Default: redistill.",
      }),
    ),
    external: Type.Optional(ref('external', external)),
    metrics: recordOf(
      Type.Object(
        {
          margin: Type.Number({
            exclusiveMinimum: 0,
            description:
              "Equivalence margin in the metric's unit: differences within it count as reproduced.",
          }),
        },
        { additionalProperties: false },
      ),
      { minProperties: 1, maxProperties: 100, description: "The metrics of the table's cells." },
    ),
    claims: Type.Optional(
      Type.Array(
        Type.Object(
          {
            row: Type.String({ description: 'The row that is better, by its name.' }),
            over: Type.String({
              description: 'The row that it is better than: its baseline.',
            }),
            metric: Type.Optional(Type.String({ description: 'Default: the first of `metrics`.' })),
            columns: Type.Optional(
              Type.Array(Type.String(), {
                minItems: 1,
                uniqueItems: true,
                description: 'Where it is claimed. Default: every column that has both rows.',
              }),
            ),
            by: Type.Optional(
              Type.Number({
                description:
                  "By more than this, in the metric's unit. Below zero: the row may be worse, by less than this. Default: 0.",
              }),
            ),
            title: Type.Optional(
              Type.String({ minLength: 1, description: 'The claim in one line.' }),
            ),
          },
          { additionalProperties: false },
        ),
        {
          minItems: 1,
          maxItems: 100,
          description:
            'What the study claims of its rows: tested by paired differences over its seeds, shown in the report, a test case of `report --format junit`.',
        },
      ),
    ),
    columns: Type.Array(
      Type.Object(
        {
          id: Type.String({
            pattern: '^[a-z0-9_]+$',
            description: 'Column id as in the published table: teacher__student.',
          }),
          teacher: Type.Optional(
            Type.Unsafe<string | null>({
              type: ['string', 'null'],
              description: 'Network of the teacher; default: as in the id.',
            }),
          ),
          student: Type.Optional(
            Type.String({ description: 'Network of the student; default: as in the id.' }),
          ),
          gate: Type.Optional(ref('gate', gate)),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1000, description: 'The pairs of the table.' },
    ),
    rows: Type.Array(
      Type.Object(
        {
          name: Type.String({
            minLength: 1,
            description: 'The row as the paper prints it; unique.',
          }),
          method: Type.Optional(
            Type.String({
              description:
                'Method id (kd+lskd) or a name that papers print (SD-KD); default: `name`.',
            }),
          ),
          role: Type.Optional(
            Type.Enum(['student', 'teacher'], {
              description: '`teacher`: the row shows the teacher itself.',
            }),
          ),
          published: Type.Optional(
            Type.Object(
              {
                table: Type.Optional(
                  Type.String({ description: "Id of a published table; default: the suite's." }),
                ),
                row: Type.Optional(
                  Type.String({ description: 'Row of that table; default: `name`.' }),
                ),
              },
              {
                additionalProperties: false,
                description:
                  "Where the row's numbers are published; default: `table` of the suite, row `name`.",
              },
            ),
          ),
          noReference: Type.Optional(
            Type.String({ description: 'Why no number is published for this row.' }),
          ),
          hyper: Type.Optional(ref('hyper', hyper)),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1000, description: 'The methods of the table.' },
    ),
    exclude: Type.Optional(
      Type.Array(
        Type.Object(
          { row: Type.Optional(Type.String()), column: Type.Optional(Type.String()) },
          { additionalProperties: false, minProperties: 1 },
        ),
        { maxItems: 1000, description: 'Cells that are not part of the suite.' },
      ),
    ),
    notRun: Type.Optional(
      Type.Array(
        Type.Object(
          {
            rows: Type.Array(Type.String(), { minItems: 1 }),
            columns: Type.Optional(
              Type.Array(Type.String(), { minItems: 1, description: 'Default: all.' }),
            ),
            scales: Type.Optional(
              Type.Array(Type.Enum(['paper', 'proxy', 'smoke', 'own']), {
                minItems: 1,
                description: 'Default: all.',
              }),
            ),
            because: Type.String({ minLength: 1 }),
          },
          { additionalProperties: false },
        ),
        {
          maxItems: 1000,
          description:
            'Published cells that nothing here can train, each with the reason: they stay in the table as `not run`.',
        },
      ),
    ),
    overrides: Type.Optional(ref('overrides', overrides)),
    scales: Type.Object(
      {
        paper: Type.Optional(described('scale', scale, {})),
        proxy: Type.Optional(
          described('scale', scale, { type: 'object', required: ['notComparable'] }),
        ),
        own: Type.Optional(
          described('scale', scale, {
            description:
              'An own study in full: nothing of it is published, and nothing of it is called not comparable.',
          }),
        ),
        smoke: Type.Optional(described('scale', scale, {})),
      },
      {
        additionalProperties: false,
        minProperties: 1,
        description:
          'How the table is run: in full (paper), reduced (proxy), as an own study (own), in seconds (smoke).',
      },
    ),
  },
  {
    title: 'Redistill suite: how one table of one paper is reproduced, or an own study',
    additionalProperties: false,
  },
);
