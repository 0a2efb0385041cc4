const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * Text for an element or a double-quoted attribute of XML, SVG or HTML. XML 1.0 has no way to write
 * the other control characters and no lone surrogates: they become U+FFFD.
 */
export function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"\t\n\r]/g, (character) => entities[character] as string)
    .replace(/[^\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
