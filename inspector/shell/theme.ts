/** Dark or light: as the system has it, until somebody chooses. */
import { effect } from '@preact/signals';
import { theme } from '../model/session.ts';

const key = 'drover.theme';

export function followTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const kept = stored();
  if (kept === 'light' || kept === 'dark') theme.value = kept;
  const apply = () => {
    const isDark = theme.value === 'auto' ? system.matches : theme.value === 'dark';
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  };
  effect(apply);
  system.addEventListener('change', apply);
}

export function toggleTheme(): void {
  const isDark = document.documentElement.dataset['theme'] === 'dark';
  theme.value = isDark ? 'light' : 'dark';
  try {
    localStorage.setItem(key, theme.value);
  } catch {
    // A page opened from a file may have no storage.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
