export {
  describeIssues,
  didYouMean,
  matches,
  onlyChannel,
  readSettings,
  toExpectation,
  type Endpoints,
  type Expectation,
  type MessageSettings,
  type Script,
  type Settings,
} from './settings.ts';
export { expectationSchema, pathSchema } from './schema.ts';
