/** One tab of a browser holds the telephone. The browser frees the lock when the tab dies. */

export interface Held {
  release(): void;
}

export interface LockListener {
  /** This tab has the telephone now. */
  taken(held: Held): void;
  /** Another tab has it; this one waits its turn. */
  elsewhere(): void;
  /** Another tab took it over. */
  lost(): void;
}

/** `takeOver` takes the telephone from another tab. */
export async function askForPhone(name: string, listener: LockListener, takeOver = false): Promise<void> {
  if (!("locks" in navigator)) {
    listener.taken({ release: () => undefined });
    return;
  }
  if (takeOver) return hold(name, listener, { steal: true });
  const free = await navigator.locks.query();
  if (free.held?.some((lock) => lock.name === name)) listener.elsewhere();
  return hold(name, listener, {});
}

async function hold(name: string, listener: LockListener, options: LockOptions): Promise<void> {
  const released = navigator.locks.request(name, options, () => {
    return new Promise<void>((resolve) => listener.taken({ release: resolve }));
  });
  // A stolen lock ends the request with an AbortError.
  await released.catch(() => listener.lost());
}
