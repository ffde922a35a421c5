/** REST of the supervisor's floor: one function an endpoint. */
import { ask, query } from "@/connection/rest";
import type { FloorToday } from "@/wire/floor";
import type { AgentView, Done, Mode } from "@/wire/types";

const id = encodeURIComponent;

export const floorRest = {
  today: (queue: string) => ask<FloorToday>("GET", `/floor/today${query({ queue })}`),

  listen: (agent: string, mode: Mode) => ask<Done>("POST", "/floor/listen", { agent, mode }),
  takeOver: () => ask<Done>("POST", "/floor/take-over", {}),
  force: (agent: string, to: AgentView["intent"], reason: string) => ask<Done>("POST", `/agents/${id(agent)}/state`, { to, reason }),
  cut: (call: string) => ask<Done>("POST", `/calls/${id(call)}/cut`, {}),
  move: (call: string, to: "front" | "queue" | "agent", where: string) => ask<Done>("POST", `/calls/${id(call)}/move`, { to, id: where }),
  notify: (to: string[], text: string, urgent: boolean) => ask<Done>("POST", "/notices", { to, text, urgent }),
};
