/** The draft of the roles that the matrix shares: loaded, edited, saved role by role with one version number. */
import { computed, ref, shallowRef } from "vue";
import { admin } from "@/connection/admin";
import { Refusal } from "@/connection/rest";
import { changedRoles, granted, grouped, rebased } from "@/state/roles";
import type { RoleEntry, RoleList } from "@/wire/admin";
import type { Permission, Scope, Text } from "@/wire/types";

export const inForce = shallowRef<RoleList | null>(null);
export const draft = shallowRef<RoleEntry[]>([]);
export const error = ref<unknown>(null);
/** Somebody else was faster: their roles are loaded, and the own changes made on them. */
export const wasStale = ref(false);

export const changed = computed(() => changedRoles(inForce.value?.roles ?? [], draft.value));
export const groups = computed(() => grouped((inForce.value?.permissions ?? []).map((one) => one.id)));
const scoped = computed(() => new Set((inForce.value?.permissions ?? []).filter((one) => one.with_scope).map((one) => one.id)));
export const hasScope = (permission: Permission): boolean => scoped.value.has(permission);

export async function load(): Promise<void> {
  try {
    inForce.value = await admin.roles();
    draft.value = inForce.value.roles;
    error.value = null;
    wasStale.value = false;
  } catch (failure) {
    error.value = failure;
  }
}

export function grant(role: string, permission: Permission, scope: Scope | ""): void {
  draft.value = granted(draft.value, role, permission, scope);
}
export function rename(role: string, name: Text): void {
  draft.value = draft.value.map((one) => (one.id === role ? { ...one, name } : one));
}
export function add(id: string, name: Text, like: string): void {
  const grants = draft.value.find((one) => one.id === like)?.grants ?? {};
  draft.value = [...draft.value, { id, name, grants: { ...grants }, built_in: false, changed: false, kept: [] }];
}
export function discard(): void {
  draft.value = inForce.value?.roles ?? [];
  wasStale.value = false;
}

/** What is in force now, with the changes that are not saved yet made again on it. */
async function renew(): Promise<void> {
  const base = inForce.value?.roles ?? [];
  const mine = draft.value;
  inForce.value = await admin.roles();
  draft.value = rebased(base, mine, inForce.value.roles);
}

/** True when everything is saved; false when somebody else was faster. Other refusals are thrown. */
export async function save(): Promise<boolean> {
  wasStale.value = false;
  return guarded(async () => {
    for (let next = changed.value[0]; next; next = changed.value[0]) {
      await admin.putRole(next.id, next.name, next.grants, inForce.value?.version ?? 0);
      await renew();
    }
  });
}

/** Deletes an added role, or gives a built-in one its rights back. One that was never saved simply goes. */
export async function drop(id: string): Promise<boolean> {
  if (!inForce.value?.roles.some((role) => role.id === id)) {
    draft.value = draft.value.filter((role) => role.id !== id);
    return true;
  }
  draft.value = draft.value.map((role) => inForce.value?.roles.find((one) => one.id === id && role.id === id) ?? role);
  return guarded(async () => {
    await admin.dropRole(id, inForce.value?.version ?? 0);
    await renew();
  });
}

async function guarded(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (failure) {
    if (!(failure instanceof Refusal) || failure.word !== "stale_version") throw failure;
    await renew();
    wasStale.value = true;
    return false;
  }
}
