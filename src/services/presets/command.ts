/** A program like any other: the preset for those who want every service to name one. */
import { z } from 'zod';
import { command as commandField } from '../compound-fields.ts';
import type { ServiceDefinition } from '../definition.ts';
import { flag } from '../fields.ts';
import { byPreset, definePreset } from './preset.ts';

const schema = z.strictObject({ command: commandField, shell: flag.optional() });

export type CommandOptions = z.input<typeof schema>;

export const commandPreset = definePreset('command', schema, ({ command, shell }) => ({
  command,
  ...(shell === undefined ? {} : { shell }),
}));

/** Runs a program; everything else of the service may stand beside it. */
export const command = (
  line: CommandOptions['command'],
  options: Omit<CommandOptions, 'command'> = {},
): ServiceDefinition => byPreset('command', { command: line, ...options });
