import '../distillers/all.ts';
import { UsageError } from '../../common/errors.ts';
import { lookUp } from '../../common/look-up.ts';
import { suggestion } from '../../common/nearest.ts';
import type { Hyper } from '../../contract/spec.ts';
import { parseMethod } from '../distillers/method-id.ts';

/** The trial of a log. Its lines do not say it; its name or the user does. */
export interface LogSubject {
  /**
   * Canonical method id, or the printed name in lower case where Redistill has not all of it
   * (`mlkd+lskd`).
   */
  readonly method: string;
  readonly teacher: string;
  readonly student: string;
  readonly dataset: string;
  /** The hyper-parameters that the name states; the others are unknown. */
  readonly hyper: Hyper;
  /**
   * A sentence about parts of the method that the name does not print; null where it prints all.
   */
  readonly assumed: string | null;
  /**
   * The owner of the run, as far as known. Only a run of the publication's authors carries a
   * verdict.
   */
  readonly by: RunBy;
}

export const runBys = ['authors', 'others'] as const;
export type RunBy = (typeof runBys)[number];

/** The fields that one convention reads in a name; the caller has to state the others. */
type NamedSubject = Partial<Omit<LogSubject, 'hyper' | 'assumed' | 'by'>> & {
  readonly hyper: Hyper;
  /** Whether the method is one of LSKD's logs, whose names do not print the plug-in. */
  readonly lskd?: true;
};

/** The caller's statements, which override the name's. */
export interface StatedSubject {
  readonly method?: string | undefined;
  readonly teacher?: string | undefined;
  readonly student?: string | undefined;
  readonly dataset?: string | undefined;
  readonly by?: RunBy | undefined;
}

/**
 * Names of networks in file names of the official logs, lower case, where they are not the
 * project's.
 */
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
  shv1: 'shufflenetv1',
};
const imagenetNames: Readonly<Record<string, string>> = {
  r18: 'imagenet-resnet18',
  r34: 'imagenet-resnet34',
  r50: 'imagenet-resnet50',
  mv1: 'imagenet-mobilenetv1',
  res18: 'imagenet-resnet18',
  res34: 'imagenet-resnet34',
  res50: 'imagenet-resnet50',
  mobilenetv1: 'imagenet-mobilenetv1',
};
/** Students of mdistiller's trainings on ImageNet; `res50` is a teacher of both data sets. */
const imagenetStudents = ['res18', 'r18', 'mv1', 'mobilenetv1'];
/** Students of tiny-transformers, as LSKD's table of its README calls them here. */
const transformers: Readonly<Record<string, string>> = {
  'deit-ti': 'deit_tiny',
  't2t-7': 't2t_vit_7',
  'pit-ti': 'pit_tiny',
  'pvt-ti': 'pvt_tiny',
};
/** RepDistiller's words for methods, where they are not the project's. */
const repDistillerMethods: Readonly<Record<string, string>> = {
  hint: 'fitnet',
  attention: 'at',
  similarity: 'sp',
};

/**
 * Reads what a log's name says. These conventions are known:
 *
 * - `KD_TYPE,TEACHER,STUDENT,BASE_TEMPERATURE,KD_WEIGHT[,DKD_BETA].txt`, CIFAR-100:
 *   `dkd,vgg13,vgg8,2,15,2.0.txt`, and `TEACHER_STUDENT_METHOD_ours.txt`, ImageNet:
 *   `r34_r18_kd_ours.txt`, and `STUDENT_c100_METHOD_ours[_TEMPERATURE_WEIGHT].txt`, transformers
 *   taught by ResNet-56: `deit-ti_c100_KD_ours_3_10.txt`. All of LSKD's authors, whose logs are all
 *   with logit standardization (sunshangquan/logit-standardization-KD@f6e5aa5 logs/, README tables,
 *   tiny-transformers/configs)
 * - `TYPE,TEACHER,STUDENT`, the folder of a `worklog.txt`: `dkd,res32x4,res8x4` (EXPERIMENT.TAG of
 *   megvii-research/mdistiller@a08d46f configs/), with SDD's networks
 *   `SDD_KD,res32x4_sdd,res8x4_sdd` (shicaiwei123/SDD-CVPR2024@e412036 configs/)
 * - `S:STUDENT_T:TEACHER_DATASET_METHOD_r:WEIGHT_a:WEIGHT_b:WEIGHT_TRIAL`, file or folder, also
 *   with `_` for `:` (HobbitLong/RepDistiller@b84f547 train_student.py: model_name)
 *
 * @param name file name without folders
 * @param networks every network that Redistill or a published table knows
 * @param folder name of the folder that the file lies in, read where the file's own name says
 *   nothing
 * @throws UsageError `LOG_NAME` for a name of no such kind where the caller does not state what is
 *   missing; `MODEL_UNKNOWN` with the nearest name; `METHOD_COMBINATION`.
 */
