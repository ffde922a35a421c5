/** The icon of each tone: state is never told by colour alone. */
import {
  CalendarOff,
  CircleCheck,
  CircleDashed,
  CirclePause,
  ClipboardPen,
  Clock,
  Coffee,
  GraduationCap,
  Hourglass,
  ListOrdered,
  LogOut,
  MessagesSquare,
  Moon,
  PhoneCall,
  PhoneForwarded,
  PhoneIncoming,
  PhoneOff,
  PhoneOutgoing,
  Route,
  Star,
  Unplug,
  UserRoundCheck,
  Users,
  Voicemail,
} from "@lucide/vue";
import type { Component } from "vue";
import type { AgentStanding } from "@/state/exclusions";
import type { AgentState, CallbackView, CallPhase } from "@/wire/types";

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
  off_duty: CalendarOff,
  other_call: PhoneForwarded,
};

export const phaseIcons: Record<CallPhase, Component> = {
  flow: Route,
  waiting: Hourglass,
  offered: PhoneIncoming,
  ringing: PhoneIncoming,
  talking: PhoneCall,
  held: CirclePause,
  consulting: MessagesSquare,
  conference: Users,
  reconnecting: Unplug,
  outside: PhoneForwarded,
  survey: Star,
  parked: CircleDashed,
  voicemail: Voicemail,
  dialling: PhoneOutgoing,
  ended: PhoneOff,
};

export const standingIcons: Record<AgentStanding, Component> = {
  ...agentIcons,
  "": CircleCheck,
  lacks_skill: GraduationCap,
  not_the_agent: UserRoundCheck,
  serves_more_due: ListOrdered,
};

export const callbackIcons: Record<CallbackView["state"], Component> = {
  due: Hourglass,
  resting: Clock,
  closed: Moon,
  trying: PhoneOutgoing,
};
