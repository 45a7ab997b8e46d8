/** Bytes, shares and points in time as people read them. Pure. */

const steps = ['B', 'K', 'M', 'G', 'T'] as const;

/** `412 B`, `9.8 M`, `1.2 G`: at most three digits. */
export function bytes(count: number): string {
  let amount = count;
  let step = 0;
  while (amount >= 999.5 && step < steps.length - 1) {
    amount /= 1024;
    step += 1;
  }
  const shown = step === 0 || amount >= 10 ? String(Math.round(amount)) : amount.toFixed(1);
  return `${shown} ${steps[step]}`;
}

export const percent = (share: number): string =>
  `${share < 10 ? share.toFixed(1) : Math.round(share)} %`;

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** `12s`, `3m20s`, `2h5m`, `4d3h`: for a column, so without spaces. */
export function age(ms: number): string {
  let rest = Math.max(0, ms);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}

/** `14:03:07`, and with the day where that is not today. */
export function clock(at: number, now = Date.now()): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const isToday = date.toDateString() === new Date(now).toDateString();
  if (isToday) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** `+2.4 s` and the like, on an axis of virtual time. */
export const seconds = (ms: number): string =>
  ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
