import type { Env } from "@/env";
import type { FirstStart } from "@/server/services/first-start";

/** What a person needs to know once it runs: secrets only where they were made just now. */
export function readyBlock({ env, first, dataFolder }: { env: Env; first: FirstStart; dataFolder: string | null }): string {
  const rows: [string, string][] = [["Open", env.appUrl]];
  if (first.admin) {
    rows.push(["Admin", first.admin.email]);
    rows.push(["Password", first.admin.password ?? "as set in ADMIN_PASSWORD"]);
  }
  if (first.eventKey) rows.push(["Demo event key", first.eventKey]);
  rows.push(["Data", dataFolder ?? `the database at ${new URL(env.databaseUrl!).host}`]);
  rows.push(["Engine", engineOf(env)]);
  rows.push(["Try it", "npm run demo   (in a second terminal)"]);
  const notes = [
    ...(first.admin?.password ? ["The password and the event key are shown this once. Write them down."] : []),
    ...(env.webhook.allowedHosts.length > 0 ? [`Webhooks may also reach: ${env.webhook.allowedHosts.join(", ")} (WEBHOOK_ALLOWED_HOSTS).`] : []),
    ...(env.webhook.allowHttp ? ["Webhooks may use plain http (WEBHOOK_ALLOW_HTTP)."] : []),
    ...(env.webhook.allowedPorts.length > 0 ? [`Webhooks may use the ports ${env.webhook.allowedPorts.join(", ")} (WEBHOOK_ALLOWED_PORTS).`] : []),
    ...(dataFolder ? ["The demo project alone may also reach the demo's receiver on port 4400 of this machine."] : []),
    ...(env.inngest.engine === "inngest" && env.inngest.dev ? ["INNGEST_DEV: signatures are not checked, so /api/inngest answers this machine only."] : []),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = ["", "  Trigger System is running.", "", ...rows.map(([label, value]) => `  ${label.padEnd(width)}   ${value}`), "", ...notes.map((note) => `  ${note}`), ""];
  return `${lines.join("\n")}\n`;
}

function engineOf({ inngest }: Env): string {
  if (inngest.engine === "embedded") return "embedded";
  return `Inngest at ${inngest.baseUrl ?? "Inngest Cloud"}${inngest.dev ? " (dev server)" : ""}`;
}
