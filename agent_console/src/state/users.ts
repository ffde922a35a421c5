/** Accounts: which are shown, and what of them may not be changed. Pure. */
import type { UserAccount } from "@/wire/admin";

export interface UserFilter {
  text: string;
  role: string;
  inactive: boolean;
}

/** Active ones first, then by name. */
export function foundUsers(users: readonly UserAccount[], filter: UserFilter, agentName: (id: string) => string): UserAccount[] {
  const text = filter.text.trim().toLowerCase();
  const words = (user: UserAccount) => [user.username, user.name, user.agent ?? "", agentName(user.agent ?? "")];
  return users
    .filter((user) => filter.inactive || user.active)
    .filter((user) => !filter.role || user.role === filter.role)
    .filter((user) => !text || words(user).some((word) => word.toLowerCase().includes(text)))
    .toSorted((one, other) => Number(other.active) - Number(one.active) || one.name.localeCompare(other.name));
}

const isAdministrator = (user: UserAccount) => user.active && user.role === "administrator";

/** Why role and state of an account stay as they are; empty: they may be changed. */
export function keptBecause(user: UserAccount, users: readonly UserAccount[], own: string): { role: "" | "last" | "oneself"; active: "" | "last" | "oneself" } {
  const last = isAdministrator(user) && users.filter(isAdministrator).length === 1;
  if (last) return { role: "last", active: "last" };
  const why = user.username === own ? "oneself" : "";
  return { role: why, active: why };
}

export function usernameProblem(username: string, users: readonly UserAccount[]): "" | "form" | "taken" {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(username)) return "form";
  return users.some((user) => user.username === username) ? "taken" : "";
}

/** Whose agent it is already, except for the account itself. */
export function holderOf(agent: string, users: readonly UserAccount[], except: string): UserAccount | undefined {
  return users.find((user) => user.agent === agent && user.username !== except && user.active);
}
