/** Says to a screen reader what becomes of the selected actor. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { nameOf } from '../model/actors.ts';
import { moment, selectedState } from '../model/session.ts';
import { lookOf } from '../model/words.ts';
import { clockTime } from './time.ts';

export function Announcer() {
  const one = selectedState();
  const name = one === null ? null : nameOf(one.actor);
  const { word } = lookOf(one);
  const at = moment.value;
  const [text, setText] = useState('');
  const said = useRef('');
  useEffect(() => {
    if (name === null || word === '') return;
    const next = `${name} ${at === null ? 'is' : `at ${clockTime(at)} was`} ${word}`;
    if (next === said.current) return;
    said.current = next;
    // Dragged through time, only where one comes to rest is said.
    const timer = setTimeout(() => setText(next), at === null ? 0 : 400);
    return () => clearTimeout(timer);
  }, [name, word, at]);
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {text}
    </div>
  );
}
