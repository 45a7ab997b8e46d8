/**
 * Sizes as people write them. `10MB` is decimal and `10MiB` is binary, as IEC has
 * it; a bare `10m` is binary, as nginx, docker and PHP have it.
 */

const factors: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
};

export const sizePattern = '^\\d+(?:\\.\\d+)?\\s*(?:[kKmMgG](?:[iI]?[bB])?|[bB])?$';
const pattern = new RegExp(sizePattern);

export const sizeExamples = 'write for example 500kB, 10MB or 1GiB';

/** In bytes; null for what is no size. */
export function parseSize(text: string): number | null {
  const trimmed = text.trim();
  if (!pattern.test(trimmed)) return null;
  const [, amount, unit] = /^([\d.]+)\s*([a-z]*)$/.exec(trimmed.toLowerCase()) ?? [];
  const bytes = Number(amount) * (factors[unit ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : null;
}
