/** What the browser calls the page: the selected actor and how it stands, so that a tab tells it. */
import { effect } from '@preact/signals';
import { nameOf } from '../model/actors.ts';
import { info, selectedState } from '../model/session.ts';
import { lookOf } from '../model/words.ts';

/** Returns how to stop. */
export function followTitle(): () => void {
  return effect(() => {
    const one = selectedState();
    const what = one === null ? [] : [`${nameOf(one.actor)} ${lookOf(one).word}`.trim()];
    const title = [...what, info.value?.name ?? 'drover', 'inspector'].join(' · ');
    if (document.title !== title) document.title = title;
  });
}
