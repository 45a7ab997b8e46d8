/** Deep links: what the page shows, as the part of its address after the `#`. */

export type View = 'chart' | 'timeline' | 'sequence' | 'logs' | 'context';
export const views: readonly View[] = ['chart', 'timeline', 'sequence', 'logs', 'context'];

export interface Place {
  readonly view: View;
  /** A service or group by its name, or any actor by the ids on the way to it: `root/web/process`. */
  readonly actor: string | null;
  /** Null: live. */
  readonly at: number | null;
}

export function readLink(hash: string): Place & { readonly token: string | null } {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const view = given.get('view');
  const at = Number(given.get('at') ?? Number.NaN);
  return {
    view: views.find((one) => one === view) ?? 'chart',
    actor: given.get('service') ?? given.get('actor'),
    at: Number.isFinite(at) ? at : null,
    token: given.get('token'),
  };
}

export function writeLink({ view, actor, at }: Place): string {
  const parts: string[] = [];
  if (actor !== null) {
    const key = actor.includes('/') ? 'actor' : 'service';
    parts.push(`${key}=${encodeURIComponent(actor).replaceAll('%2F', '/')}`);
  }
  // Rounded up: rounded down it would be the moment before the record it was taken from.
  if (at !== null) parts.push(`at=${Math.ceil(at * 1_000) / 1_000}`);
  if (view !== 'chart') parts.push(`view=${view}`);
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}
