import type { FieldPath } from '../common/checked-yaml.ts';
import { lookUp } from '../common/look-up.ts';
import type { Problems } from '../common/problems.ts';
import { type ExternalSource, type TrialSpec, unrecorded } from '../contract/spec.ts';
import { expandCommand, placeholders, placeholdersIn } from '../runners/external/command.ts';
import { unknownGroups } from '../runners/external/log.ts';
import { possibleNames } from './network-names.ts';
import { located, type PlanContext } from './plan-context.ts';
import type { Suite } from './suite.ts';
import type { SuiteExternal } from './suite-types.ts';

/**
 * Planning for external training code. It has networks, methods and data of its own, so a suite may
 * use names that are not implemented here, and its command defines the hyper-parameters.
 *
 * @param missing why its trials cannot run on this machine, or null
 */
export function externalContext(
  suite: Suite,
  context: PlanContext,
  trainPictures: (dataset: string) => number | undefined,
  missing: string | null,
): PlanContext {
  const { columns, scales } = suite.definition;
  const networks = [
    ...columns.flatMap(({ id, teacher, student }) => [teacher, student, ...id.split('__')]),
    ...Object.values(scales).flatMap((scale) =>
      Object.values(scale.columns ?? {}).flatMap(({ teacher, student }) => [teacher, student]),
    ),
  ].filter((name) => typeof name === 'string');
  return {
    ...context,
    parseMethod(name, paper) {
      try {
        return context.parseMethod(name, paper);
      } catch {
        return { id: name.toLowerCase().replaceAll(/\s/g, '') };
      }
    },
    resolveHyper: (_, overrides) => overrides,
    spelledHyper: (_method, _name, value) => value,
    trained: true,
    needsTeacher: (method) => method !== 'none',
    needsStrongView: () => false,
    checkPair: () => {},
    // The recipe describes the command's training. Only epochs, batch size and rate are passed to
    // it.
    unusedField: () => null,
    metrics: null,
    // It starts backbones with its own weights, which are not recorded.
    backbone: () => ({ reference: null, missing: null }),
    models: [...context.models, ...networks.flatMap(possibleNames)],
    inputs: ['random-resized-crop', 'random-crop', 'keep-ratio', 'scale-crop'],
    datasets: [...context.datasets, ...Object.values(scales).map(({ dataset }) => dataset)],
    dataset: (id) => ({
      identity: { dataset: id, hash: unrecorded },
      missing,
      // Steps are only counted for the price; an epoch of unknown length is one.
      trainPictures: trainPictures(id) ?? 1,
    }),
  };
}

/**
 * Checks that the command's placeholders exist, that patterns are regular expressions with known
 * groups, and that the log has the suite's metrics. The schema cannot check these.
 *
 * @throws UsageError `SUITE_EXTERNAL` at the field
 */
export function checkExternal(suite: Suite, problems: Problems): void {
  const { external, implementation, metrics, rows } = suite.definition;
  const wrong = (path: FieldPath, sentence: string) =>
    problems.add(suite.error('SUITE_EXTERNAL', path, sentence));
  if ((implementation === 'external') !== (external !== undefined)) {
    wrong(
      external === undefined ? ['implementation'] : ['external'],
      '"implementation: external" and the section "external" belong together.',
    );
  }
  if (external === undefined) return;
  const name = external.repository
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .at(-1);
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name ?? '')) {
    wrong(
      ['external', 'repository'],
      'its last part must be a plain name: the checkout’s folder has it.',
    );
  }
  for (const [row, words] of Object.entries(external.rows ?? {})) {
    if (!rows.some((each) => each.name === row)) {
      wrong(['external', 'rows', row], `the suite has no row "${row}".`);
    }
    checkWords(suite, problems, ['external', 'rows', row], words);
  }
  for (const field of ['command', 'teacherCommand'] as const) {
    const words = external[field];
    if (words === undefined) continue;
    checkWords(suite, problems, ['external', field], words);
    if (placeholdersIn(words[0] as string).length > 0) {
      wrong(['external', field, 0], 'the program itself cannot be a placeholder.');
    }
  }
  checkLog(suite, problems, external, Object.keys(metrics));
}

