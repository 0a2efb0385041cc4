import { escapeMarkup } from '../markup.ts';
import type { Digest, DigestEntry, DigestGroup, Level } from './digest.ts';

/** How a level shows in JUnit, which knows no more: no element is a test that passed. */
const elements: Readonly<Record<Level, 'failure' | 'error' | 'skipped' | null>> = {
  passed: null,
  notice: null,
  // Undecided is not passed, and must not turn a build red either.
  warning: 'skipped',
  failed: 'failure',
  error: 'error',
  skipped: 'skipped',
};

/**
 * A digest as JUnit XML, as CI servers read it: a suite per group, a test case per entry. Without
 * times, since none of it is a test that ran now.
 */
export function junitXml(digest: Digest): string {
  const entries = digest.groups.flatMap((group) => group.entries);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeMarkup(digest.title)}" ${counts(entries)}>`,
    ...digest.groups.flatMap(testSuite),
    '</testsuites>',
    '',
  ].join('\n');
}

function testSuite(group: DigestGroup): string[] {
  return [
    `  <testsuite name="${escapeMarkup(group.name)}" ${counts(group.entries)}>`,
    ...group.entries.flatMap((entry) => testCase(group, entry)),
    '  </testsuite>',
  ];
}

function testCase(group: DigestGroup, entry: DigestEntry): string[] {
  const { name, level, word, message, place } = entry;
  const file = place ? ` file="${escapeMarkup(place.file)}"` : '';
  const head = `    <testcase classname="${escapeMarkup(group.name)}" name="${escapeMarkup(name)}"${file}`;
  const element = elements[level];
  const text = `${word}: ${message}`;
  const body =
    element === null
      ? `      <system-out>${escapeMarkup(text)}</system-out>`
      : element === 'skipped'
        ? `      <skipped message="${escapeMarkup(text)}"/>`
        : `      <${element} type="${escapeMarkup(word)}" message="${escapeMarkup(message)}"/>`;
  return [`${head}>`, body, '    </testcase>'];
}

function counts(entries: readonly DigestEntry[]): string {
  const count = (element: string) =>
    entries.filter(({ level }) => elements[level] === element).length;
  return `tests="${entries.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}
