/** For configurations written in TypeScript: they change nothing, and let an editor help. */
import type { Config, ServiceDefinition } from './definition.ts';

export const defineConfig = (config: Config): Config => config;

export const defineService = (service: ServiceDefinition): ServiceDefinition => service;
