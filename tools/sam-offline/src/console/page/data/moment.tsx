import { useEffect, useState } from 'preact/hooks';
import { duration } from '../format.ts';

/**
 * A time, and its distance from now, updated each second.
 *
 * @param ms ms since 1970
 */
export function Moment({ ms }: { ms: number }) {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const seconds = Math.round(Math.abs(ms - nowMs) / 1000);
  const away = seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
  return (
    <time dateTime={new Date(ms).toISOString()} title={new Date(ms).toISOString()}>
      {new Date(ms).toLocaleString()} ({ms < nowMs ? `${away} ago` : `in ${away}`})
    </time>
  );
}
