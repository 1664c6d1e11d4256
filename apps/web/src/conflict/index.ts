export { ConflictView, type Version } from './ConflictView.tsx';
