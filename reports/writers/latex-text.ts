/** What TeX would read as a command or as part of one, and what it prints instead. */
const replacements: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '`': '\\textasciigrave{}',
  "'": '\\textquotesingle{}',
  // After the end of a row TeX takes a bracket or a star for an argument.
  '[': '{[}',
  ']': '{]}',
  '*': '{*}',
  '\u2192': '$\\to$',
  '\u2212': '$-$',
  '\u00b1': '$\\pm$',
  '\u00d7': '$\\times$',
  '\u2013': '--',
  '\u2014': '---',
  '\u2018': '\\textquoteleft{}',
  '\u2019': '\\textquoteright{}',
  '\u201c': '\\textquotedblleft{}',
  '\u201d': '\\textquotedblright{}',
  '\u2026': '\\ldots{}',
};

/**
 * Text from data as LaTeX prints it, on one line and without a command of its own. Letters of
 * western and central Europe stay; a character that pdfLaTeX has no letter for is named by its
 * code point, so that the document compiles whatever a suite is called.
 */
export function latexText(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  // Two hyphens would become a dash.
  return [...line]
    .map(character)
    .join('')
    .replace(/-(?=-)/g, '-{}');
}

function character(letter: string): string {
  const known = Object.hasOwn(replacements, letter) ? replacements[letter] : undefined;
  if (known !== undefined) return known;
  if (/[ -~]/.test(letter) || latin.test(letter)) return letter;
  const code = (letter.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
  return `\\texttt{U+${code}}`;
}

/** Letters that LaTeX's T1 encoding has. */
const latin =
  /[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0107\u010c-\u0111\u0118-\u011b\u0141-\u0144\u0150-\u0155\u0158-\u0161\u0164-\u0165\u016e-\u0171\u0178-\u017e]/;

/** A number in mathematics: its minus sign is one, `\u2212` too. */
export function latexNumber(text: string): string {
  return `$${text.replaceAll('\u2212', '-')}$`;
}
