/** Messages from supervisors, as the agent they are for sees them. Pure. */
import type { NoticeView } from "@/wire/types";

/** Not read yet by `agent`: urgent ones first, then the oldest. */
export function unread(notices: Record<string, NoticeView> | undefined, agent: string): NoticeView[] {
  return Object.values(notices ?? {})
    .filter((one) => one.to.includes(agent) && !one.read_by.includes(agent))
    .toSorted((a, b) => Number(b.urgent) - Number(a.urgent) || a.at - b.at);
}

/** Everything sent to `agent`, newest first. */
export function sentTo(notices: Record<string, NoticeView> | undefined, agent: string): NoticeView[] {
  return Object.values(notices ?? {})
    .filter((one) => one.to.includes(agent))
    .toSorted((a, b) => b.at - a.at);
}
