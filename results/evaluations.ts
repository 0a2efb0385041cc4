import { sha256 } from '../common/canonical.ts';
import { RedistillError } from '../common/errors.ts';
import {
  type EvaluationArtefact,
  parseEvaluation,
  type SamplePicture,
} from '../contract/evaluation-artefact.ts';
import { appendTo } from './appender.ts';
import type { InputFinding } from './journal-reader.ts';
import type { Store } from './store-types.ts';
import { tables } from './tables.ts';
import type { InputFile } from './workspace.ts';

export function readEvaluation(
  file: InputFile,
  text: string,
): { readonly artefact: EvaluationArtefact } | { readonly problem: InputFinding } {
  try {
    return { artefact: parseEvaluation(text, file.name) };
  } catch (cause) {
    if (!(cause instanceof RedistillError)) throw cause;
    const { code, message } = cause;
    return { problem: { code, file: file.name, line: null, message } };
  }
}

/** Replaces what the database holds of these runs. */
export async function storeEvaluations(
  store: Store,
  evaluations: readonly { readonly run: string; readonly artefact: EvaluationArtefact }[],
): Promise<void> {
  if (evaluations.length === 0) return;
  const rows = await store.rows<{ sha256: string }>('SELECT sha256 FROM sample_pictures');
  const known = new Set(rows.map((row) => row.sha256));
  for (const { run } of evaluations)
    await store.run('DELETE FROM evaluations WHERE run = $1', [run]);
  const artefacts = await appendTo(store, 'evaluations', tables.evaluations);
  const pictures = await appendTo(store, 'sample_pictures', tables.sample_pictures);
  for (const { run, artefact } of evaluations) {
    const samples = artefact.samples.map(({ picture, ...sample }) => {
      const name = sha256(picture.base64);
      if (!known.has(name)) {
        const { mediaType: media_type, base64 } = picture;
        pictures.add({ sha256: name, media_type, base64 });
      }
      known.add(name);
      return { ...sample, picture: name };
    });
    artefacts.add({ run, artefact: JSON.stringify({ ...artefact, samples }) });
  }
  artefacts.close();
  pictures.close();
}

/** The artefacts of some runs, by run, whole again; runs without one are left out. */
export async function evaluations(
  store: Store,
  runs: readonly string[],
): Promise<ReadonlyMap<string, EvaluationArtefact>> {
  const rows = await store.rows<{ run: string; artefact: string }>(
    `SELECT run, artefact FROM evaluations
      WHERE run IN (SELECT unnest(from_json($1, '["VARCHAR"]'))) ORDER BY run`,
    [JSON.stringify(runs)],
  );
  if (rows.length === 0) return new Map();
  const parsed = rows.map(({ run, artefact }) => ({ run, stored: JSON.parse(artefact) as Stored }));
  const names = new Set(
    parsed.flatMap(({ stored }) => stored.samples.map(({ picture }) => picture)),
  );
  const pictures = await picturesOf(store, [...names]);
  return new Map(
    parsed.map(({ run, stored }) => {
      const samples = stored.samples.map(({ picture, ...sample }) => ({
        ...sample,
        picture: pictures.get(picture) as SamplePicture,
      }));
      return [run, { ...stored, samples } as unknown as EvaluationArtefact];
    }),
  );
}

/** An artefact as the store holds it: its pictures are names. */
type Stored = Omit<EvaluationArtefact, 'samples'> & {
  readonly samples: readonly { readonly picture: string }[];
};

async function picturesOf(
  store: Store,
  names: readonly string[],
): Promise<ReadonlyMap<string, SamplePicture>> {
  const rows = await store.rows<SamplePicture & { readonly sha256: string }>(
    `SELECT sha256, media_type AS "mediaType", base64 FROM sample_pictures
      WHERE sha256 IN (SELECT unnest(from_json($1, '["VARCHAR"]'))) ORDER BY sha256`,
    [JSON.stringify(names)],
  );
  return new Map(rows.map(({ sha256: name, ...picture }) => [name, picture]));
}

/** Runs that have an artefact. */
export async function evaluatedRuns(store: Store): Promise<ReadonlySet<string>> {
  const rows = await store.rows<{ run: string }>('SELECT run FROM evaluations ORDER BY run');
  return new Set(rows.map(({ run }) => run));
}
