export { Button, ButtonLink } from './Button.tsx';
export { classes } from './classes.ts';
export { Dialog } from './Dialog.tsx';
export { TextArea, TextField } from './Field.tsx';
export { Message } from './Message.tsx';
export { Skeleton } from './Skeleton.tsx';
export { Time } from './Time.tsx';
export { VisuallyHidden } from './VisuallyHidden.tsx';
export { counted, fullTime, timeAgo } from './words.ts';
