/** What `drover certify --json` has measured, for who wants to know more than timeouts tell. */
import { readFileSync } from 'node:fs';
import type { Name } from '../../machines/vocabulary.ts';
import { SupervisorError } from '../../services/errors.ts';
import type { Report, Result } from '../certify/result.ts';
import type { Measurement } from './assumptions.ts';

/** One report, or a list of them. Throws `unusable-report`. */
export function readMeasured(path: string): ReadonlyMap<Name, Measurement> {
  const value = parse(path);
  const reports: readonly unknown[] = Array.isArray(value) ? value : [value];
  return new Map(
    reports.map((one) => {
      if (!isReport(one)) throw unusable(path, 'it holds something else');
      return [one.service, measurementOf(one.results)];
    }),
  );
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
}

function isReport(value: unknown): value is Pick<Report, 'service' | 'results'> {
  if (typeof value !== 'object' || value === null) return false;
  const { service, results } = value as Partial<Report>;
  return typeof service === 'string' && Array.isArray(results);
}

function measurementOf(results: readonly Result[]): Measurement {
  const figure = (name: Result['name'], key: string): number | null => {
    const found = results.find((result) => result.name === name)?.figures?.[key];
    return typeof found === 'number' ? found : null;
  };
  const starts = [figure('start', 'readyMs'), figure('kill -9', 'readyMs')];
  const known = starts.filter((ms) => ms !== null);
  return {
    startMs: known.length === 0 ? null : Math.max(...known),
    stopMs: figure('stop', 'tookMs'),
  };
}

const unusable = (path: string, why: string): SupervisorError =>
  new SupervisorError(
    'unusable-report',
    `cannot use ${path}: ${why}`,
    'give it what drover certify SERVICE --json has printed',
  );
