import { parseMarkdown } from './parse.ts';

// The types here are those of a page and not of a worker; both have `self.onmessage` and
// `postMessage`.
self.onmessage = ({ data }: MessageEvent<string>) => {
  self.postMessage(parseMarkdown(data));
};
