import { UsageError } from '../../common/errors.ts';
import { suggestion } from '../../common/nearest.ts';
import { parseMethod } from '../distillers/method-id.ts';
import type { Hyper } from '../trial/spec.ts';

/** What a log is of. Its lines do not say so; its name does, or whoever imports it. */
export interface LogSubject {
  /** Canonical method id, or the printed name in lower case where Redistill has not all of it (`mlkd+lskd`). */
  readonly method: string;
  readonly teacher: string;
  readonly student: string;
  readonly dataset: string;
  /** What the name states of the method's hyper-parameters; the rest is not known. */
  readonly hyper: Hyper;
}

/** What the caller states; it goes before what the name says. */
export interface StatedSubject {
  readonly method?: string | undefined;
  readonly teacher?: string | undefined;
  readonly student?: string | undefined;
  readonly dataset?: string | undefined;
}

/** Names of networks in file names of the official logs, lower case, where they are not the project's. */
const cifarNames: Readonly<Record<string, string>> = {
  shufflev1: 'shufflenetv1',
  shufflev2: 'shufflenetv2',
  shuv1: 'shufflenetv1',
  shuv2: 'shufflenetv2',
  mv2: 'mobilenetv2',
  res20: 'resnet20',
  res32: 'resnet32',
  res50: 'resnet50',
  res56: 'resnet56',
  res110: 'resnet110',
  res8x4: 'resnet8x4',
  res32x4: 'resnet32x4',
};
const imagenetNames: Readonly<Record<string, string>> = {
  r18: 'imagenet-resnet18',
  r34: 'imagenet-resnet34',
  r50: 'imagenet-resnet50',
  mv1: 'imagenet-mobilenetv1',
};

/**
 * Reads what a log's file name says. Two conventions are known, both of LSKD's authors, whose logs are all with logit
 * standardization (sunshangquan/logit-standardization-KD@f6e5aa5 logs/, README tables):
 *
 * - `KD_TYPE,TEACHER,STUDENT,BASE_TEMPERATURE,KD_WEIGHT[,DKD_BETA].txt`, CIFAR-100: `dkd,vgg13,vgg8,2,15,2.0.txt`
 * - `TEACHER_STUDENT_METHOD_ours.txt`, ImageNet: `r34_r18_kd_ours.txt`
 *
 * @param name file name without folders
 * @param networks every network that Redistill or a published table knows
 * @throws UsageError `LOG_NAME` for a name of neither kind where the caller does not state what is missing;
 *   `MODEL_UNKNOWN` with the nearest name; `METHOD_COMBINATION`.
 */
export function subjectOf(
  name: string,
  stated: StatedSubject,
  networks: readonly string[],
): LogSubject {
  const read = commaName(name) ?? underscoreName(name);
  const need = (field: keyof StatedSubject): string => {
    const value = stated[field] ?? read?.[field];
    if (value !== undefined) return value;
    throw new UsageError(
      'LOG_NAME',
      `The name "${name}" does not say which ${field} the log is of: it is neither "kd,TEACHER,STUDENT,TEMPERATURE,WEIGHT.txt" nor "r34_r18_kd_ours.txt".`,
      { hint: `Say it with --${field} (and --method, --teacher, --student, --dataset).` },
    );
  };
  const network = (field: 'teacher' | 'student'): string => {
    const value = need(field);
    if (networks.includes(value)) return value;
    throw new UsageError(
      'MODEL_UNKNOWN',
      `${name}: no network is called "${value}". ${suggestion(value, networks)}`,
      { hint: `Say which one it is with --${field}.` },
    );
  };
  return {
    method: methodOf(need('method')),
    teacher: network('teacher'),
    student: network('student'),
    dataset: need('dataset'),
    hyper: read?.hyper ?? {},
  };
}

function commaName(name: string): LogSubject | null {
  const parts = name.replace(/\.(txt|log)$/, '').split(',');
  const [type = '', teacher = '', student = '', ...numbers] = parts;
  const [temperature, weight, beta] = numbers.map(Number);
  if (numbers.length < 2 || numbers.length > 3 || numbers.some((text) => !isNumber(text)))
    return null;
  return {
    method: `${type}+lskd`,
    teacher: networkOf(teacher, cifarNames),
    student: networkOf(student, cifarNames),
    dataset: 'cifar100',
    hyper: {
      // CTKD learns its temperature; LSKD's scripts pass it one that nothing reads.
      ...(type.toLowerCase() === 'ctkd' ? {} : { temperature: temperature as number }),
      kdWeight: weight as number,
      ...(beta === undefined ? {} : { beta }),
    },
  };
}

function underscoreName(name: string): LogSubject | null {
  const match = /^(r34|r50)_(r18|mv1)_([a-z]+)_ours\.(txt|log)$/.exec(name);
  if (match === null) return null;
  return {
    method: `${match[3]}+lskd`,
    teacher: networkOf(match[1] as string, imagenetNames),
    student: networkOf(match[2] as string, imagenetNames),
    dataset: 'imagenet',
    hyper: {},
  };
}

const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text);

function networkOf(printed: string, names: Readonly<Record<string, string>>): string {
  const lower = printed.toLowerCase();
  return (Object.hasOwn(names, lower) ? names[lower] : undefined) ?? lower;
}

/** A method that Redistill cannot name stays as it is printed: the same is done for rows of suites. */
function methodOf(printed: string): string {
  try {
    return parseMethod(printed).id;
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'METHOD_UNKNOWN') throw error;
    return printed.toLowerCase();
  }
}
