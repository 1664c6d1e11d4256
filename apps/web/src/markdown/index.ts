export { MarkdownView } from './MarkdownView.tsx';
