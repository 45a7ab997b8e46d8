/** What `npm run simulate` does: many seeds, a report, and for a failure a file and a line to play it again. */
import { tmpdir } from 'node:os';
import { type Campaign, runCampaign } from './campaign.ts';
import { replayFile, writeFailure } from './failure-file.ts';
import { parseFlags } from './flags.ts';

/** Answers the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args);
  if (flags.replay !== null) return replayFile(flags.replay, flags.trace);
  const campaign = await runCampaign({
    ...flags,
    onFailure: async (failure) => {
      const written = await writeFailure(failure, flags.out ?? tmpdir());
      if (!flags.json) process.stdout.write(`${written.text}\n`);
      return written;
    },
  });
  process.stdout.write(flags.json ? `${JSON.stringify(campaign)}\n` : report(campaign));
  return campaign.failures.length === 0 ? 0 : 1;
}

function report({ seeds, failures, events, virtualMs, cpuMs, sometimes }: Campaign): string {
  const hours = (virtualMs / 3_600_000).toFixed(1);
  const rate = Math.round((seeds * 1_000) / Math.max(1, cpuMs));
  const counted = Object.entries(sometimes).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${seeds} runs, ${events} events, ${hours} h of virtual time, ${rate} runs a second; ${failures.length} failed`,
    ...counted.map(([what, count]) => `  ${String(count).padStart(8)} ${what}`),
    '',
  ].join('\n');
}
