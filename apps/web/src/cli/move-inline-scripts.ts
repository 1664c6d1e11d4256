/** The second step of `nx build web`: the export works under a content security policy without inline scripts. */
import { resolve } from 'node:path';
import { moveInlineScripts } from '../export/index.ts';

const folder = resolve(import.meta.dirname, '../../../../dist/apps/web');
console.log(`moved the inline scripts of ${moveInlineScripts(folder)} pages into files`);