export function subjectOf(
  name: string,
  stated: StatedSubject,
  networks: readonly string[],
  folder = '',
): LogSubject {
  const read = readName(name) ?? readName(folder);
  const need = (field: keyof Omit<StatedSubject, 'by'>): string => {
    const value = stated[field] ?? read?.[field];
    if (value !== undefined) return value;
    throw new UsageError(
      'LOG_NAME',
      `The name "${name}" does not say which ${field} the log is of: it is not like "kd,TEACHER,STUDENT,TEMPERATURE,WEIGHT.txt", "r34_r18_kd_ours.txt", "S_STUDENT_T_TEACHER_cifar100_kd_r_0.1_a_0.9_b_0_1.csv" or "kd,TEACHER,STUDENT/worklog.txt".`,
      { hint: 'Say it with --method, --teacher, --student and --dataset.' },
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
    assumed: stated.method === undefined && read?.lskd === true ? withLskd(need('method')) : null,
    // LSKD's authors posted their logs; those of the other repositories are of whoever ran the
    // code.
    by: stated.by ?? (read?.lskd === true ? 'authors' : 'others'),
  };
}

function readName(name: string): NamedSubject | null {
  return (
    commaName(name) ??
    tagName(name) ??
    underscoreName(name) ??
    transformerName(name) ??
    repDistillerName(name)
  );
}

/** The sentence about the plug-in that LSKD's logs do not print. */
const withLskd = (method: string): string =>
  `"${method.slice(0, -'+lskd'.length)}" is taken as ${methodOf(method)}: LSKD's authors name their logs so, and all of them are with logit standardization (--method says otherwise)`;

function commaName(name: string): NamedSubject | null {
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
    lskd: true,
  };
}

function tagName(name: string): NamedSubject | null {
  const [type = '', teacher = '', student = '', ...more] = name
    .replace(/\.(txt|log)$/, '')
    .split(',');
  if (student === '' || more.length > 0 || !/^[a-z_]{2,12}$/i.test(type)) return null;
  const plain = (network: string) => network.toLowerCase().replace(/_sdd$/, '');
  const imagenet = imagenetStudents.includes(plain(student));
  const names = imagenet ? imagenetNames : cifarNames;
  const sdd = /^sdd_([a-z]+)$/i.exec(type)?.[1];
  return {
    method: sdd === undefined ? type : `${sdd}+sdd`,
    teacher: networkOf(plain(teacher), names),
    student: networkOf(plain(student), names),
    dataset: imagenet ? 'imagenet' : 'cifar100',
    hyper: {},
  };
}

function underscoreName(name: string): NamedSubject | null {
  const match = /^(r34|r50)_(r18|mv1)_([a-z]+)_ours\.(txt|log)$/.exec(name);
  if (match === null) return null;
  return {
    method: `${match[3]}+lskd`,
    teacher: networkOf(match[1] as string, imagenetNames),
    student: networkOf(match[2] as string, imagenetNames),
    dataset: 'imagenet',
    hyper: {},
    lskd: true,
  };
}

function transformerName(name: string): NamedSubject | null {
  const match =
    /^([a-z0-9-]{2,12})_c100_([a-z]{2,8})_ours(?:_([\d.]{1,6})_([\d.]{1,6}))?\.(txt|log)$/i.exec(
      name,
    );
  if (match === null) return null;
  const [, student = '', type = '', temperature, weight] = match;
  return {
    method: `${type}+lskd`,
    teacher: 'resnet56',
    student: networkOf(student, transformers),
    dataset: 'cifar100',
    hyper:
      temperature === undefined
        ? {}
        : { temperature: Number(temperature), kdWeight: Number(weight) },
    lskd: true,
  };
}

function repDistillerName(name: string): NamedSubject | null {
  const match =
    /^S[:_~](\w{2,24})_T[:_~](\w{2,24})_(cifar100|imagenet)_([a-z]{2,12})_r[:_~]([\d.]{1,9})_a[:_~]([\d.]{1,9})_b[:_~]([\d.]{1,9})_/i.exec(
      name,
    );
  if (match === null) return null;
  const [, student = '', teacher = '', dataset = '', distill = '', r, a, b] = match;
  const type = distill.toLowerCase();
  // gamma weighs the labels, alpha the teacher's logits, beta the method's own loss.
  const own = Number(b) === 0 ? {} : { featWeight: Number(b) };
  const logits = Number(a) === 0 ? {} : { klWeight: Number(a) };
  return {
    method: lookUp(repDistillerMethods, type) ?? type,
    teacher: networkOf(teacher, cifarNames),
    student: networkOf(student, cifarNames),
    dataset: dataset.toLowerCase(),
    hyper: {
      ceWeight: Number(r),
      ...(type === 'kd' ? { kdWeight: Number(a) } : { ...logits, ...own }),
    },
  };
}

const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text);

function networkOf(printed: string, names: Readonly<Record<string, string>>): string {
  const lower = printed.toLowerCase();
  return (Object.hasOwn(names, lower) ? names[lower] : undefined) ?? lower;
}

/**
 * A method that Redistill cannot name stays as it is printed: the same is done for rows of suites.
 */
export function methodOf(printed: string, paper?: string): string {
  try {
    return parseMethod(printed, { paper }).id;
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'METHOD_UNKNOWN') throw error;
    return printed.toLowerCase();
  }
}
