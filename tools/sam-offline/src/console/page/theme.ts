import { useEffect, useState } from 'preact/hooks';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'sam-offline-theme';

/** The chosen theme. `system` follows the theme of the machine. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(stored);
  useEffect(() => {
    const listen = (): void => {
      setTheme(stored());
    };
    document.documentElement.dataset.theme = stored();
    addEventListener('theme', listen);
    return () => {
      removeEventListener('theme', listen);
    };
  }, []);
  return theme;
}

const darkScheme = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark now, by the chosen theme or by that of the machine. */
export function useIsDark(): boolean {
  const theme = useTheme();
  const [isSystemDark, setIsSystemDark] = useState(darkScheme.matches);
  useEffect(() => {
    const listen = (): void => {
      setIsSystemDark(darkScheme.matches);
    };
    darkScheme.addEventListener('change', listen);
    return () => {
      darkScheme.removeEventListener('change', listen);
    };
  }, []);
  return theme === 'system' ? isSystemDark : theme === 'dark';
}

/** The theme that follows when the reader presses the button. */
export function nextTheme(theme: Theme): Theme {
  return theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system';
}

/** Uses a theme, and remembers it in the browser. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event('theme'));
}

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}
