export { buildBundles } from './build.ts';
export { countRows } from './count-rows.ts';
export { countSubscribers, SHARDS } from './count-subscribers.ts';
export { developmentUser } from './development-user.ts';
export {
  environmentOf,
  startProductStack,
  templatePath,
  type Outputs,
  type ProductStack,
} from './product-stack.ts';
export { bundleLikeProduct } from './bundle.ts';
export { httpEvent } from './http-event.ts';
