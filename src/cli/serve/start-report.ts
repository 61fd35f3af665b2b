import type { Env } from "@/env";
import type { FirstStartResult } from "@/server/services/first-start-data";

export type StartReport = {
  env: Env;
  first: FirstStartResult;
  /** The email of the oldest account, usually the first admin's; undefined without any account. */
  adminEmail: string | undefined;
  /** the absolute path of the data folder */
  dataDir: string;
  /** The folder of the embedded PostgreSQL's files. */
  postgresData: string | undefined;
  /** the IP addresses that the program listens on */
  addresses: readonly string[];
  workers: number;
};

/**
 * Writes the text that a person sees once the program runs. It contains a password or key only if this start generated
 * it.
 */
export function formatStartReport({
  env,
  first,
  adminEmail,
  dataDir,
  postgresData,
  addresses,
  workers,
}: StartReport): string {
  const email = first.admin?.email ?? adminEmail ?? env.adminEmail;
  const lines: [string, string][] = [
    ["Address", env.appUrl],
    ["Listens on", listenLine(env.port, addresses)],
    ["Sign in as", email],
    ["Password", passwordLine(first, email)],
    ...(first.eventKey
      ? [["Event key", `${first.eventKey}   (project Demo; shown this once)`] as [string, string]]
      : []),
    ["Data", dataLine(env, dataDir, postgresData)],
    ["Engine", engineLine(env)],
    ["Workers", workers === 1 ? "1 process (WORKERS)" : `${workers} processes (WORKERS)`],
    ...allowances(env),
  ];
  const block = lines.map(([label, text]) => `  ${label.padEnd(12)}${text}`).join("\n");
  return (
    `\nTrigger System is running\n\n${block}\n\n  npm run demo, in a second terminal, sends ` +
    "observations and shows the webhooks that arrive.\n  Ctrl-C stops.\n"
  );
}

function listenLine(port: number, addresses: readonly string[]): string {
  const isAny = addresses.some((address) => address === "::" || address === "0.0.0.0");
  if (isAny) return `port ${port} of every address of this machine (HOST)`;
  const isLoopback = addresses.every((address) => address === "::1" || address.startsWith("127."));
  const note = isLoopback ? "this machine only; HOST or APP_URL opens it to others" : "HOST";
  return `port ${port} of ${addresses.join(" and ")} (${note})`;
}

function passwordLine(first: FirstStartResult, email: string): string {
  if (first.admin?.password) return `${first.admin.password}   (shown this once; change it under Account)`;
  return first.admin
    ? "the one in ADMIN_PASSWORD"
    : `as it was set; npm run reset-password -- ${email} makes a link for a new one`;
}

function dataLine(env: Env, dataDir: string, postgresData: string | undefined): string {
  if (!env.databaseIsEmbedded) return `${new URL(env.databaseUrl!).host} (DATABASE_URL)`;
  return postgresData?.startsWith(dataDir) ? dataDir : `${dataDir}, and PostgreSQL's in ${postgresData}`;
}

function engineLine({ inngest }: Env): string {
  if (inngest.engine === "embedded") return "embedded";
  const where = inngest.baseUrl ?? (inngest.dev ? "the dev server on this machine" : "Inngest Cloud");
  const notes = [
    ...(inngest.dev ? ["INNGEST_DEV: its calls are not signed, and answered from this machine only"] : []),
    ...(inngest.trustEvents ? ["INNGEST_TRUST_EVENTS: events without our stamp are taken"] : []),
  ];
  return [`Inngest at ${where}`, ...notes].join("; ");
}

/** Describes the settings that let webhooks reach more addresses. */
function allowances({ webhook }: Env): [string, string][] {
  const texts = [
    ...(webhook.allowedHosts.length > 0 ? [`hosts ${webhook.allowedHosts.join(", ")}`] : []),
    ...(webhook.allowHttp ? ["plain http"] : []),
    ...(webhook.allowedPorts.length > 0 ? [`ports ${webhook.allowedPorts.join(", ")}`] : []),
    ...(webhook.proxyUrl ? [`through the proxy ${new URL(webhook.proxyUrl).host}, which guards`] : []),
  ];
  return texts.length > 0 ? [["Webhooks", `may also use: ${texts.join("; ")}`]] : [];
}
