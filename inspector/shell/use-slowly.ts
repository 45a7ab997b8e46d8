/** For what is dear to work out: the newest value, but not more often than now and then. */
import { useEffect, useRef, useState } from 'preact/hooks';

export function useSlowly<T>(value: T, everyMs = 1_000): T {
  const [held, setHeld] = useState(value);
  const last = useRef({ at: 0, value });
  last.current.value = value;
  useEffect(() => {
    if (Object.is(held, value)) return;
    const take = () => {
      last.current.at = performance.now();
      setHeld(last.current.value);
    };
    const timer = setTimeout(take, Math.max(0, last.current.at + everyMs - performance.now()));
    return () => clearTimeout(timer);
  }, [value, held, everyMs]);
  return held;
}
