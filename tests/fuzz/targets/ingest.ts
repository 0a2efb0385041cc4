import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { benchName } from '../../../results/benches.ts';
import { executionName } from '../../../results/executions.ts';
import { ingest } from '../../../results/ingest.ts';
import { parityName } from '../../../results/parity.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../../results/builder.ts';
import { jsonText, mutateJson, mutateText, type Recipe, recipes } from '../mutate.ts';
import { checkSentence, expect, type FuzzTarget, readOrRefused } from '../target.ts';
import { hostileJournal, type JournalInput, journalInputs } from './journal-inputs.ts';

const time = '2026-01-02T03:15:00.123Z';
const good = makeJournal({ spec: makeSpec({ seed: 99 }), accuracies: [50] });
const goodRun = good[0]?.type === 'header' ? good[0].run : '';
const plan = makePlan({ rows: [{ name: 'KD', method: 'kd', specs: [makeSpec({ seed: 99 })] }] });
const [cell] = plan.cells;

/** A document of each kind, under the path that its name must have. */
const documents: Readonly<Record<string, { readonly path: string; readonly value: unknown }>> = {
  plan: { path: 'runs/plans/quick@proxy.json', value: plan },
  execution: {
    path: `runs/executions/${executionName(time, 'quick', 'proxy')}.json`,
    value: {
      schemaVersion: 1,
      execution: executionName(time, 'quick', 'proxy'),
      suite: 'quick',
      scale: 'proxy',
      kind: 'nightly',
      startedAt: time,
      fixedSeeds: [1],
      estimate: { trials: 1, unpriced: 0, predictedSeconds: 3, seconds: 4 },
      cells: [{ cell: cell?.id, metric: 'top1', margin: 0.5, trials: cell?.trials }],
      trials: [{ trial: cell?.trials[0], run: goodRun, state: 'completed', reason: '' }],
    },
  },
  parity: {
    path: `runs/parity/${parityName(time, 'recorded' as never)}.json`,
    value: {
      schemaVersion: 1,
      parity: parityName(time, 'recorded' as never),
      startedAt: time,
      mode: 'recorded',
      ownGolden: false,
      seconds: 3,
      environment: {
        cpu: 'x',
        cores: 2,
        os: 'Linux',
        node: '22',
        tensorflow: '2',
        commit: null,
        dirty: false,
      },
      notCovered: ['a'],
      cases: [
        {
          file: 'losses/kd.json',
          name: 'a',
          ok: true,
          maxError: 1e-7,
          tolerance: 1e-5,
          note: null,
        },
      ],
    },
  },
  bench: {
    path: `runs/benches/${benchName(time, 'step')}.json`,
    value: {
      schemaVersion: 1,
      bench: benchName(time, 'step'),
      suite: 'step',
      startedAt: time,
      seconds: 20,
      environment: {
        cpu: 'x',
        cores: 2,
        memoryGiB: 8,
        gpu: null,
        os: 'Linux',
        node: '22',
        tensorflow: '2',
        torch: null,
        load: 1,
        commit: null,
        dirty: false,
      },
      figures: [
        {
          name: 'resnet20',
          side: 'redistill',
          variant: 'recorded',
          workers: 1,
          threads: 2,
          quantity: 'step',
          value: 150.25,
          unit: 'ms',
          samples: 12,
          smallest: 149,
          deviation: 0.5,
        },
      ],
    },
  },
  acceptance: {
    path: 'acceptances.jsonl',
    value: {
      schemaVersion: 1,
      time,
      suite: 'quick',
      scale: 'proxy',
      cell: cell?.id,
      author: 'a',
      reason: 'b',
    },
  },
  evaluation: {
    path: `runs/${goodRun.split('-')[0]}/${goodRun}/evaluation.json`,
    value: {
      schemaVersion: 1,
      task: 'segmentation',
      dataset: 'x',
      split: 'val',
      epoch: 1,
      classes: [{ name: 'a', pixels: 4, IoU: 0.5, accuracy: 0.5 }],
      confusion: [[4]],
      samples: [
        {
          file: 'a.png',
          width: 2,
          height: 2,
          picture: { mediaType: 'image/png', base64: 'AAAA' },
          truth: [0, 4],
          prediction: [0, 2, 255, 2],
        },
      ],
    },
  },
};
const kinds = [...Object.keys(documents), 'journal'] as const;

interface Input {
  readonly kind: string;
  readonly asText: boolean;
  readonly recipe: Recipe;
  readonly journal: JournalInput;
}

function documentText({ kind, asText, recipe }: Input): string {
  const value = documents[kind]?.value;
  const text = asText
    ? mutateText([JSON.stringify(value)], recipe, [
        'NaN',
        '{}',
        '[]',
        '\n',
        '"startedAt"',
        '{"schemaVersion":1}',
      ])
    : jsonText(
        mutateJson([value, ...Object.values(documents).map((each) => each.value)], {
          ...recipe,
          seed: 0,
        }),
      );
  return kind === 'acceptance' ? `${text}\n` : text;
}

/** Whatever one file holds, the others are taken, and taking them again changes nothing. */
export const target: FuzzTarget<Input> = {
  name: 'ingest',
  short: 10,
  async inputs() {
    empty = await emptyDatabase();
    return fc.record({
      kind: fc.constantFrom(...kinds, 'journal', 'journal'),
      asText: fc.boolean(),
      recipe: recipes(4),
      journal: journalInputs(),
    });
  },
  show: (input) =>
    Buffer.from(
      `${input.kind}\n${input.kind === 'journal' ? hostileJournal(input.journal).text : documentText(input)}`,
    ),
  async run(input, world) {
    const workspace = world.folder;
    for (const name of ['runs', 'results.duckdb', 'acceptances.jsonl']) world.expected(name);
    world.file('results.duckdb', empty);
    writeJournal(workspace, good);
    writePlan(workspace, plan);
    const written = place(workspace, input);
    await readOrRefused(
      written,
      () => ingest({ workspace }),
      async ({ problems, notes, rows }) => {
        for (const { code, message } of [...problems, ...notes])
          checkSentence(written, code, message);
        expect(rows.runs >= 1, 'the sound journal is taken');
        const again = await ingest({ workspace });
        expect(again.rows.runs === 0 && again.rows.epochs === 0, 'taken again, nothing changes');
        expect(again.problems.length === problems.length, 'what is wrong stays wrong');
      },
    );
  },
};

/** A database that has its tables: to make them takes longer than all the rest. */
let empty: Uint8Array = new Uint8Array(0);

async function emptyDatabase(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-fuzz-empty-'));
  try {
    await ingest({ workspace: folder });
    return readFileSync(join(folder, 'results.duckdb'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function place(workspace: string, input: Input): string {
  const { path, text } = placed(input);
  const file = join(workspace, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return path;
}

function placed(input: Input): { path: string; text: string } {
  if (input.kind !== 'journal') {
    return { path: (documents[input.kind] as { path: string }).path, text: documentText(input) };
  }
  const { text, trial, run } = hostileJournal(input.journal);
  return { path: `runs/${trial}/${run}/journal.jsonl`, text };
}
