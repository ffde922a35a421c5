/** A small whole centre and the part of the schema that the tests look at. */
import type { Schema } from "@/state/centre_schema";
import { completed } from "@/state/centre_schema";
import type { WholeCentre } from "@/state/centre_shape";

const slug = { type: "string", pattern: "^[a-z][a-z0-9_]{0,31}$", description: "a-z" };
const text = { type: "object", properties: { "zh-CN": { type: "string" }, en: { type: "string" } }, required: ["zh-CN", "en"] };
const list = (items: Schema): Schema => ({ type: "array", items, default: [] });
const perhaps = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }], default: null });

export const schema: Schema = {
  $ref: "#/$defs/Centre",
  $defs: {
    Text: text,
    Choice: { type: "object", properties: { id: slug, name: { $ref: "#/$defs/Text" } }, required: ["id", "name"] },
    Disposition: { type: "object", properties: { id: slug, name: { $ref: "#/$defs/Text" }, parent: perhaps(slug) }, required: ["id", "name"] },
    Alert: { type: "object", properties: { id: slug, kind: { enum: ["longest_wait"] }, queue: perhaps(slug), limit: { type: "number" }, sound: { type: "boolean", default: true } }, required: ["id", "kind", "limit"] },
    Outbound: { type: "object", properties: { numbers: list({ type: "object" }), ring_s: { type: "integer", minimum: 10, maximum: 120, default: 45 } } },
    Destination: {
      type: "object",
      properties: { to: { enum: ["queue", "agent", "voicemail", "hang_up"] }, id: { type: "string", default: "" }, queue: perhaps(slug), wait_s: { type: "integer", minimum: 1, maximum: 3600, default: 30 }, say: perhaps({ $ref: "#/$defs/Text" }) },
      required: ["to"],
    },
    Instead: { type: "object", properties: { full: perhaps({ $ref: "#/$defs/Destination" }), closed: perhaps({ $ref: "#/$defs/Destination" }) } },
    Queue: {
      type: "object",
      properties: {
        id: slug, name: { $ref: "#/$defs/Text" }, groups: list(slug), ring_s: { type: "integer", minimum: 5, maximum: 120, default: 20 },
        skills: { type: "object", additionalProperties: { type: "integer", minimum: 1, maximum: 10 }, default: {} },
        roster: perhaps(slug), exits: { type: "object", additionalProperties: { $ref: "#/$defs/Destination" }, default: {} },
        instead: { $ref: "#/$defs/Instead", default: { full: null, closed: null } },
      },
      required: ["id", "name"],
    },
    Agent: { type: "object", properties: { id: { type: "string" }, name: { type: "string", minLength: 1 }, queues: list(slug), groups: list(slug), skills: { type: "object", additionalProperties: { type: "integer" }, default: {} }, roster: perhaps(slug) }, required: ["id", "name"] },
    Rule: {
      type: "object",
      properties: { id: slug, note: { type: "string", default: "" }, dialled: list({ type: "string" }), callers: list({ type: "string" }), tiers: list({ type: "string" }), languages: list({ type: "string" }), open: perhaps(slug), closed: perhaps(slug), to: { $ref: "#/$defs/Destination" } },
      required: ["id", "to"],
    },
    Shift: { type: "object", properties: { days: { type: "array" }, from: { type: "string" }, to: { type: "string" } } },
    Roster: { type: "object", properties: { id: slug, name: { $ref: "#/$defs/Text" }, zone: perhaps({ type: "string" }), shifts: list({ $ref: "#/$defs/Shift" }), holidays: { type: "boolean", default: true }, exceptions: list({ type: "object" }) }, required: ["id", "name"] },
    Centre: {
      type: "object",
      properties: {
        zone: { type: "string", default: "Asia/Shanghai" }, country: { type: "string", default: "CN" }, area_code: { type: "string", default: "" },
        skills: list({ $ref: "#/$defs/Choice" }), groups: list({ $ref: "#/$defs/Choice" }), agents: list({ $ref: "#/$defs/Agent" }), staff: list({ type: "object" }),
        queues: list({ $ref: "#/$defs/Queue" }), tiers: list({ type: "object" }), numbers: list({ type: "object" }), rules: list({ $ref: "#/$defs/Rule" }),
        blacklist: list({ type: "object" }), rosters: list({ $ref: "#/$defs/Roster" }), holidays: list({ type: "object" }), pause_reasons: list({ $ref: "#/$defs/Choice" }), dispositions: list({ $ref: "#/$defs/Disposition" }),
        rooms: list({ type: "object" }), pages: list({ type: "object" }), alerts: list({ $ref: "#/$defs/Alert" }), roles: list({ type: "object" }),
        outbound: { $ref: "#/$defs/Outbound", default: {} }, recording: { type: "object", properties: { rules: list({ type: "object" }), pause_most_s: { type: "integer", default: 180 }, retention: list({ type: "object" }) }, default: {} }, supervision: { type: "object", properties: { tell_agent: { type: "boolean", default: false } }, default: {} }, reconnection: { type: "object", properties: { hold_s: { type: "integer", default: 20 } }, default: {} },
      },
    },
  },
};

const name = (word: string) => ({ "zh-CN": word, en: word });

export const centre: WholeCentre = completed(schema, {
  skills: [{ id: "english", name: name("English") }],
  groups: [{ id: "seniors", name: name("Seniors") }],
  agents: [
    { id: "8001", name: "Wang", queues: ["sales"], skills: { english: 7 } },
    { id: "8002", name: "Li", groups: ["seniors"], roster: "office" },
  ],
  queues: [
    { id: "sales", name: name("Sales"), skills: { english: 3 }, exits: { "1": { to: "queue", id: "support" } } },
    { id: "support", name: name("Support"), groups: ["seniors"], instead: { full: { to: "voicemail", id: "sales" } } },
  ],
  numbers: [{ number: "4001", flow: "hotline", language: "zh-CN" }, { number: "4002", flow: "hotline", language: "en" }],
  rules: [
    { id: "vip", tiers: ["A"], dialled: ["4001"], to: { to: "queue", id: "sales" } },
    { id: "night", closed: "office", callers: ["+86138", "withheld"], to: { to: "voicemail", id: "support" } },
    { id: "english", languages: ["en"], to: { to: "queue", id: "support" } },
  ],
  blacklist: [{ number: "+86137", reason: "x", until: "2026-06-30" }],
  rosters: [{ id: "office", name: name("Office"), shifts: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "18:00" }, { days: ["fri"], from: "22:00", to: "06:00" }], exceptions: [{ date: "2026-03-04", until: null, hours: [{ from: "10:00", to: "12:00" }], note: "" }] }],
  alerts: [{ id: "long", kind: "longest_wait", queue: "sales", limit: 120 }],
  dispositions: [{ id: "fault", name: name("Fault") }, { id: "noise", name: name("Noise"), parent: "fault" }, { id: "other", name: name("Other") }],
  holidays: [{ date: "2026-03-02", until: "2026-03-04", name: name("Feast") }],
});
