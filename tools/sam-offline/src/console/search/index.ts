export { parseSearch, type Searched } from './search.ts';
