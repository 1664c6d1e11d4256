/** Writes the dashboard into the template: `node infra/dashboard/src/write.ts`. */
import { writeFileSync } from 'node:fs';
import { withDashboard } from './body.ts';
import { readTemplate, TEMPLATE_PATH } from './template.ts';

writeFileSync(TEMPLATE_PATH, withDashboard(readTemplate()));
