// @ts-check
import { relative } from 'node:path';

/** @typedef {import('node:test/reporters').TestEvent} TestEvent */

/**
 * A reporter for node's test runner: one line per file as it ends, every failure in full after it,
 * and the counts as the last line, `N passed, N failed`. Tests are counted, the groups around them
 * are not.
 *
 * @param {AsyncIterable<TestEvent>} events
 * @returns {AsyncGenerator<string, void>}
 */
export default async function* report(events) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {Map<string, FileResult>} */
  const files = new Map();
  const fileOf = (/** @type {string | undefined} */ path) => {
    const name = path === undefined ? '(no file)' : relative(process.cwd(), path);
    const known = files.get(name);
    if (known !== undefined) return known;
    const result = { name, passed: 0, failed: 0, skipped: 0, groups: [], failures: [], output: [] };
    files.set(name, result);
    return result;
  };
  for await (const event of events) {
    if (event.type === 'test:start') {
      fileOf(event.data.file).groups.splice(
        event.data.nesting,
        Number.POSITIVE_INFINITY,
        event.data.name,
      );
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      count(fileOf(event.data.file), event);
    } else if (event.type === 'test:stdout' || event.type === 'test:stderr') {
      fileOf(event.data.file).output.push(event.data.message);
    } else if (event.type === 'test:summary' && event.data.file !== undefined) {
      const result = fileOf(event.data.file);
      yield fileReport(result, event.data.duration_ms);
      add(total, result);
      files.delete(result.name);
    }
  }
  // What ended without a summary: a file that could not even be loaded, or a run without process
  // isolation.
  for (const result of files.values()) {
    yield fileReport(result, undefined);
    add(total, result);
  }
  if (total.skipped > 0) yield `${total.skipped} skipped\n`;
  yield `${total.passed} passed, ${total.failed} failed\n`;
}

/**
 * @typedef {object} FileResult
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} groups names of the groups and the test that run, outermost first
 * @property {string[]} failures
 * @property {string[]} output
 */

/**
 * @param {FileResult} result
 * @param {Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>} event
 */
function count(result, { type, data }) {
  if (data.skip !== undefined || data.todo !== undefined) {
    if (data.details.type !== 'suite') result.skipped += 1;
    return;
  }
  if (type === 'test:pass') {
    if (data.details.type !== 'suite') result.passed += 1;
    return;
  }
  const error = /** @type {Error & { failureType?: string }} */ (data.details.error);
  // A group fails with its tests; only one that fails by itself (a hook) adds a failure.
  if (error.failureType === 'subtestsFailed') return;
  result.failed += 1;
  const path = [...result.groups.slice(0, data.nesting), data.name].join(' > ');
  result.failures.push(`FAILED ${path} (${result.name}:${data.line ?? 0})\n${describe(error)}`);
}

/**
 * The error that the test threw, which the runner wraps.
 *
 * @param {Error} error
 */
function describe(error) {
  const cause = error.cause ?? error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return text.replace(/^/gm, '    ');
}

/**
 * @param {FileResult} result
 * @param {number | undefined} milliseconds
 */
function fileReport({ name, passed, failed, skipped, failures, output }, milliseconds) {
  const seconds = milliseconds === undefined ? '' : ` ${(milliseconds / 1000).toFixed(1)} s`;
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} FAILED`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const line = `${failed > 0 ? 'x' : '.'} ${name}: ${counts.join(', ')}${seconds}\n`;
  if (failed === 0) return line;
  const printed = output.join('').trimEnd();
  const said =
    printed === '' ? '' : `    What the file printed:\n${printed.replace(/^/gm, '    | ')}\n`;
  return `${line}${failures.map((failure) => `${failure}\n`).join('')}${said}`;
}

/**
 * @param {{ passed: number, failed: number, skipped: number }} total
 * @param {FileResult} result
 */
function add(total, result) {
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
}
