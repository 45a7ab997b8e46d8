/** What `npm run bench:scale` finds. */

/** Processor time in microseconds for one service, on the simulated system. */
export interface FleetFigures {
  readonly count: number;
  readonly create: number;
  readonly start: number;
  readonly crash: number;
  readonly crashAll: number;
  readonly stop: number;
  /** All of it, in seconds of processor time. */
  readonly seconds: number;
}

export interface InspectionFigures {
  readonly count: number;
  readonly eventsPerCrash: number;
  /** Microseconds for an event: nobody attached; recorded; recorded and read. */
  readonly bare: number;
  readonly attached: number;
  readonly read: number;
}

export interface SimulationFigures {
  readonly runsPerSecond: number;
  readonly eventsPerSecond: number;
  readonly broken: readonly number[];
}

/** A host embeds the library, and its event loop is watched while it starts services. */
export interface HostFigures {
  readonly heapMb: number;
  /** `auto`: as it is; `never`: the host forks itself. */
  readonly launcher: 'auto' | 'never';
  /** The longest block while nothing was done, and the longest of each start, in milliseconds. */
  readonly quiet: number;
  readonly starts: readonly number[];
}

export interface PathFigures {
  readonly kind: 'simulated' | 'real';
  readonly count: number;
  /** The longest way through the dependencies, what it took, and all one after the other; milliseconds. */
  readonly path: number;
  readonly took: number;
  readonly total: number;
}

export interface LogFigures {
  readonly services: number;
  readonly perSecond: number;
  readonly maxBytes: number;
  readonly seconds: number;
  /** Of one processor, with all helpers. */
  readonly managerPercent: number;
  readonly linesPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly lines: number;
  readonly lost: number;
  readonly rotations: number;
  /** The largest live file in the end, in bytes. */
  readonly largest: number;
}

export interface ScaleFigures {
  readonly fleet: readonly FleetFigures[];
  readonly inspection: readonly InspectionFigures[];
  readonly simulation: SimulationFigures;
  readonly hosts: readonly HostFigures[];
  readonly paths: readonly PathFigures[];
  readonly logs: readonly LogFigures[];
}
