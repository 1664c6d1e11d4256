/** Whether a pattern matches the message of a log event. */
export type LogFilter = (message: string) => boolean;
