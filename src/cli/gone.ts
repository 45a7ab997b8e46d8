/** Waits for the end of a daemon that has said it ends. */
import type { Client } from '../control/client.ts';

const patienceMs = 5_000;
const lookMs = 20;

/** The answer comes a little before the end; whoever says `up` next must not meet it. */
export async function gone(client: Client): Promise<void> {
  const endsAt = performance.now() + patienceMs;
  while (performance.now() < endsAt) {
    try {
      await client.daemon();
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
