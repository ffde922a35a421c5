/** What supervisors are told of, and the limit each kind of alert begins with. Pure. */
import type { WholeAlert } from "@/state/centre_shape";

export const ALERT_KINDS: WholeAlert["kind"][] = ["longest_wait", "service_level", "waiting", "nobody_ready"];

const USUAL: Record<WholeAlert["kind"], number> = { longest_wait: 120, service_level: 80, waiting: 10, nobody_ready: 30 };
export const usualLimit = (kind: WholeAlert["kind"]): number => USUAL[kind];
