export { sendRequest, type HttpResponse } from './http-client.ts';
export { openLoop, sleepUntil } from './schedule.ts';
export { signRequest, type HttpRequest, type Signing } from './sign.ts';
