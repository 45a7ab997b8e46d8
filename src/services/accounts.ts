/** Asks which accounts this machine has. It changes nothing, and where it cannot know, says null. */
import { readFileSync } from 'node:fs';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
  readonly shell: string;
}

/** Of `/etc/passwd`: enough for the accounts that packages make for their servers. */
export function findAccount(user: string | number): Account | null {
  return accounts().find(({ name, uid }) => name === user || uid === user) ?? null;
}

function accounts(): readonly Account[] {
  return contentOf('/etc/passwd')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((parts) => parts.length >= 7)
    .map(([name = '', , uid = '', , , home = '', shell = '']) => ({
      name,
      uid: Number(uid),
      home,
      shell,
    }));
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
