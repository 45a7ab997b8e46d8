/** What the compiler must say of the public API. Checked by `npm run typecheck`; nothing here runs. */
import type { Observable } from 'rxjs';
import { expectTypeOf } from 'vitest';
import {
  createSupervisor,
  defineConfig,
  type Outcome,
  type ServiceStatus,
  type Status,
  type Supervisor,
  type SupervisorEvent,
} from '../../src/index.ts';

const config = defineConfig({ services: { web: { command: ['node', 'web.mjs'] } } });

expectTypeOf(createSupervisor(config)).resolves.toEqualTypeOf<Supervisor>();
expectTypeOf<Supervisor['start']>().returns.resolves.toEqualTypeOf<readonly Outcome[]>();
expectTypeOf<Supervisor['events$']>().toEqualTypeOf<Observable<SupervisorEvent>>();
expectTypeOf<ServiceStatus['state']>().toEqualTypeOf<Status>();
expectTypeOf<ServiceStatus['pid']>().toEqualTypeOf<number | null>();

declare const event: SupervisorEvent;
if (event.type === 'service.state') expectTypeOf(event.to).toEqualTypeOf<Status>();
// @ts-expect-error an event of another type has no `to`
if (event.type === 'service.wish') void event.to;

// @ts-expect-error a service is an object with a command or a preset
defineConfig({ services: { web: 42 } });
// @ts-expect-error an unknown key is a mistake
defineConfig({ services: { web: { command: ['x'], stopwaitsecs: 5 } } });
