export { LocalStore, type Backing, type Keeping } from './local-store.ts';
export { localStore, useKeeping } from './browser-store.ts';
export { StorageNotice } from './StorageNotice.tsx';
