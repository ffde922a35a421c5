/** REST of the desk: one function an endpoint. A refusal changes nothing; its word says why. */
import { ask } from "@/connection/rest";
import type { DeskSettings, Done, MissedCalls, Target } from "@/wire/types";

const id = encodeURIComponent;
const act = (path: string, body: object = {}) => ask<Done>("POST", path, body);

export const deskRest = {
  settings: () => ask<DeskSettings>("GET", "/desk/settings"),
  missed: () => ask<MissedCalls>("GET", "/agents/me/missed"),

  answer: (offer: string) => act("/agent/answer", { offer }),
  pushSurvey: (interaction: string) => act("/agent/survey", { interaction }),
  hold: (interaction: string, on: boolean) => act("/agent/hold", { interaction, on }),
  keys: (interaction: string, digits: string) => act("/agent/keys", { interaction, digits }),
  mute: (interaction: string, on: boolean) => act("/agent/mute", { interaction, on }),

  recording: (call: string, what: "pause" | "resume" | "start") => act(`/calls/${id(call)}/recording/${what}`),

  transfer: (interaction: string, to: Target, note: string) => act("/agent/transfer", { interaction, to, note }),
  consult: (interaction: string, to: Target, note: string) => act("/agent/consult", { interaction, to, note }),
  endConsult: (interaction: string) => act("/agent/consult/end", { interaction }),
  complete: (interaction: string) => act("/agent/consult/complete", { interaction }),
  share: (interaction: string) => act("/agent/consult/share", { interaction }),

  dial: (number: string, as_number: string) => act("/agent/dial", { number, as_number }),
  readNotice: (notice: string) => act(`/agent/notices/${id(notice)}/read`),

  stopListening: () => act("/floor/listen/stop"),
  joinRoom: (room: string) => act(`/rooms/${id(room)}/join`),
  inviteToRoom: (room: string, number: string, as_number: string) => act(`/rooms/${id(room)}/invite`, { number, as_number }),
  muteMember: (room: string, channel: string, on: boolean) => act(`/rooms/${id(room)}/mute`, { channel, on }),
  kickMember: (room: string, channel: string) => act(`/rooms/${id(room)}/kick`, { channel }),
  lockRoom: (room: string, on: boolean) => act(`/rooms/${id(room)}/lock`, { on }),
};
