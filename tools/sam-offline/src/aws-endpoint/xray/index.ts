export { createXRay, xrayOperation } from './xray.ts';
export type { XRayTarget } from './target.ts';
