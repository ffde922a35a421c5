/** Which page is shown. Every page is loaded when it is first opened. */
import { createRouter, createWebHistory, type RouteLocationNormalized } from "vue-router";
import { can, me, reachesOthers, resume, takesCalls } from "@/app/session";
import type { Permission } from "@/wire/types";

type Administration = "centre" | "flows" | "users" | "roles" | "trunks" | "prompts" | "recordings" | "schedules" | "shifts" | "webhooks" | "audit" | "system";
type Page = "desk" | "reports" | "calls" | "quality" | "callbacks" | "messages" | "floor" | "wall" | "customers" | "doctor" | "testPhone" | "signIn" | Administration;

declare module "vue-router" {
  interface RouteMeta {
    permission?: Permission;
    /** The right must reach beyond what is one's own. */
    others?: boolean;
    open?: boolean;
    page?: Page;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: "/sign-in",
      name: "sign-in",
      component: () => import("@/views/sign_in/SignIn.vue"),
      meta: { open: true, page: "signIn" },
    },
    {
      path: "/check",
      name: "check",
      component: () => import("@/views/doctor/CheckWithoutAccount.vue"),
      meta: { open: true, page: "doctor" },
    },
    {
      path: "/test-phone",
      name: "test-phone",
      component: () => import("@/views/test_phone/TestPhone.vue"),
      meta: { open: true, page: "testPhone" },
    },
    {
      path: "/wall",
      name: "wall",
      component: () => import("@/views/wall/Wall.vue"),
      meta: { permission: "see_calls", others: true, page: "wall" },
    },
    {
      path: "/",
      component: () => import("@/views/shell/Shell.vue"),
      children: [
        { path: "", name: "home", redirect: () => home() },
        {
          path: "desk",
          name: "desk",
          component: () => import("@/views/desk/Desk.vue"),
          meta: { permission: "take_calls", page: "desk" },
        },
        {
          path: "calls/:id?",
          name: "calls",
          component: () => import("@/views/calls/Calls.vue"),
          meta: { permission: "see_calls", page: "calls" },
        },
        {
          path: "quality",
          name: "quality",
          component: () => import("@/views/quality/Quality.vue"),
          meta: { permission: "score_calls", page: "quality" },
        },
        {
          path: "callbacks",
          name: "callbacks",
          component: () => import("@/views/callbacks/Callbacks.vue"),
          meta: { permission: "see_callbacks", page: "callbacks" },
        },
        {
          path: "messages/:id?",
          name: "messages",
          component: () => import("@/views/inbox/Inbox.vue"),
          meta: { permission: "take_messages", page: "messages" },
        },
        {
          path: "floor",
          name: "floor",
          component: () => import("@/views/floor/Floor.vue"),
          meta: { permission: "see_calls", others: true, page: "floor" },
        },
        {
          path: "reports/:name?",
          name: "reports",
          component: () => import("@/views/reports/Reports.vue"),
          meta: { permission: "see_figures", page: "reports" },
        },
        {
          path: "customers",
          name: "customers",
          component: () => import("@/views/customers/Customers.vue"),
          meta: { permission: "see_customers", page: "customers" },
        },
        {
          path: "customers/import",
          name: "customers-import",
          component: () => import("@/views/customers/ImportCustomers.vue"),
          meta: { permission: "import_customers", page: "customers" },
        },
        {
          path: "doctor",
          name: "doctor",
          component: () => import("@/views/doctor/Doctor.vue"),
          meta: { page: "doctor" },
        },
        {
          path: "",
          component: () => import("@/views/system/AdminFrame.vue"),
          children: [
            {
              path: "centre",
              name: "centre",
              component: () => import("@/views/centre/CentreDocument.vue"),
              meta: { permission: "edit_centre", page: "centre" },
            },
            {
              path: "flows",
              name: "flows",
              component: () => import("@/views/flows/Flows.vue"),
              meta: { permission: "see_flows", page: "flows" },
            },
            {
              path: "flows/:id",
              name: "flow",
              component: () => import("@/views/flows/FlowPage.vue"),
              meta: { permission: "see_flows", page: "flows" },
            },
            {
              path: "users",
              name: "users",
              component: () => import("@/views/users/Users.vue"),
              meta: { permission: "edit_users", page: "users" },
            },
            {
              path: "roles",
              name: "roles",
              component: () => import("@/views/roles/Roles.vue"),
              meta: { permission: "edit_users", page: "roles" },
            },
            {
              path: "trunks",
              name: "trunks",
              component: () => import("@/views/trunks/Trunks.vue"),
              meta: { permission: "edit_trunks", page: "trunks" },
            },
            {
              path: "prompts",
              name: "prompts",
              component: () => import("@/views/prompts/Prompts.vue"),
              meta: { permission: "edit_prompts", page: "prompts" },
            },
            {
              path: "recordings",
              name: "recordings",
              component: () => import("@/views/recordings/Recordings.vue"),
              meta: { permission: "see_system", page: "recordings" },
            },
            {
              path: "shifts",
              name: "shifts",
              component: () => import("@/views/shifts/Shifts.vue"),
              meta: { permission: "plan_shifts", page: "shifts" },
            },
            {
              path: "schedules",
              name: "schedules",
              component: () => import("@/views/schedules/Schedules.vue"),
              meta: { permission: "schedule_reports", page: "schedules" },
            },
            {
              path: "webhooks",
              name: "webhooks",
              component: () => import("@/views/webhooks/Webhooks.vue"),
              meta: { permission: "edit_webhooks", page: "webhooks" },
            },
            {
              path: "audit",
              name: "audit",
              component: () => import("@/views/system/AuditPage.vue"),
              meta: { permission: "see_audit", page: "audit" },
            },
            {
              path: "system",
              name: "system",
              component: () => import("@/views/system/System.vue"),
              meta: { permission: "see_system", page: "system" },
            },
          ],
        },
      ],
    },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});

/** Where somebody's work is: the desk of an agent, the floor of a supervisor. */
export function home(): string {
  if (!me.value) return "/sign-in";
  if (takesCalls.value && !reachesOthers("see_calls")) return "/desk";
  return reachesOthers("see_calls") ? "/floor" : "/calls";
}

router.beforeEach(async (to) => {
  if (to.meta.open && to.name !== "sign-in") return true;
  const known = await resume().catch(() => false);
  if (!known && to.name === "doctor") return { name: "check" };
  if (!known) return to.name === "sign-in" ? true : { name: "sign-in", query: wish(to) };
  if (to.name === "sign-in" || to.matched.length === 0) return home();
  return allowed(to) ? true : home();
});

function allowed({ meta }: RouteLocationNormalized): boolean {
  if (meta.page === "desk") return takesCalls.value;
  if (!meta.permission) return true;
  return meta.others ? reachesOthers(meta.permission) : can(meta.permission);
}

function wish(to: RouteLocationNormalized): Record<string, string> {
  return to.fullPath === "/" ? {} : { to: to.fullPath };
}
