/** The words that requests and answers have in common. */
import { z } from 'zod';
import { signals } from '../services/signals.ts';

/** Strict, so that a path or a prototype can never pass for a service. */
export const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'not a name of a service')
  .describe('Name of a service or a group');

export const namesSchema = z.array(nameSchema).max(10_000);

/** Beyond this a timer would have to be chained; nobody waits a year. */
export const timeoutSchema = z.number().int().min(0).max(31_536_000_000);

export const statusWord = z.enum([
  'adopting',
  'stopped',
  'starting',
  'running',
  'stopping',
  'killing',
  'stuck',
  'crashed',
  'backoff',
  'completed',
  'failed',
]);

export const signalSchema = z.enum(signals);
