/** Addresses of the company's own pages beside a call. Pure. */

export interface PageFacts {
  caller: string;
  customer: string;
  agent: string;
  queue: string;
  interaction: string;
  tier: string;
  dialled: string;
}

/** The template with its placeholders filled in, each URL-encoded; unknown placeholders stay. */
export function addressOf(template: string, facts: PageFacts): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in facts ? encodeURIComponent(facts[name as keyof PageFacts]) : whole,
  );
}
