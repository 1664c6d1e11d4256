import { duration } from '../format.ts';

/** A time, and how far it is from now. @param ms ms since 1970 */
export function Moment({ ms }: { ms: number }) {
  const leftMs = ms - Date.now();
  const away = duration(Math.max(1000, Math.round(Math.abs(leftMs) / 1000) * 1000));
  return (
    <time dateTime={new Date(ms).toISOString()} title={new Date(ms).toISOString()}>
      {new Date(ms).toLocaleString()} ({leftMs < 0 ? `${away} ago` : `in ${away}`})
    </time>
  );
}
