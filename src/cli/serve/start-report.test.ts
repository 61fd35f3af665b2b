import { describe, expect, it } from "vitest";
import { parseEnv, type Env } from "@/env";
import { formatStartReport, type StartReport } from "./start-report";

function report(change: Partial<StartReport> = {}, source: Record<string, string> = {}): string {
  const parsed = parseEnv(source);
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  const env: Env = parsed.env;
  return formatStartReport({
    env,
    first: { projectId: "prj_1" },
    adminEmail: "ann@example.com",
    dataDir: "/srv/app/.data",
    postgresData: "/srv/app/.data/postgres",
    addresses: ["127.0.0.1", "::1"],
    workers: 2,
    ...change,
  });
}

describe("startReport", () => {
  it("shows what the first start made, this once", () => {
    const text = report({
      first: {
        projectId: "prj_1",
        admin: { email: "admin@example.com", password: "abcde-fghjk" },
        eventKey: "tsk_new",
      },
    });
    expect(text).toMatch(/Address +http:\/\/localhost:3000\n/);
    expect(text).toMatch(/Sign in as +admin@example\.com\n/);
    expect(text).toMatch(/Password +abcde-fghjk +\(shown this once/);
    expect(text).toMatch(/Event key +tsk_new +\(project Demo; shown this once\)/);
    expect(text).toMatch(/Data +\/srv\/app\/\.data\n/);
  });

  it("shows no secret at a later start, and how to get a new password", () => {
    const text = report();
    expect(text).not.toContain("Event key");
    expect(text).toMatch(/Password +as it was set; npm run reset-password -- ann@example\.com/);
  });

  it("says who can reach it", () => {
    expect(report()).toMatch(/Listens on +port 3000 of 127\.0\.0\.1 and ::1 \(this machine only; HOST or APP_URL /);
    expect(report({ addresses: ["::"] })).toMatch(/Listens on +port 3000 of every address of this machine/);
    expect(report({ addresses: ["10.1.2.3"] })).toMatch(/Listens on +port 3000 of 10\.1\.2\.3 \(HOST\)/);
  });

  it("never repeats a password that was given", () => {
    const text = report(
      { first: { projectId: "prj_1", admin: { email: "admin@example.com", password: null } } },
      { ADMIN_PASSWORD: "correct-horse-battery" },
    );
    expect(text).toContain("the one in ADMIN_PASSWORD");
    expect(text).not.toContain("correct-horse-battery");
  });

  it("names the place that root had to use, and a database of one's own without its password", () => {
    expect(report({ postgresData: "/var/lib/trigger-system/app-1/postgres" })).toMatch(
      /Data +\/srv\/app\/\.data, and PostgreSQL's in \/var\/lib\/trigger-system\/app-1\/postgres\n/,
    );
    const text = report(
      {},
      { DATABASE_URL: "postgresql://u:geheim@db.example.com:5432/x", ENCRYPTION_KEY: "k".repeat(32) },
    );
    expect(text).toMatch(/Data +db\.example\.com:5432 \(DATABASE_URL\)\n/);
    expect(text).not.toContain("geheim");
  });

  it("lists everything that widens what webhooks may call, and says what an engine of one's own leaves open", () => {
    const text = report(
      {},
      {
        WEBHOOK_ALLOWED_HOSTS: "a.internal:80",
        WEBHOOK_ALLOW_HTTP: "1",
        WEBHOOK_ALLOWED_PORTS: "8443",
        WEBHOOK_PROXY_URL: "http://u:geheim@proxy:3128",
        INNGEST_DEV: "1",
        INNGEST_BASE_URL: "http://localhost:8288",
      },
    );
    expect(text).toMatch(
      /Webhooks +may also use: hosts a\.internal:80; plain http; ports 8443; through the proxy proxy:3128, which guards\n/,
    );
    expect(text).toMatch(/Engine +Inngest at http:\/\/localhost:8288; INNGEST_DEV: its calls are not signed/);
    expect(text).not.toContain("geheim");
    expect(report()).not.toContain("Webhooks");
  });
});
