export { webOriginOf, webOutputs } from './config.ts';
export { emptyBucket, publishSite } from './publish.ts';
export { readSite } from './site.ts';
