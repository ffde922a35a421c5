/** Roles and what they grant, as a matrix to edit: cells, changes, and changes made again on somebody else's. Pure. */
import type { Grants, RoleEntry } from "@/wire/admin";
import type { Permission, Scope } from "@/wire/types";

/** In the matrix permissions stand by what they are about. */
const GROUPS: Record<string, Permission[]> = {
  work: ["take_calls", "transfer", "dial_out", "use_rooms", "run_rooms", "pause_recordings"],
  see: ["see_calls", "see_numbers", "hear_recordings", "hold_recordings", "see_figures", "see_callbacks", "cancel_callbacks", "take_messages", "export", "schedule_reports"],
  customers: ["see_customers", "edit_customers", "import_customers"],
  supervise: ["plan_shifts", "listen", "take_over", "force_agents", "force_calls", "notify_agents", "score_calls", "edit_score_cards"],
  administer: ["see_system", "see_audit", "edit_centre", "edit_users", "edit_trunks", "edit_prompts", "edit_webhooks"],
};

/** The groups with what the server knows; what only the server knows stands at the end. */
export function grouped(known: readonly Permission[]): { group: string; permissions: Permission[] }[] {
  const placed = new Set(Object.values(GROUPS).flat());
  const groups = Object.entries(GROUPS).map(([group, all]) => ({ group, permissions: all.filter((one) => known.includes(one)) }));
  const rest = known.filter((one) => !placed.has(one));
  const last = groups.at(-1);
  if (last) last.permissions.push(...rest);
  return groups.filter(({ permissions }) => permissions.length > 0);
}

export const isKept = (role: RoleEntry, permission: Permission): boolean => role.kept.includes(permission);

export const scopeIn = (role: RoleEntry, permission: Permission): Scope | "" =>
  isKept(role, permission) ? "all" : (role.grants[permission] ?? "");

/** The roles with one cell changed; an empty scope takes the permission away. */
export function granted(roles: readonly RoleEntry[], id: string, permission: Permission, scope: Scope | ""): RoleEntry[] {
  return roles.map((role) => (role.id === id && !isKept(role, permission) ? { ...role, grants: put(role.grants, permission, scope) } : role));
}

function put(grants: Grants, permission: Permission, scope: Scope | ""): Grants {
  const { [permission]: _, ...others } = grants;
  return scope ? { ...others, [permission]: scope } : others;
}

const sameGrants = (one: Grants, other: Grants): boolean => {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<Permission>;
  return [...keys].every((key) => one[key] === other[key]);
};

const sameRole = (one: RoleEntry, other: RoleEntry) =>
  sameGrants(one.grants, other.grants) && one.name.en === other.name.en && one.name["zh-CN"] === other.name["zh-CN"];

export function changedRoles(base: readonly RoleEntry[], draft: readonly RoleEntry[]): RoleEntry[] {
  const before = new Map(base.map((role) => [role.id, role]));
  return draft.filter((role) => {
    const was = before.get(role.id);
    return !was || !sameRole(was, role);
  });
}

/** My changes to `base` made again on theirs, cell by cell; a role they deleted stays deleted, one I added stays. */
export function rebased(base: readonly RoleEntry[], mine: readonly RoleEntry[], theirs: readonly RoleEntry[]): RoleEntry[] {
  const [were, own] = [byId(base), byId(mine)];
  const kept = theirs.map((role) => {
    const [was, changed] = [were.get(role.id), own.get(role.id)];
    return was && changed ? again(was, changed, role) : role;
  });
  const known = new Set(theirs.map((role) => role.id));
  return [...kept, ...mine.filter((role) => !were.has(role.id) && !known.has(role.id))];
}

const byId = (roles: readonly RoleEntry[]) => new Map(roles.map((role) => [role.id, role]));

function again(was: RoleEntry, changed: RoleEntry, theirs: RoleEntry): RoleEntry {
  const keys = [...new Set([...Object.keys(was.grants), ...Object.keys(changed.grants)])] as Permission[];
  const touched = keys.filter((key) => was.grants[key] !== changed.grants[key]);
  const grants = touched.reduce<Grants>((sum, key) => put(sum, key, changed.grants[key] ?? ""), theirs.grants);
  const renamed = was.name.en !== changed.name.en || was.name["zh-CN"] !== changed.name["zh-CN"];
  return { ...theirs, grants, name: renamed ? changed.name : theirs.name };
}

export function roleIdProblem(id: string, roles: readonly RoleEntry[]): "" | "form" | "taken" {
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(id)) return "form";
  return roles.some((role) => role.id === id) ? "taken" : "";
}
