/** A program like any other: the preset for those who want every service to name one. */
import { z } from 'zod';
import { command as commandField } from '../compound-fields.ts';
import { flag } from '../fields.ts';
import { definePreset } from './preset.ts';

const schema = z.strictObject({ command: commandField, shell: flag.optional() });

export type CommandOptions = z.input<typeof schema>;

export const commandPreset = definePreset('command', schema, ({ command, shell }) => ({
  command,
  ...(shell === undefined ? {} : { shell }),
}));
