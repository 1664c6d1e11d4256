export { contentHash, FILE_TIME_SECONDS, filesIn, normaliseFiles } from './content.ts';
export { ensureImage, imageTag, type Image } from './image.ts';
export { imageContexts, writeDeployable, type ImageContexts } from './template.ts';
