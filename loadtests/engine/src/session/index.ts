export { Connection, StepError, type ConnectionOptions, type Ending } from './connection.ts';
export { FrameReader, type Frame } from './frame-reader.ts';
