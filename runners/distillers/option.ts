import type { ChoiceOption, NumberOption, NumbersOption } from './option-types.ts';
import { weight as unsourcedWeight } from './sourced.ts';

/*
 * Declarations of hyper-parameters, to be imported as `option`: the three forms, then those that
 * several methods have. Each method says where its own default is from.
 */

/** A number within a range. */
export function number(stated: Omit<NumberOption, 'kind'>): NumberOption {
  return { kind: 'number', ...stated };
}

/** One of the words of `choices`. */
export function choice<const Choice extends string>(
  stated: Omit<ChoiceOption<Choice>, 'kind' | 'default'> & { readonly default: NoInfer<Choice> },
): ChoiceOption<Choice> {
  return { kind: 'choice', ...stated };
}

/** A list of numbers, which suites write as `[1,1.5]`. */
export function numbers(stated: Omit<NumbersOption, 'kind'>): NumbersOption {
  return { kind: 'numbers', ...stated };
}

/** A weight of a part of the loss: 0 switches it off. */
export function weight(standard: number, about: string, source: string): NumberOption {
  return { ...unsourcedWeight(standard, about), source };
}

export function temperature(standard: number, source: string): NumberOption {
  const about = 'Softmax temperature of both networks';
  return number({ default: standard, min: 0, open: true, about, source });
}

/** For `scalars: warmup`. */
export function warmupEpochs(standard: number, source: string): NumberOption {
  return number({
    default: standard,
    min: 0,
    about:
      'The distillation loss grows linearly over this many epochs; 1 or less is none, and is 0',
    same: (epochs) => (epochs <= 1 ? 0 : epochs),
    source,
  });
}

/**
 * The KL term that CTKD's scripts put beside feature methods: `-a 0.9` at `--kd_T 4` or the learned
 * temperature.
 *
 * @param klWeight its weight without CTKD
 */
export function klTerm(
  klWeight: number,
): Readonly<Record<'klWeight' | 'temperature', NumberOption>> {
  const source =
    'zhengli97/CTKD@7d52522 scripts/run_cifar_distill.sh (-a 0.9), train_student.py (--kd_T); mdistiller has no such term';
  return {
    klWeight: weight(klWeight, 'Weight of KD beside the method; 0 is the method alone', source),
    temperature: temperature(4, source),
  };
}
