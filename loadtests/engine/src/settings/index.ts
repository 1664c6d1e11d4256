export {
  answers,
  describeIssues,
  didYouMean,
  onlyChannel,
  readSettings,
  toAnswer,
  type Answer,
  type Endpoints,
  type MessageSettings,
  type Script,
  type Settings,
} from './settings.ts';
export { answerSchema, pathSchema } from './schema.ts';
