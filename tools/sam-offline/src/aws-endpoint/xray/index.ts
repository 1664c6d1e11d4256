export { createXRay, xrayOperation, type XRayTarget } from './xray.ts';
