/** Where a check asks. Pure. */
import type { Check, Endpoint } from '../../machines/vocabulary.ts';

/** null: at no socket. */
export function placeOf(check: Check): Endpoint | null {
  switch (check.kind) {
    case 'tcp':
    case 'unix':
      return check;
    case 'protocol':
      return check.at;
    case 'http':
      return endpointOf(new URL(check.url));
    default:
      return null;
  }
}

export function endpointOf({ hostname, port, protocol }: URL): Endpoint {
  const usual = protocol === 'https:' ? 443 : 80;
  const host = hostname.replace(/^\[|\]$/g, '');
  return { kind: 'tcp', host, port: port === '' ? usual : Number(port) };
}
