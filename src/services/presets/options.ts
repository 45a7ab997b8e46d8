/** What the presets of servers have in common: where they run, listen, and keep their things. */
import type { PrepareFields, ServiceDefinition } from '../definition.ts';
import { account, words } from '../fields.ts';
import type { PresetSite } from './preset.ts';
import { complain } from './preset.ts';

/** Options that every server's preset has. */
export const serverOptions = {
  /** The program, where it is in none of the usual places. */
  binary: words.optional(),
  /** The address to listen on. Default: the loopback interface only. */
  host: words.optional(),
  /** Everything of the server is below this; default `<state_dir>/services/<name>`. */
  directory: words.optional(),
};

/** Of servers that refuse to run as root, or should not. */
export const accountOptions = { user: account.optional(), group: account.optional() };

export interface Owner {
  readonly user?: string | number;
  readonly group?: string | number;
}

/** Whom a server becomes: who was asked for, or as root the account that its package made. */
export function ownerOf(
  options: {
    readonly user?: string | number | undefined;
    readonly group?: string | number | undefined;
  },
  site: PresetSite,
  ...accounts: readonly string[]
): Owner {
  const user = options.user ?? (site.isRoot ? site.accountOf(...accounts) : null);
  if (user === null || user === undefined) {
    if (site.isRoot) {
      const known = accounts.map((name) => `"${name}"`).join(', ');
      const message = `does not run as root, and there is no account ${known}`;
      site.problems.add([...site.path, 'preset'], message, 'write with: { user: ... }');
    }
    return {};
  }
  return options.group === undefined ? { user } : { user, group: options.group };
}

export interface Home {
  readonly path: string;
  /** 0711 where workers of another account must come through. */
  readonly mode: number;
  readonly inside?: readonly string[];
}

/**
 * The directories of a server. Those above its own belong to the manager, and can
 * be entered by whomever the server runs as, but not be read.
 */
export function directories(site: PresetSite, home: Home, owner: Owner): readonly Step[] {
  const above: readonly Step[] = home.path.startsWith(`${site.stateDir}/`)
    ? [
        {
          name: 'directory of the services',
          ...(site.isRoot ? { user: 0 } : {}),
          directories: [{ path: `${site.stateDir}/services`, mode: 0o711 }],
        },
      ]
    : [];
  const inside = (home.inside ?? []).map((path) => ({ path, mode: 0o700 }));
  const own = [{ path: home.path, mode: home.mode }, ...inside];
  const paths = own.map(({ path }) => path);
  const isOthers = owner.user !== undefined || !site.isRoot;
  return [
    ...above,
    { name: 'directories', ...owner, directories: own },
    ...(isOthers ? [{ name: 'access to directories', ...owner, command: access(paths) }] : []),
  ];
}

/**
 * Asked as whoever the server runs as, since only the OS knows all the rules. A server
 * without these rights says so in many words, or in none.
 */
const access = (paths: readonly string[]): [string, ...string[]] => [
  '/bin/sh',
  '-c',
  `for path; do
    above=$path
    while [ "$above" != / ]; do
      above=$(dirname "$above")
      [ -x "$above" ] || closed=$above
    done
    [ -z "$closed" ] || { echo "user \\"$(id -un)\\" may not enter $closed; give it the right, or set directory to another place"; exit 1; }
    [ -w "$path" ] && [ -x "$path" ] || { echo "user \\"$(id -un)\\" may not write to $path; make it the owner with chown"; exit 1; }
  done`,
  'access',
  ...paths,
];

export type Step = NonNullable<ServiceDefinition['prepare']>[number] & {
  readonly name: PrepareFields['name'];
};

/** `sockaddr_un` has no room for more; servers say so in words that nobody understands. */
const longestSocket = 103;

export const isSocketPath = (path: string): boolean => Buffer.byteLength(path) <= longestSocket;

export function checkSocket(site: PresetSite, option: string, path: string): void {
  if (isSocketPath(path)) return;
  complain(
    site,
    option,
    `would be a socket with a path of ${Buffer.byteLength(path)} bytes, and the OS allows ${longestSocket}: ${path}`,
    `write with: { ${option}: ... } or a shorter state_dir`,
  );
}

/** A URL's host, where an IPv6 address needs brackets. */
export const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Where to reach what listens on every address. */
export const reachable = (host: string): string => {
  if (host === '0.0.0.0' || host === '*') return '127.0.0.1';
  return host === '::' ? '::1' : host;
};

export const endpointText = (host: string, at: number): string => `${inUrl(reachable(host))}:${at}`;
