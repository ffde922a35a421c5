/** The icon of each tone: state is never told by colour alone. */
import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  ClipboardPen,
  Coffee,
  Hourglass,
  LogOut,
  PhoneCall,
  PhoneIncoming,
  PhoneOff,
  Route,
  Star,
  Unplug,
} from "@lucide/vue";
import type { Component } from "vue";
import type { AgentState, CallPhase } from "@/wire/types";

export const agentIcons: Record<AgentState, Component> = {
  signed_out: LogOut,
  paused: Coffee,
  ready: CircleCheck,
  reserved: PhoneIncoming,
  ringing: PhoneIncoming,
  talking: PhoneCall,
  held: CirclePause,
  wrap_up: ClipboardPen,
  unreachable: Unplug,
  backing_off: Hourglass,
};

export const phaseIcons: Record<CallPhase, Component> = {
  flow: Route,
  waiting: Hourglass,
  offered: PhoneIncoming,
  ringing: PhoneIncoming,
  talking: PhoneCall,
  held: CirclePause,
  survey: Star,
  parked: CircleDashed,
  ended: PhoneOff,
};
