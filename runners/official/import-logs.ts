import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RedistillError, UsageError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { regularFile } from '../../common/regular-file.ts';
import type { JournalRecord } from '../../contract/journal-types.ts';
import { journalFile, runFolder } from '../../contract/paths.ts';
import { type OfficialJournal, officialJournal } from './log-journal.ts';
import { type LogSubject, type StatedSubject, subjectOf } from './log-name.ts';
import { readLog } from './log-reader.ts';
import { logText } from './log-text.ts';
import type { LogFinding } from './log-types.ts';
import type { OfficialProtocol } from './protocols.ts';

export interface ImportOptions {
  readonly workspace: string;
  readonly stated: StatedSubject;
  /** Imports the readable lines of a log that has unreadable ones. Those are still reported. */
  readonly lenient: boolean;
  readonly networks: readonly string[];
  /**
   * The protocols that a log may have, the first being the likeliest; none where none is known for
   * its data set.
   */
  protocols(subject: LogSubject): readonly OfficialProtocol[];
  /** The time that the journal's lines carry, ISO 8601 UTC. */
  readonly now: string;
}

/** A finding with the file that it is about. */
export interface FileFinding extends LogFinding {
  readonly file: string;
}

/** A training that is in the workspace now. */
export interface ImportedRun {
  readonly file: string;
  readonly subject: LogSubject;
  readonly place: number;
  readonly of: number;
  readonly trial: string;
  readonly run: string;
  readonly epochs: number;
  readonly completed: boolean;
  readonly best: number;
  readonly last: number;
  readonly deviations: readonly string[];
  /** False where its journal was there already. */
  readonly written: boolean;
}

export interface ImportSummary {
  readonly files: number;
  readonly runs: readonly ImportedRun[];
  readonly notes: readonly FileFinding[];
  readonly problems: readonly FileFinding[];
}

/** The logs of 240 epochs have some 50 kB. */
const maximumLog = 64 * 2 ** 20;

function readBounded(path: string): Buffer {
  const found = regularFile(path);
  if (typeof found === 'string') throw new UsageError('LOG_FILE', `The log ${path} ${found}.`);
  const { size } = found;
  if (size > maximumLog) {
    throw new UsageError(
      'LOG_SIZE',
      `${path} has ${size} bytes; logs of up to ${maximumLog} are read.`,
    );
  }
  return readFileSync(path);
}

/**
 * Imports logs into journals under `runs/`. A log with a line that cannot be read is not imported
 * at all unless `lenient` says so: half a run must not look like a run. Importing the same bytes
 * again changes nothing.
 *
 * @param paths files and folders; every `.txt`, `.log`, `.csv` and `.log.json` of a folder is taken
 * @throws UsageError `LOG_MISSING` for a path that is not there, `LOG_NONE` for a folder without
 *   logs.
 */
