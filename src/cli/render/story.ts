/** What happened, one line an event, as people tell it. */
import type { EventInfo } from '../../control/client.ts';
import { plain } from '../../runtime/sanitize.ts';
import { marks, type ServiceColours } from './marks.ts';
import type { Screen } from './screen.ts';
import { pad } from './text-width.ts';
import { clock } from './units.ts';

export interface Story {
  readonly screen: Screen;
  readonly colours: ServiceColours;
  /** Of the column of names. */
  readonly width: number;
}

/** `14:03:07  web  ● running: ready in 312 ms, pid 4711` */
export function eventLine({ screen, colours, width }: Story, event: EventInfo): string {
  const subject = subjectOf(event);
  const isService = 'service' in event && event.type !== 'manager.defect';
  const name = pad(subject, width);
  const shown = screen.paint(isService ? colours.of(subject) : 'bold', name);
  return `${screen.paint('dim', clock(event.at))}  ${shown}  ${deed(screen, event)}`;
}

/** Whom it is about; the manager is called by its name. */
export function subjectOf(event: EventInfo): string {
  if (event.type.startsWith('manager.')) return 'drover';
  return 'group' in event ? event.group : 'service' in event ? event.service : 'drover';
}

/** What happened, without when and to whom. */
export function deed(screen: Screen, event: EventInfo): string {
  switch (event.type) {
    case 'service.state': {
      const [symbol, style] = marks[event.to];
      const pid = event.to === 'running' && event.pid !== null ? `, pid ${event.pid}` : '';
      const cause = event.cause === '' ? '' : `: ${plain(event.cause)}`;
      return `${screen.paint(style, `${symbol} ${event.to}`)}${cause}${pid}`;
    }
    case 'service.progress':
      return screen.paint('dim', `· ${plain(event.message)}`);
    case 'service.exited':
      return `✝ ${plain(event.reason)}${event.pid === null ? '' : `, pid ${event.pid}`}`;
    case 'service.judged':
      return `→ ${plain(event.message)}`;
    case 'service.wish':
      return `⇒ ${event.by} wants it ${event.wish}`;
    case 'service.removed':
      return 'is no longer defined';
    case 'group.state': {
      const [symbol, style] = marks[event.to];
      return `${screen.paint(style, `${symbol} ${event.to}`)}, the group`;
    }
    case 'manager.defect':
      return screen.paint('red', `! a defect of drover's own: ${plain(event.message)}`);
    case 'manager.degraded':
      return screen.paint('red', `! ${plain(event.reason)}`);
    case 'manager.healed':
      return screen.paint('green', 'all is well again');
  }
}
