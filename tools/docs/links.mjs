// @ts-check
// Looks at a built site as a browser would: every link, fragment, picture and style sheet.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseHTML } from 'linkedom';

/**
 * What is broken in a folder of pages, one sentence each: links and fragments that lead nowhere,
 * and whatever a page would load from elsewhere. Links to other sites are followed by nobody.
 *
 * @param {string} folder
 * @returns {readonly string[]}
 */
export function linkFindings(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  );
  const pages = new Map(
    files.map((name) => [name, parseHTML(readFileSync(join(folder, name), 'utf8')).document]),
  );
  const findings = [];
  for (const [name, document] of pages) {
    for (const element of document.querySelectorAll('[href], [src], [srcset]')) {
      const found = finding(folder, pages, name, element);
      if (found !== null) findings.push(`${name}: ${found}`);
    }
    if (document.querySelector('script') !== null) findings.push(`${name}: has a script`);
  }
  return findings;
}

/**
 * @param {string} folder
 * @param {ReadonlyMap<string, ReturnType<typeof parseHTML>['document']>} pages
 * @param {string} name
 * @param {any} element
 * @returns {string | null}
 */
function finding(folder, pages, name, element) {
  const target = element.getAttribute('href') ?? element.getAttribute('src') ?? '';
  const loads = element.localName !== 'a';
  if (/^(https?:)?\/\//.test(target)) return loads ? `loads ${target}` : null;
  if (/^mailto:/.test(target)) return null;
  if (/^[a-z]+:|^\//.test(target)) return `${target} works in one place only`;
  const [path = '', fragment] = target.split('#', 2);
  const file = path === '' ? name : relative(folder, join(folder, dirname(name), decodeURI(path)));
  if (!existsSync(join(folder, file)) || !statSync(join(folder, file)).isFile()) {
    return `${target} leads nowhere`;
  }
  if (fragment === undefined || fragment === '') return null;
  const page = pages.get(file);
  const found = page?.getElementById(decodeURIComponent(fragment)) ?? null;
  return found === null ? `${target}: there is no such place on that page` : null;
}
