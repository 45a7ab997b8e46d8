/** A recording as a source: all of it is there at once, and nobody can be asked. */
import type { Recording } from '../../src/inspection/protocol.ts';
import { type Source, SourceError } from './source.ts';

export function recordingSource(recording: Recording): Source {
  const refuse = async (): Promise<never> => {
    throw new SourceError('not-live', 'this is a recording; there is nobody to ask');
  };
  return {
    kind: 'recording',
    get: refuse,
    post: refuse,
    logs: (services, lines, take) => {
      const wanted = new Set(services);
      take(recording.logs.filter(({ service }) => wanted.has(service)).slice(-lines));
      return () => {};
    },
    open: (sink) => {
      const { info, definitions, baseline, records, services, groups, until } = recording;
      sink.info(info);
      for (const definition of definitions) sink.definition(definition);
      sink.baseline(baseline);
      sink.records({ next: records.at(-1)?.seq ?? baseline.seq, lost: 0, records });
      sink.services({ at: until, services, groups, degraded: [] });
      sink.connection({ kind: 'recorded' });
      return () => {};
    },
  };
}
