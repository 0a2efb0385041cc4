import {
  bracketOutput,
  evalOutput,
  hasForm,
  type LineForm,
  pyclsOutput,
  recordLines,
  repDistillerOutput,
  timmOutput,
  tokensOfLines,
} from './log-lines.ts';
import { isTable, tokensOfTable } from './log-table.ts';
import { type Tokens, tokensOfBlocks, tokensOfObjects } from './log-tokens.ts';
import type { LogFinding } from './log-types.ts';

/** A form of logs that is read. */
interface LogForm {
  /** As messages call it. */
  readonly name: string;
  fits(lines: readonly string[]): boolean;
  read(lines: readonly string[]): Tokens;
}

const lineForm = (name: string, form: LineForm): LogForm => ({
  name,
  fits: (lines) => hasForm(form, lines),
  read: (lines) => tokensOfLines(form, lines),
});

/** Every form, a line or two each; the first that fits is taken. */
const forms: readonly LogForm[] = [
  { name: 'mdistiller (worklog.txt)', fits: hasBlocks, read: tokensOfBlocks },
  { name: 'CTKD (joined objects)', fits: hasObjects, read: tokensOfObjects },
  {
    name: 'tables (epoch,test_acc ... or step,tag,value of RepDistiller, summary.csv of timm and OFA-KD)',
    fits: isTable,
    read: tokensOfTable,
  },
  lineForm('RepDistiller (output)', repDistillerOutput),
  lineForm('timm and OFA-KD (train.log)', timmOutput),
  lineForm('pycls (json_stats)', pyclsOutput),
  lineForm('mmcls and DeiT (JSON lines)', recordLines),
  lineForm('lines "EVAL, epoch=1, ..."', evalOutput),
  lineForm('lines "[1/300] test_acc=..."', bracketOutput),
];

/** Logs that are known and not read, with the reason. */
const notRead: readonly { readonly sign: RegExp; readonly message: string }[] = [
  {
    sign: /^\{.*"(?:coco\/)?(?:bbox|segm)_mAP": ?[\d.]/,
    message:
      'it is a log of MMDetection; logs of detection are not read, those of classification are.',
  },
  {
    sign: /^\{.*"(?:mIoU|aAcc)": ?[\d.]/,
    message:
      'it is a log of MMSegmentation; logs of segmentation are not read, those of classification are.',
  },
];

const isDashes = (line: string | undefined): boolean => /^-{10,}\s*$/.test(line ?? '');

/**
 * mdistiller's: it begins with dashes or its closing line, or has dashes before an epoch's number.
 */
function hasBlocks(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (/^best_acc\s/.test(first)) return true;
  const opens = (index: number) => /^epoch: /.test(lines[index + 1] ?? '');
  if (isDashes(first)) {
    // Other trainers draw lines of dashes too. In this form an epoch's number follows, or the file
    // ends there.
    const next = lines.findIndex((line, index) => index > lines.indexOf(first) && !isDashes(line));
    if (next < 0 || lines.slice(next).every((line) => line.trim() === '')) return true;
  }
  return lines.some((line, index) => line.endsWith('-'.repeat(10)) && opens(index));
}

/** CTKD's: objects of a field per line. */
function hasObjects(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return (
    first.trimStart().startsWith('{') && lines.some((line) => /^\s{0,8}"test_acc": /.test(line))
  );
}

/** Takes a log apart into records, by whichever form it has. */
export function tokensOf(text: string): Tokens {
  const lines = text.split(/\r?\n/);
  if (lines.every((line) => line.trim() === '')) return { tokens: [], findings: [] };
  const form = forms.find(({ fits }) => fits(lines));
  return form?.read(lines) ?? { tokens: [], findings: [unknownForm(lines)] };
}

function unknownForm(lines: readonly string[]): LogFinding {
  const known = notRead.find(({ sign }) =>
    lines.some((line) => line.length <= 65_536 && sign.test(line)),
  );
  const names = forms.map(({ name }) => name).join(', ');
  return {
    code: 'LOG_FORM',
    line: null,
    message: known?.message ?? `its form is not known; read are ${names}.`,
  };
}