function checkWords(
  suite: Suite,
  problems: Problems,
  path: FieldPath,
  words: readonly string[],
): void {
  words.forEach((word, index) => {
    for (const name of placeholdersIn(word)) {
      if (name.startsWith('hyper.') || placeholders.some((each) => each === name)) continue;
      problems.add(
        suite.error(
          'SUITE_EXTERNAL',
          [...path, index],
          `there is no placeholder {${name}}.`,
          `There are: ${placeholders.map((each) => `{${each}}`).join(', ')} and {hyper.NAME}.`,
        ),
      );
    }
  });
}

function checkLog(
  suite: Suite,
  problems: Problems,
  { log }: SuiteExternal,
  metrics: readonly string[],
): void {
  const wrong = (path: FieldPath, sentence: string) =>
    problems.add(suite.error('SUITE_EXTERNAL', ['external', 'log', ...path], sentence));
  if ((log.format === undefined) === (log.patterns === undefined)) {
    wrong([], 'needs either "format" or "patterns".');
    return;
  }
  const groups = new Set<string>(
    log.format === undefined ? [] : ['epoch', 'test_top1', 'test_top5'],
  );
  (log.patterns ?? []).forEach(({ pattern }, index) => {
    const path = ['patterns', index, 'pattern'];
    try {
      new RegExp(pattern);
    } catch (error) {
      wrong(path, `${(error as Error).message.replace(/\.?$/, '.')}`);
      return;
    }
    const [unknown] = unknownGroups(pattern);
    if (unknown !== undefined) {
      wrong(
        path,
        `the group "${unknown}" means nothing: groups are epoch, lr, test_NAME and train_NAME.`,
      );
    }
    for (const [, name] of pattern.matchAll(/\(\?<(\w+)>/g)) groups.add(name as string);
  });
  if (!groups.has('epoch')) wrong(['patterns'], 'no pattern has the group "epoch".');
  const absent = metrics.find((metric) => !groups.has(`test_${metric}`));
  if (absent !== undefined) {
    wrong(
      [log.format === undefined ? 'patterns' : 'format'],
      `nothing in the log is the metric "${absent}" (test_${absent}).`,
    );
  }
}

/**
 * The source of a row's trials, or of their teachers', as trials state it. Undefined in a suite
 * that is ours.
 */
export function externalSource(
  { definition }: Suite,
  role: TrialSpec['role'],
  row: string | null,
): ExternalSource | undefined {
  const { external } = definition;
  if (external === undefined) return undefined;
  const { repository, commit, dirty = 'refuse', log, names = {}, environment = {} } = external;
  const command = role === 'teacher' ? (external.teacherCommand ?? []) : external.command;
  const more = row === null ? [] : (lookUp(external.rows ?? {}, row) ?? []);
  return {
    ...{ repository, commit, dirty },
    command: [...command, ...more],
    environment: { pass: environment.pass ?? [], set: environment.set ?? {} },
    log: {
      file: log.file ?? null,
      firstEpoch: log.firstEpoch ?? 1,
      format: log.format ?? log.patterns ?? [],
    },
    names,
  };
}

/**
 * Whether every placeholder of a trial's command has a value. @throws UsageError
 * `EXTERNAL_PLACEHOLDER`
 */
export function checkCommand(suite: Suite, spec: TrialSpec): void {
  const teacherOutput = spec.teacher?.kind === 'trial' ? 'output' : null;
  located(suite, ['external', spec.role === 'teacher' ? 'teacherCommand' : 'command'], () =>
    expandCommand(spec, { output: 'output', teacherOutput }),
  );
}
