/** REST of the administration pages: one function an endpoint. */
import { ask, download, query } from "@/connection/rest";
import type {
  CustomerPage,
  DoctorServer,
  GivenPassword,
  Grants,
  ImportPreview,
  ImportResult,
  OnDuplicate,
  RoleList,
  TrunkEdit,
  TrunkList,
  TrunkTest,
  UserEdit,
  UserList,
} from "@/wire/admin";
import type { AuditList, Done, Text } from "@/wire/types";

const id = encodeURIComponent;
/** Files of ten thousands of rows are read and written within this. */
const IMPORT_MS = 180_000;

/** A test call rings for a while before it is given up. */
const TEST_CALL_MS = 75_000;

export interface AuditFilter {
  by?: string;
  action?: string;
  /** Seconds since the epoch; `to` is not included. */
  from?: number;
  to?: number;
  before?: number;
  limit?: number;
}

export const admin = {
  users: () => ask<UserList>("GET", "/users"),
  addUser: (username: string, fields: Omit<UserEdit, "active">) => ask<GivenPassword>("POST", "/users", { username, ...fields }),
  editUser: (username: string, fields: UserEdit) => ask<unknown>("PUT", `/users/${id(username)}`, fields),
  newPassword: (username: string) => ask<GivenPassword>("POST", `/users/${id(username)}/password`, {}),

  roles: () => ask<RoleList>("GET", "/roles"),
  putRole: (role: string, name: Text, grants: Grants, version: number) => ask<unknown>("PUT", `/roles/${id(role)}`, { name, grants, version }),
  dropRole: (role: string, version: number) => ask<unknown>("DELETE", `/roles/${id(role)}${query({ version })}`),

  trunks: () => ask<TrunkList>("GET", "/trunks"),
  putTrunk: (name: string, trunk: TrunkEdit) => ask<unknown>("PUT", `/trunks/${id(name)}`, trunk),
  dropTrunk: (name: string) => ask<Done>("DELETE", `/trunks/${id(name)}`),
  testTrunk: (name: string, number: string) => ask<TrunkTest>("POST", `/trunks/${id(name)}/test`, { number }, TEST_CALL_MS),

  customers: (text: string, tier: string, page: number) => ask<CustomerPage>("GET", `/customers${query({ text, tier, page })}`),
  dropCustomer: (customer: string, reason: string) => ask<Done>("DELETE", `/customers/${id(customer)}`, { reason }),
  previewImport: (file: File) => {
    const form = new FormData();
    form.set("file", file, file.name);
    return ask<ImportPreview>("POST", "/customers/import", form, IMPORT_MS);
  },
  applyImport: (of: string, columns: Record<string, string>, duplicates: OnDuplicate) =>
    ask<ImportResult>("POST", `/customers/import/${id(of)}/apply`, { columns, duplicates }, IMPORT_MS),
  exportCustomers: (format: "xlsx" | "csv") => download(`/customers/export${query({ format })}`),

  audit: (filter: AuditFilter) => ask<AuditList>("GET", `/audit${query(filter)}`),
  doctor: () => ask<DoctorServer>("GET", "/doctor/server"),
};
