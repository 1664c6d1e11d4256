/** The command line behind `nx run infra:cost`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCost } from './run-cost.ts';

const template = join(import.meta.dirname, '../../../sam/template.yaml');
process.exitCode = runCost(process.argv.slice(2), readFileSync(template, 'utf8'), (text) =>
  process.stdout.write(text),
);
