/** Views to build cases from: everything that a case does not name is plain. */
import type { AgentView, CallbackView, CallView, Floor } from "@/wire/types";

export function agentView(given: Partial<AgentView> & { id: string }): AgentView {
  return {
    name: "Li Min",
    state: "ready",
    intent: "ready",
    since: 100,
    reason: "",
    paused_by: "",
    device: "web",
    reachable: true,
    queues: ["service"],
    interaction: "",
    wrap_up_until: 0,
    missed: 0,
    groups: [],
    skills: {},
    calls_today: 0,
    on_duty: true,
    wrap_up_may_end: true,
    listens_to: "",
    listen_mode: null,
    room: "",
    ...given,
  };
}

export function callView(given: Partial<CallView> & { id: string }): CallView {
  return {
    phase: "talking",
    since: 100,
    arrived_at: 60,
    caller: "",
    caller_name: "",
    dialled: "4008001234",
    language: "zh-CN",
    flow: "",
    flow_version: 0,
    node: "",
    within: [],
    keys: [],
    queue: "service",
    queued_at: 70,
    offer: null,
    agent: "",
    device: null,
    connected_at: 0,
    note: "",
    disposition: "",
    customer: "",
    tier: "",
    credit_s: 0,
    ahead: -1,
    only: "",
    only_until: 0,
    foretold_low_s: 0,
    foretold_high_s: 0,
    callback: "",
    direction: "in",
    as_number: "",
    consult: null,
    parties: [],
    back_until: 0,
    transfer_note: "",
    transferred_by: "",
    recording: "",
    pause_until: 0,
    ...given,
  };
}

export function callbackView(given: Partial<CallbackView> & { id: string }): CallbackView {
  return {
    state: "due",
    number: "+8613800138000",
    queue: "service",
    queued_at: 70,
    asked_in: "c1",
    asked_at: 90,
    again_at: 0,
    expires_at: 9000,
    attempts: 0,
    agent: "",
    interaction: "",
    caller_name: "",
    tier: "",
    low_s: 0,
    high_s: 0,
    ...given,
  };
}

export function floorOf(agents: AgentView[], calls: CallView[] = []): Floor {
  return {
    seq: 7,
    system: { asterisk: "up", asterisk_since: 1, centre_version: 1, started_at: 1, recording_space: "enough", recordings_missing: 0 },
    agents: Object.fromEntries(agents.map((agent) => [agent.id, agent])),
    calls: Object.fromEntries(calls.map((call) => [call.id, call])),
    queues: {},
    callbacks: {},
    rooms: {},
    notices: {},
    mismatches: {},
  };
}
