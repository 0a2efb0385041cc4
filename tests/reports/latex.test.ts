import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { renderText } from '../../reports/text-report.ts';
import { latexText } from '../../reports/writers/latex-text.ts';
import { ingest } from '../../results/ingest.ts';
import type { PublishedNumberRow } from '../../results/published.ts';
import { databaseFile } from '../../results/workspace.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeDenseSample } from './dense-sample.ts';
import { writeSample } from './sample.ts';

const pdflatex = spawnSync('pdflatex', ['--version']).status === 0;

async function latexOf(
  workspace: string,
  published: readonly PublishedNumberRow[] = [],
): Promise<string> {
  await ingest({ workspace, published });
  return renderText(databaseFile(workspace), { format: 'latex' });
}

/** Compiles tables in a document and gives the text of its pages. */
function compiled(context: TestContext, tables: string): string {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'tables.tex'), tables);
  writeFileSync(
    join(folder, 'paper.tex'),
    [
      '\\documentclass{article}',
      '\\usepackage[T1]{fontenc}',
      '\\usepackage{textcomp,booktabs,graphicx}',
      '\\begin{document}',
      '\\input{tables}',
      '\\end{document}',
    ].join('\n'),
  );
  const run = spawnSync(
    'pdflatex',
    ['-no-shell-escape', '-halt-on-error', '-interaction=nonstopmode', 'paper.tex'],
    { cwd: folder, encoding: 'utf8' },
  );
  assert.equal(run.status, 0, run.stdout.slice(-2000));
  return run.stdout;
}

test('a table is one environment, with the best bold, the second underlined, and deltas', async (t) => {
  const workspace = temporaryFolder(t);
  const tables = await latexOf(workspace, writeSample(workspace));
  assert.equal(tables.match(/\\begin\{table\}/g)?.length, 2);
  assert.equal(tables.match(/\\toprule/g)?.length, 2);
  const lines = tables.split('\n');
  const after = (start: string) => {
    const at = lines.findIndex((line) => line.startsWith(start));
    return [lines[at], lines[at + 1]];
  };
  // Published and comparable: the difference to the published number stands beside it.
  assert.deepEqual(after('DKD & $70'), [
    'DKD & $70.87 {\\scriptstyle \\pm 0.15}$ & -- \\\\',
    '{\\scriptsize \\quad published} & {\\scriptsize $71.97\\ (-1.10)$} & {\\scriptsize $76.24$} \\\\',
  ]);
  assert.match(after('KD+LSKD & $\\mathbf{71.40}')[0] ?? '', /\\mathbf\{75\.83\}/);
  assert.match(after('SD-KD')[0] ?? '', /\\underline\{71\.25\}.*\\underline\{75\.75\}/);
  // By proxy nothing published stands in the table: what a method gains does.
  const proxy = tables.slice(tables.indexOf('quick-proxy'));
  assert.doesNotMatch(proxy, /published\}|70\.66|71\.97/);
  assert.match(proxy, /gain over KD\} & \{\\scriptsize \$\+0\.40\\ \[-0\.65, \+1\.45\]\$\}/);
});

test('the tables of every task compile with pdfLaTeX', {
  skip: pdflatex ? false : 'there is no pdflatex on this machine',
}, async (t) => {
  const workspace = temporaryFolder(t);
  const published = writeSample(workspace);
  await writeDenseSample(workspace);
  const log = compiled(t, await latexOf(workspace, published));
  assert.doesNotMatch(log, /Overfull \\hbox|Missing character|undefined/);
});

const hostile = [
  '\\input{/etc/passwd} \\write18{id} % $x_1^2$ & #1 ~ {',
  '[1pt] * `` \'\' -- --- "<>|" ?`',
  'Müller, Łódź, 蒸留 🔥 \u0007 → −±×– ‘q’ “w”…',
];

test('a name is text to TeX, whatever it holds, in every place where it stands', {
  skip: pdflatex ? false : 'there is no pdflatex on this machine',
}, async (t) => {
  const workspace = temporaryFolder(t);
  const specs = hostile.map((model, seed) => makeSpec({ seed, model }));
  for (const spec of specs) writeJournal(workspace, makeJournal({ spec, accuracies: [10, 20] }));
  for (const [index, name] of hostile.entries())
    writePlan(workspace, {
      ...makePlan({
        suite: `hostile-${index}`,
        title: name,
        notComparable: name,
        student: name,
        rows: [
          { name, method: 'kd', specs },
          { name: `*${name}`, method: 'dkd', specs: [], notRun: name },
        ],
      }),
    });
  const tables = await latexOf(workspace);
  assert.equal(tables.match(/\\begin\{table\}/g)?.length, hostile.length);
  const log = compiled(t, tables);
  assert.doesNotMatch(log, /\(\/etc\/passwd|Missing character/);
});

test('what TeX would obey is escaped, and a letter that it has not is named', () => {
  assert.equal(latexText('wrn_40_2 & 100 % #1'), 'wrn\\_40\\_2 \\& 100 \\% \\#1');
  assert.equal(latexText('\\a{b}'), '\\textbackslash{}a\\{b\\}');
  assert.equal(latexText('a\nb'), 'a b');
  assert.equal(latexText('ResNet → ü 蒸'), 'ResNet $\\to$ ü \\texttt{U+84B8}');
});