export function importLogs(paths: readonly string[], options: ImportOptions): ImportSummary {
  const files = paths.flatMap(logFiles);
  const runs: ImportedRun[] = [];
  const notes: FileFinding[] = [];
  const problems: FileFinding[] = [];
  const seen = new Map<string, string>();
  /** The meaning that names were given, with the files of such a name. */
  const assumed = new Map<string, readonly string[]>();
  for (const { path, name } of files) {
    const bytes = readBounded(path);
    const hash = createHash('sha256').update(bytes).digest('hex');
    const of = (findings: readonly LogFinding[]) =>
      findings.map((finding) => ({ file: name, ...finding }));
    const copy = seen.get(hash);
    if (copy !== undefined) {
      notes.push({
        file: name,
        code: 'LOG_RESTART',
        line: null,
        message: `it has the bytes of ${copy} and is the same run.`,
      });
      continue;
    }
    seen.set(hash, name);
    const text = logText(bytes);
    if (typeof text !== 'string') {
      problems.push(...of([text]));
      continue;
    }
    const reading = readLog(text);
    notes.push(...of(reading.notes));
    problems.push(...of(reading.problems));
    if (reading.problems.length > 0 && !options.lenient) continue;
    try {
      const folder = basename(dirname(path));
      const subject = subjectOf(basename(path), options.stated, options.networks, folder);
      const protocols = protocolsOf(subject, name, options);
      if (subject.assumed !== null)
        assumed.set(subject.assumed, [...(assumed.get(subject.assumed) ?? []), name]);
      reading.runs.forEach((run, index) => {
        const training = { run, place: index + 1, of: reading.runs.length };
        const findings = [...reading.notes, ...reading.problems];
        const journal = fittingJournal(
          protocols.map((protocol) =>
            officialJournal({ name, sha256: hash }, subject, protocol, training, findings),
          ),
        );
        const written = write(journal, options);
        const { place } = training;
        const { trial, run: runId, epochs, completed, best, last, deviations } = journal;
        runs.push({
          ...{ file: name, subject, place, of: training.of, trial, run: runId },
          ...{ epochs, completed, best, last, deviations, written },
        });
      });
    } catch (error) {
      // One log without a known trial must not keep the others out.
      if (!(error instanceof UsageError)) throw error;
      const hint = error.hint === undefined ? '' : ` ${error.hint}`;
      problems.push({
        file: name,
        code: error.code === 'LOG_PROTOCOL' ? 'LOG_PROTOCOL' : 'LOG_NAME',
        line: null,
        message: `${error.message}${hint}`,
      });
    }
  }
  for (const [message, names] of assumed) notes.push(assumption(message, names));
  const others = runs.filter(({ subject }) => subject.by === 'others').map(({ file }) => file);
  if (others.length > 0 && options.stated.by === undefined)
    notes.push(assumption(unknownAuthors, [...new Set(others)]));
  return { files: files.length, runs, notes, problems };
}

const unknownAuthors =
  "its name does not say whose run it is; it is taken as one of others than the publication's authors and carries no verdict (--by authors says otherwise)";

/** Said once for all logs of a kind. */
function assumption(message: string, files: readonly string[]): FileFinding {
  const [first = '', ...more] = files;
  const others = more.length === 0 ? '' : ` So are ${more.length} more logs.`;
  return { file: first, code: 'LOG_NAME', line: null, message: `${message}.${others}` };
}

/**
 * Of several protocols that a method and pair were trained by, the one that the log departs from
 * least.
 */
function fittingJournal(journals: readonly OfficialJournal[]): OfficialJournal {
  return journals.reduce((best, each) =>
    each.deviations.length < best.deviations.length ? each : best,
  );
}

function protocolsOf(
  subject: LogSubject,
  name: string,
  options: ImportOptions,
): readonly OfficialProtocol[] {
  const protocols = options.protocols(subject);
  if (protocols.length > 0) return protocols;
  throw new UsageError(
    'LOG_PROTOCOL',
    `${name}: no official protocol is known for the data set "${subject.dataset}".`,
    { hint: 'Known are cifar100 and imagenet.' },
  );
}

function write(journal: OfficialJournal, { workspace, now }: ImportOptions): boolean {
  const path = journalFile(runFolder(workspace, journal.trial, journal.run));
  if (existsSync(path)) return false;
  writeFileAtomic(path, journalText(journal.records, now));
  return true;
}

function journalText(records: readonly JournalRecord[], time: string): string {
  return records.map((record, seq) => `${JSON.stringify({ seq, time, ...record })}\n`).join('');
}

interface LogPath {
  readonly path: string;
  /** As messages and journals call it: relative to the folder that was named. */
  readonly name: string;
}

/** The logs of a path, sorted by name. */
function logFiles(path: string): readonly LogPath[] {
  if (!existsSync(path)) {
    throw new UsageError('LOG_MISSING', `There is no file or folder ${path}.`);
  }
  if (!statSync(path).isDirectory()) return [{ path, name: basename(path) }];
  const found = readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(txt|log|csv|log\.json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (found.length === 0) {
    throw new RedistillError(
      'LOG_NONE',
      `The folder ${path} holds no .txt, .log, .csv or .log.json file.`,
      {
        exitCode: 2,
      },
    );
  }
  return found.map((file) => ({ path: file, name: relativeName(path, file) }));
}

function relativeName(folder: string, file: string): string {
  const below = dirname(file).slice(folder.replace(/\/+$/, '').length + 1);
  return below === '' ? basename(file) : `${below}/${basename(file)}`;
}
