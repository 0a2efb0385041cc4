// @ts-check
// `make setup`: everything between a fresh checkout and a working `redistill`. Runs under any Node
// from 18 on, with nothing installed yet. `redistill setup` calls the same.
import { setUpFromLine } from './setup/main.mjs';

process.exitCode = await setUpFromLine(process.argv.slice(2));
