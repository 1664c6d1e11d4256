import { parseMarkdown } from './parse.ts';

// The types of a page are here, not a worker's: of both, this is what is used.
self.onmessage = ({ data }: MessageEvent<string>) => {
  self.postMessage(parseMarkdown(data));
};
