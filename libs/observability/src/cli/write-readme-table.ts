/** Writes the table of metrics into this library's README: `node libs/observability/src/cli/write-readme-table.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE_TABLE_END, CATALOGUE_TABLE_START, catalogueTable } from '../catalogue-table.ts';

const path = join(import.meta.dirname, '../../README.md');
const readme = readFileSync(path, 'utf8');
const start = readme.indexOf(CATALOGUE_TABLE_START) + CATALOGUE_TABLE_START.length;
const end = readme.indexOf(CATALOGUE_TABLE_END);
writeFileSync(path, `${readme.slice(0, start)}\n\n${catalogueTable()}\n\n${readme.slice(end)}`);
