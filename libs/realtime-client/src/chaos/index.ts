export { playStory, type StoryResult } from './run.ts';
export { stories } from './story.ts';
