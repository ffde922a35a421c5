/** Message shapes of the desk: what it is set to, and what was missed today. */
import type { Alert, NamedChoice, PageLink, Supervision, Text } from "@/wire/types";

export interface DeskNumber {
  number: string;
  name: Text;
  trunk: string;
}

export interface DeskRoom {
  id: string;
  name: Text;
  number: string;
  most: number;
}

export interface DeskDisposition {
  id: string;
  name: Text;
  parent: string | null;
}

interface DeskQueue {
  id: string;
  name: Text;
  disposition_required: boolean;
  service_level_s: number;
  service_level_target: number;
  auto_answer: boolean;
}

interface DeskAgent {
  id: string;
  name: string;
  groups: string[];
  queues: string[];
  auto_answer: boolean;
}

/** For whoever is signed in: what the desk and the floor work with. */
export interface DeskSettings {
  outbound: DeskNumber[];
  rooms: DeskRoom[];
  pages: PageLink[];
  dispositions: DeskDisposition[];
  pause_reasons: NamedChoice[];
  queues: DeskQueue[];
  agents: DeskAgent[];
  groups: NamedChoice[];
  alerts: Alert[];
  supervision: Supervision;
  zone: string;
}

/** An offer of today that was not taken. */
export interface MissedCall {
  at: number;
  interaction: string;
  queue: string;
  caller: string;
  reason: string;
}
