/** Writes the dashboard into the template, and the cost of observing into docs/observability.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withDashboard } from './body.ts';
import { COST_TABLE_END, COST_TABLE_START, costTable } from './observing-cost.ts';
import { readTemplate, TEMPLATE_PATH } from './template.ts';

const template = withDashboard(readTemplate());
writeFileSync(TEMPLATE_PATH, template);

const path = join(import.meta.dirname, '../../../docs/observability.md');
const text = readFileSync(path, 'utf8');
const start = text.indexOf(COST_TABLE_START) + COST_TABLE_START.length;
const end = text.indexOf(COST_TABLE_END);
writeFileSync(path, `${text.slice(0, start)}\n\n${costTable(template)}\n\n${text.slice(end)}`);
