import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RedistillError, UsageError } from '../../common/errors.ts';
import { writeFileAtomic } from '../../common/files.ts';
import { regularFile } from '../../common/regular-file.ts';
import type { JournalRecord } from '../trial/journal-types.ts';
import { journalFile, runFolder } from '../trial/paths.ts';
import { type OfficialJournal, officialJournal } from './log-journal.ts';
import { type LogSubject, type StatedSubject, subjectOf } from './log-name.ts';
import { type LogFinding, readLog } from './log-reader.ts';
import type { OfficialProtocol } from './protocols.ts';

export interface ImportOptions {
  readonly workspace: string;
  readonly stated: StatedSubject;
  /** Take what could be read of a log with lines that could not be; they are reported all the same. */
  readonly lenient: boolean;
  readonly networks: readonly string[];
  /** The protocol behind a log, or null where none is known for its data set. */
  protocol(subject: LogSubject): OfficialProtocol | null;
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
 * Imports logs into journals under `runs/`. A log with a line that cannot be read is not imported at all unless `lenient` says
 * so: half a run must not look like a run. Importing the same bytes again changes nothing.
 *
 * @param paths files, and folders of which every `.txt` and `.log` is taken
 * @throws UsageError `LOG_MISSING` for a path that is not there, `LOG_NONE` for a folder without logs.
 */
export function importLogs(paths: readonly string[], options: ImportOptions): ImportSummary {
  const files = paths.flatMap(logFiles);
  const runs: ImportedRun[] = [];
  const notes: FileFinding[] = [];
  const problems: FileFinding[] = [];
  const seen = new Map<string, string>();
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
    const reading = readLog(bytes.toString('utf8'));
    notes.push(...of(reading.notes));
    problems.push(...of(reading.problems));
    if (reading.problems.length > 0 && !options.lenient) continue;
    try {
      const subject = subjectOf(basename(path), options.stated, options.networks);
      const protocol = protocolOf(subject, name, options);
      reading.runs.forEach((run, index) => {
        const training = { run, place: index + 1, of: reading.runs.length };
        const findings = [...reading.notes, ...reading.problems];
        const journal = officialJournal(
          { name, sha256: hash },
          subject,
          protocol,
          training,
          findings,
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
      // One log that nobody can place must not keep the others out.
      if (!(error instanceof UsageError)) throw error;
      const hint = error.hint === undefined ? '' : ` ${error.hint}`;
      problems.push({
        file: name,
        code: 'LOG_LINE',
        line: null,
        message: `${error.message}${hint}`,
      });
    }
  }
  return { files: files.length, runs, notes, problems };
}

function protocolOf(subject: LogSubject, name: string, options: ImportOptions): OfficialProtocol {
  const protocol = options.protocol(subject);
  if (protocol !== null) return protocol;
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
    .filter((entry) => entry.isFile() && /\.(txt|log)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (found.length === 0) {
    throw new RedistillError('LOG_NONE', `The folder ${path} holds no .txt or .log file.`, {
      exitCode: 2,
    });
  }
  return found.map((file) => ({ path: file, name: relativeName(path, file) }));
}

function relativeName(folder: string, file: string): string {
  const below = dirname(file).slice(folder.replace(/\/+$/, '').length + 1);
  return below === '' ? basename(file) : `${below}/${basename(file)}`;
}
