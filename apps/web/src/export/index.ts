export { buildId } from './build-id.ts';
export { inlinePartsOf, type InlineParts, type InlineScript } from './inline-parts.ts';
export { moveInlineScripts } from './move-inline-scripts.ts';
