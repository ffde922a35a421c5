/** Message shapes of the administration pages: accounts, roles, trunks, customers, and the doctor's server side. */
import type { Card, Language, Permission, Scope, Text } from "@/wire/types";

export interface UserAccount {
  username: string;
  name: string;
  role: string;
  agent: string | null;
  groups: string[];
  language: Language;
  active: boolean;
  last_sign_in_at: number | null;
}

export type UserEdit = Omit<UserAccount, "username" | "last_sign_in_at">;

export interface UserList {
  users: UserAccount[];
}

/** A generated password: told once, kept nowhere. */
export interface GivenPassword {
  username?: string;
  password: string;
}

export type Grants = Partial<Record<Permission, Scope>>;

export interface RoleEntry {
  id: string;
  name: Text;
  grants: Grants;
  built_in: boolean;
  /** Built in, and not as it was delivered. */
  changed: boolean;
  /** What cannot be taken from it. */
  kept: Permission[];
}

export interface RoleList {
  roles: RoleEntry[];
  permissions: { id: Permission; with_scope: boolean }[];
  version: number;
}

export interface Trunk {
  name: string;
  host: string;
  port: number;
  transport: "udp" | "tcp";
  username: string;
  register: boolean;
  match: string[];
  caller_number: string;
  /** Stands in config.yaml and is changed there. */
  from_config: boolean;
  state: string;
  state_detail: string;
}

export interface TrunkEdit extends Omit<Trunk, "name" | "from_config" | "state" | "state_detail"> {
  /** Left out: the one that is kept stays. */
  password?: string;
}

export interface TrunkList {
  trunks: Trunk[];
}

export interface TrunkTest {
  result: string;
  cause: string;
  rang_after_s: number | null;
  answered_after_s: number | null;
}

export interface CustomerPage {
  customers: Card[];
  total: number;
  page: number;
  page_size: number;
}

export interface ImportColumn {
  name: string;
  /** The field of the card it goes to; empty: left out. */
  field: string;
  examples: string[];
}

/** `message` is English; `text` says it in every language. */
export interface RowError {
  row: number;
  column: string;
  message: string;
  text: Text;
}

export interface ImportPreview {
  import: string;
  columns: ImportColumn[];
  rows: number;
  new: number;
  changed: number;
  duplicates: { row: number; customer: string; why: string }[];
  errors: RowError[];
}

export type OnDuplicate = "skip" | "update" | "new";

export interface ImportResult {
  created: number;
  updated: number;
  skipped: number;
  errors: RowError[];
}

export interface DoctorServer {
  tls: { used: boolean; certificate_until: number | null; host_matches: boolean | null };
  websocket_path: string;
  sip_domain: string;
  echo_number: string;
  ice_servers: RTCIceServer[];
}
