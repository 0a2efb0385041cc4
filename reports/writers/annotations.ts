import { type Digest, type DigestEntry, type Level, levels } from './digest.ts';

/**
 * Findings without a command are not annotated: what passed or was not judged needs nobody's eye.
 */
const commands: Readonly<Partial<Record<Level, string>>> = {
  error: 'error',
  failed: 'error',
  warning: 'warning',
  notice: 'notice',
};

/**
 * A digest as workflow commands of GitHub Actions, one a line, which become annotations of the run.
 * GitHub shows only the first few of a step, so errors come first. Empty where there is nothing to
 * annotate.
 *
 * Format: GitHub's documentation, "Workflow commands for GitHub Actions", `::error
 * file={name},line={line},title={title}::{message}`.
 */
export function annotations(digest: Digest): string {
  const lines = levels.flatMap((level) => {
    const command = commands[level];
    if (command === undefined) return [];
    return digest.groups.flatMap((group) =>
      group.entries
        .filter((entry) => entry.level === level)
        .map((entry) => annotation(command, group.name, entry)),
    );
  });
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(command: string, group: string, entry: DigestEntry): string {
  const { name, word, message, place } = entry;
  const properties = [
    ...(place ? [`file=${property(place.file)}`] : []),
    ...(place && place.line !== null ? [`line=${place.line}`] : []),
    `title=${property(`${word}: ${name}`)}`,
  ];
  return `::${command} ${properties.join(',')}::${data(`${group}: ${message}`)}`;
}

/** A message ends its line at a line break and takes `%` for the start of an escape. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** In a property colons and commas have a meaning, too. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
