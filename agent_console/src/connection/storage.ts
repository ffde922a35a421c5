/** What this browser remembers between visits. A full or forbidden storage loses comfort, nothing else. */
const PREFIX = "callcenter.";

export function remembered(key: string): string {
  try {
    return localStorage.getItem(PREFIX + key) ?? "";
  } catch {
    return "";
  }
}

export function remember(key: string, value: string): void {
  try {
    if (value) localStorage.setItem(PREFIX + key, value);
    else localStorage.removeItem(PREFIX + key);
  } catch {
    // private mode or full: the choice holds until the page is closed
  }
}
