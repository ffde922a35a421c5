/** Durations as people type them: `m:ss`, `h:mm:ss`, or plain seconds. Pure. */

const two = (value: number): string => String(value).padStart(2, "0");

/** `0:45`, `5:00`, `8:00:00`; days are hours. */
export function secondsText(seconds: number): string {
  const [hours, rest] = [Math.floor(seconds / 3600), seconds % 3600];
  const [mins, secs] = [Math.floor(rest / 60), Math.floor(rest % 60)];
  return hours ? `${hours}:${two(mins)}:${two(secs)}` : `${mins}:${two(secs)}`;
}

/** Seconds of what was typed; null when it is no duration. A full-width colon counts too. */
export function secondsOf(text: string): number | null {
  const typed = text.trim().replaceAll("：", ":");
  if (!/^\d{1,6}(:\d{1,2}){0,2}$/.test(typed)) return null;
  return typed.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** Numbers as people list them, with commas of either kind, spaces or lines between. */
export function listed(text: string): string[] {
  return [...new Set(text.split(/[\s,，;；、]+/).filter(Boolean))];
}
