import { UsageError } from '../common/errors.ts';
import type { RecordLint } from '../reference/published/lint/index.ts';
import { completeEffects, type Effects } from './effects.ts';
import { type OwnOptions, useOwnTables } from './own/use.ts';

export interface LintOptions extends Pick<OwnOptions, 'config'> {
  /** Only these rules; default: all. */
  readonly rules?: readonly string[] | undefined;
}

export interface LintResult {
  readonly lint: RecordLint;
  /** Whether the record itself is wrong, by whatever rule. */
  readonly fails: boolean;
}

/**
 * Checks the published numbers against each other.
 *
 * @throws UsageError `LINT_RULE` for a rule that there is not
 */
export async function lintPublished(
  options: LintOptions = {},
  effects: Partial<Effects> = {},
): Promise<LintResult> {
  const { rules: chosen } = options;
  await useOwnTables(options, completeEffects(effects));
  const [linter, { loadPublished }] = await Promise.all([
    import('../reference/published/lint/index.ts'),
    import('../reference/published/loader.ts'),
  ]);
  const unknown = (chosen ?? []).find((name) => !Object.hasOwn(linter.rules, name));
  if (unknown !== undefined) {
    const { didYouMean } = await import('../common/did-you-mean.ts');
    const known = Object.keys(linter.rules);
    throw new UsageError(
      'LINT_RULE',
      `There is no rule "${unknown}".${didYouMean(unknown, known)}`,
      { hint: `The rules are: ${known.join(', ')}.` },
    );
  }
  const whole = linter.lintPublished(loadPublished());
  const groups = whole.groups.filter((group) => chosen?.includes(group.rule) ?? true);
  return { lint: { ...whole, groups }, fails: linter.recordFails(whole) };
}
