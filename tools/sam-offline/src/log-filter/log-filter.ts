/** Whether a log event's message is what a pattern looks for. */
export type LogFilter = (message: string) => boolean;
