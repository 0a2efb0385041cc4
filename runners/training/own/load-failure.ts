import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { UsageError } from '../../../common/errors.ts';
import { lookUp } from '../../../common/look-up.ts';
import { shown } from '../../../common/shown.ts';

/**
 * What a module that does not load says, as a sentence that names the file and the line.
 *
 * @param error whatever its code threw, which need not be an error
 */
export function loadFailure(error: unknown, path: string, label: string): UsageError {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const place = error instanceof Error ? placeOf(error, path, label) : '';
  const said = error instanceof Error ? `${error.name}: ${error.message}` : shown(error);
  return new UsageError('PLUGIN_LOAD', `The plug-in file ${label} does not load${place}: ${said}`, {
    hint: lookUp(hints, code ?? '') ?? 'Mend it; "node FILE" runs it alone.',
    cause: error,
  });
}

const hints: Readonly<Record<string, string>> = {
  ERR_MODULE_NOT_FOUND:
    'Install the package in the repository of the file, or mend the path; paths have their extension: "./other.ts".',
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    'Node takes types away and compiles nothing: no enums, namespaces or parameter properties (TypeScript checks it with "erasableSyntaxOnly").',
  ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING:
    'Node runs no TypeScript below node_modules: name a JavaScript file, or one of a checkout.',
};

/** ` (line 3)`, or ` (helper.ts, line 3)` where it is in another file. */
function placeOf(error: Error, path: string, label: string): string {
  const stack = error.stack ?? '';
  const found =
    /^(?<file>\/[^\n]*):(?<line>\d+)\n/.exec(stack) ??
    /^ +at (?:.* \()?(?<file>file:\/\/[^\n]*):(?<line>\d+):\d+\)?$/m.exec(stack) ??
    (error instanceof SyntaxError ? checkedByNode(path) : null);
  const { file, line } = found?.groups ?? {};
  if (file === undefined) return '';
  const where = file.startsWith('file:') ? fileURLToPath(file) : file;
  return where === path ? ` (line ${line})` : ` (${where}, line ${line}, which ${label} imports)`;
}

/** A syntax error of JavaScript says no place; Node's own check of the file does. */
function checkedByNode(path: string): RegExpExecArray | null {
  const { stderr } = execaSync(process.execPath, ['--check', path], { reject: false });
  return /^(?<file>(?:file:\/\/)?\/[^\n]*):(?<line>\d+)\n/.exec(stderr);
}
