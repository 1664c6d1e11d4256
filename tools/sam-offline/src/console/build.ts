/** The Nx target `build`: the console's page, ready to be served. */
import { buildPage } from './page-assets.ts';

await buildPage();
