/** REST of what the centre sends out by itself: scheduled reports and webhooks. One function an endpoint. */
import { ask, query } from "@/connection/rest";
import type { DeliveryDetail, DeliveryList, DeliveryState, Done, Kept, RunList, ScheduleEdit, ScheduleList, WebhookEdit, WebhookList, WebhookSecret } from "@/wire/types";

const id = encodeURIComponent;

export const schedules = {
  all: () => ask<ScheduleList>("GET", "/schedules"),
  add: (schedule: ScheduleEdit) => ask<Kept>("POST", "/schedules", schedule),
  change: (of: string, schedule: ScheduleEdit) => ask<Kept>("PUT", `/schedules/${id(of)}`, schedule),
  drop: (of: string) => ask<Done>("DELETE", `/schedules/${id(of)}`),
  run: (of: string) => ask<Kept>("POST", `/schedules/${id(of)}/run`),
  runs: (schedule: string, before = "", limit = 50) => ask<RunList>("GET", `/schedule-runs${query({ schedule, before, limit })}`),
  retry: (run: string) => ask<Done>("POST", `/schedule-runs/${id(run)}/retry`),
};

export const webhooks = {
  all: () => ask<WebhookList>("GET", "/webhooks"),
  add: (webhook: WebhookEdit) => ask<WebhookSecret>("POST", "/webhooks", webhook),
  change: (of: string, webhook: WebhookEdit) => ask<Kept>("PUT", `/webhooks/${id(of)}`, webhook),
  newSecret: (of: string) => ask<WebhookSecret>("POST", `/webhooks/${id(of)}/secret`),
  drop: (of: string) => ask<Done>("DELETE", `/webhooks/${id(of)}`),
  test: (of: string) => ask<Kept>("POST", `/webhooks/${id(of)}/test`),
  deliveries: (of: string, state: DeliveryState | "", before = "") => ask<DeliveryList>("GET", `/webhooks/${id(of)}/deliveries${query({ state, before })}`),
  delivery: (of: string, delivery: string) => ask<DeliveryDetail>("GET", `/webhooks/${id(of)}/deliveries/${id(delivery)}`),
  replay: (of: string, delivery: string) => ask<Done>("POST", `/webhooks/${id(of)}/deliveries/${id(delivery)}/replay`),
};
