// @ts-check
// `make docs`: builds the guides as a site (docs/out, or the folder that is given) and checks every
// link in it.
import { resolve } from 'node:path';
import { buildDocs, defaultOut } from './docs/build.mjs';
import { linkFindings } from './docs/links.mjs';

const [folder] = process.argv.slice(2);
const out = folder === undefined ? defaultOut : resolve(folder);
const pages = await buildDocs(out);
const findings = linkFindings(out);
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.stdout.write(`Wrote ${pages} pages. Open ${out}/index.html\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
