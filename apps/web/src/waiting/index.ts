export { isNoticeNeeded, lookForWrites, onNoticeChange, showNotice } from './notice-store.ts';
