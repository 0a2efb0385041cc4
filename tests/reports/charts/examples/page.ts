import { escapeMarkup } from '../../../../reports/markup.ts';
import type { ChartExamples } from './types.ts';

/** Where the pages lie, seen from the checkout. */
export const examplesFolder = 'tests/reports/fixtures/charts';

/** A page that a person opens from the checkout: it has the report's own style sheet. */
function page(title: string, content: readonly string[]): string {
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeMarkup(title)}</title>`,
    '<link rel="icon" href="data:,">',
    '<link rel="stylesheet" href="../../../../reports/assets/site.css">',
    '<main>',
    `<h1>${escapeMarkup(title)}</h1>`,
    ...content,
    '</main>',
    '</html>',
  ].join('\n')}\n`;
}

/** Every example of one chart. */
export function examplesPage({ title, examples }: ChartExamples): string {
  const shown = examples.flatMap((example) => [
    '<section>',
    `<h2>${escapeMarkup(example.title)}</h2>`,
    `<p class="quiet">${escapeMarkup(example.shows)}</p>`,
    example.markup,
    '</section>',
  ]);
  return page(title, ['<p><a href="index.html">All charts</a></p>', ...shown]);
}

/** The list of all charts. */
export function indexPage(all: readonly ChartExamples[]): string {
  const items = all.map(
    ({ name, title, examples }) =>
      `<li><a href="${name}.html">${escapeMarkup(title)}</a>: ${examples.map((each) => escapeMarkup(each.title)).join('; ')}</li>`,
  );
  return page('Charts of the report', ['<ul>', ...items, '</ul>']);
}
