/** Which component fills which place of the page. Whoever has one adds its line here. */
import type { ComponentType } from 'preact';
import { ChartView } from '../chart/view.tsx';
import { ContextView } from '../context/context-view.tsx';
import { Control } from '../control/control.tsx';
import { LogsView } from '../logs/logs-view.tsx';
import type { View } from '../model/link.ts';
import { SequenceView } from '../sequence/sequence-view.tsx';
import { Share } from '../share/share.tsx';
import { TimelineView } from '../timeline/timeline-view.tsx';
import { Travel } from '../travel/travel.tsx';
import { UsageChart } from '../tree/usage-chart.tsx';
import { WhatIf } from '../what-if/what-if.tsx';
import { Why } from '../why/why.tsx';

export interface MainView {
  readonly view: View;
  readonly title: string;
  readonly component: ComponentType;
}

/** In the order of the tabs; their keys are 1 to 5. */
export const mainViews: readonly MainView[] = [
  { view: 'chart', title: 'Chart', component: ChartView },
  { view: 'timeline', title: 'Timeline', component: TimelineView },
  { view: 'sequence', title: 'Sequence', component: SequenceView },
  { view: 'logs', title: 'Logs', component: LogsView },
  { view: 'context', title: 'Context', component: ContextView },
];

/** Below each other in the panel on the right. */
export const sideParts: readonly ComponentType[] = [Control, Why, WhatIf, UsageChart, Share];

/** The bar at the bottom. */
export const travelBar: ComponentType | null = Travel;
