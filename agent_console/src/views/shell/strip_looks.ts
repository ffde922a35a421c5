/** How each mood of the strip looks. */
import { CirclePause, Ear, Headphones, MessagesSquare, Phone, PhoneIncoming, PhoneOutgoing, Unplug, Users } from "@lucide/vue";
import type { Component } from "vue";
import type { Mood } from "@/state/strip";

export const stripIcons: Record<Mood, Component> = {
  idle: Headphones,
  dialling: PhoneOutgoing,
  ringing: PhoneIncoming,
  talking: Phone,
  held: CirclePause,
  consulting: MessagesSquare,
  conference: Users,
  reconnecting: Unplug,
  room: Users,
  listening: Ear,
  wrap_up: Phone,
};

export const stripTones: Record<Mood, string> = {
  idle: "",
  dialling: "tone-ringing",
  ringing: "tone-ringing",
  talking: "tone-talking",
  held: "tone-held",
  consulting: "tone-other",
  conference: "tone-talking",
  reconnecting: "tone-ringing",
  room: "tone-other",
  listening: "tone-other",
  wrap_up: "tone-wrap",
};
