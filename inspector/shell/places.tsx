/** Which component fills which place of the page. Whoever has one adds its line here. */
import type { ComponentType } from 'preact';
import { LogsView } from '../logs/logs-view.tsx';
import type { View } from '../model/link.ts';
import { TimelineView } from '../timeline/timeline-view.tsx';
import { UsageChart } from '../tree/usage-chart.tsx';

export interface MainView {
  readonly view: View;
  readonly title: string;
  readonly component: ComponentType;
}

/** In the order of the tabs; their keys are 1 to 5. */
export const mainViews: readonly MainView[] = [
  { view: 'timeline', title: 'Timeline', component: TimelineView },
  { view: 'logs', title: 'Logs', component: LogsView },
];

/** Below each other in the panel on the right. */
export const sideParts: readonly ComponentType[] = [UsageChart];

/** The bar at the bottom. */
export const travelBar: ComponentType | null = null;
