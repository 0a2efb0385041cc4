import { RedistillError } from '../../common/errors.ts';
import type { TrialSpec } from '../../contract/spec.ts';

/** Names of placeholders; `{hyper.NAME}` stands for a hyper-parameter of the method. */
export const placeholders = [
  ...['seed', 'student', 'teacher', 'method', 'dataset', 'epochs', 'batch_size', 'lr'],
  ...['output', 'teacher_output'],
] as const;

/** Folders that a command may be told of. */
export interface CommandFolders {
  /** Where the training may write. Absolute. */
  readonly output: string;
  /** The `output` of its teacher's training; null where the teacher is the command's own affair. */
  readonly teacherOutput: string | null;
}

const pattern = /\{([a-z_]+(?:\.[A-Za-z0-9_]+)?)\}/g;

/** The placeholders in a text, in order; used to check a suite before anything runs. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name as string);
}

/**
 * Program and arguments of a trial. Each word of the template stays one word, whatever the values
 * of its placeholders.
 *
 * @throws RedistillError `EXTERNAL_PLACEHOLDER` for a placeholder that the trial has no value for
 */
export function expandCommand(spec: TrialSpec, folders: CommandFolders): readonly string[] {
  return (spec.external?.command ?? []).map((word) => expand(word, spec, folders));
}

/** One word with its placeholders replaced. @throws as `expandCommand` */
export function expand(word: string, spec: TrialSpec, folders: CommandFolders): string {
  return word.replaceAll(pattern, (_, name: string) => {
    const value = textOf(name, spec, folders);
    if (value !== undefined && value !== null) return value;
    throw new RedistillError(
      'EXTERNAL_PLACEHOLDER',
      `The command of the external implementation has "{${name}}", which ${spec.model} with ${spec.method} has no value for.`,
    );
  });
}

function textOf(name: string, spec: TrialSpec, folders: CommandFolders): string | null | undefined {
  const names = spec.external?.names ?? {};
  const theirs = (ours: string | undefined) =>
    ours !== undefined && Object.hasOwn(names, ours) ? names[ours] : ours;
  if (name.startsWith('hyper.')) {
    const key = name.slice('hyper.'.length);
    return Object.hasOwn(spec.hyper, key) ? String(spec.hyper[key]) : undefined;
  }
  switch (name as (typeof placeholders)[number]) {
    case 'seed':
      return String(spec.seed);
    case 'student':
      return theirs(spec.model);
    case 'teacher':
      return theirs(spec.teacher?.model);
    case 'method':
      return theirs(spec.method);
    case 'dataset':
      return theirs(spec.data.dataset);
    case 'epochs':
      return String(spec.recipe.epochs);
    case 'batch_size':
      return String(spec.recipe.batchSize);
    case 'lr':
      return String(spec.recipe.optimizer.lr);
    case 'output':
      return folders.output;
    case 'teacher_output':
      return folders.teacherOutput;
    default:
      return undefined;
  }
}

/** Variables that any program may need and that give nothing away. */
const harmless = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ', 'CUDA_VISIBLE_DEVICES'];

/**
 * The environment of the command: a short list of ours, what the suite lets through, and what it
 * sets.
 */
export function commandEnvironment(
  spec: TrialSpec,
  ours: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const { pass = [], set = {} } = spec.external?.environment ?? {};
  const passed = [...harmless, ...pass].flatMap((name) => {
    const value = ours[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // So that an epoch is in the log when it is over.
  return { PYTHONUNBUFFERED: '1', ...Object.fromEntries(passed), ...set };
}
