/** The Nx target `build`: builds the files of the console's page. */
import { buildPage } from './page-assets.ts';

await buildPage();
