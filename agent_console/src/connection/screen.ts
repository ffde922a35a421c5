/** Keeps a screen on that nobody touches. Where the browser has no such lock, the screen's own settings hold. */
export function keepAwake(): { renew(): void; release(): void } {
  let lock: WakeLockSentinel | null = null;
  let wanted = true;
  /** The lock is lost whenever the page is hidden. */
  function renew(): void {
    if (!wanted || document.visibilityState !== "visible" || !("wakeLock" in navigator) || (lock && !lock.released)) return;
    navigator.wakeLock.request("screen").then(
      (sentinel) => (wanted ? (lock = sentinel) : void sentinel.release()),
      () => undefined,
    );
  }
  function release(): void {
    wanted = false;
    document.removeEventListener("visibilitychange", renew);
    void lock?.release();
  }
  document.addEventListener("visibilitychange", renew);
  renew();
  return { renew, release };
}
