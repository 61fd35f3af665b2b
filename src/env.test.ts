import { describe, expect, it } from "vitest";
import { parseEnv, type Env } from "./env";
import type { InngestEnv } from "./env/inngest";

const read = (source: Record<string, string>): Env => {
  const parsed = parseEnv(source);
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.env;
};
const problems = (source: Record<string, string>): string[] => {
  const parsed = parseEnv(source);
  return parsed.ok ? [] : parsed.problems;
};
const key = "k".repeat(32);

describe("parseEnv", () => {
  it("gives the API the values of the variables that it may refer to, and of no other", () => {
    const { apiSecrets } = read({
      API_SECRET_VARIABLES: "PAGER_URL, EMPTY",
      PAGER_URL: "https://pager",
      OTHER: "x",
      EMPTY: "",
    });
    expect([...apiSecrets]).toEqual([
      ["PAGER_URL", "https://pager"],
      ["EMPTY", undefined],
    ]);
    expect(parseEnv({ API_SECRET_VARIABLES: "ENCRYPTION_KEY" })).toEqual({
      ok: false,
      problems: ["API_SECRET_VARIABLES must not name ENCRYPTION_KEY, which is a variable of the program itself."],
    });
  });

  it("takes a provider of single sign-on with its groups, and says what is missing", () => {
    const given = { OIDC_ISSUER: "https://login.example.com/realms/main/", OIDC_CLIENT_ID: "ts" };
    expect(read({}).oidc).toBeUndefined();
    expect(read(given).oidc).toEqual({
      issuer: "https://login.example.com/realms/main",
      clientId: "ts",
      clientSecret: undefined,
      name: "single sign-on",
      scopes: ["openid", "email", "profile"],
      groupsClaim: "groups",
      memberships: [],
      allowedGroups: [],
      trustsEmail: false,
      isRequired: false,
    });
    const memberships = "a=b=prj_1:viewer, cn=admins=prj_2:owner";
    expect(read({ ...given, OIDC_MEMBERSHIPS: memberships, OIDC_REQUIRED: "1" }).oidc).toMatchObject({
      isRequired: true,
      memberships: [
        { group: "a=b", projectId: "prj_1", role: "viewer" },
        { group: "cn=admins", projectId: "prj_2", role: "owner" },
      ],
    });
    expect(problems({ ...given, OIDC_MEMBERSHIPS: "support=prj_1:boss" }).join()).toMatch(/^OIDC_MEMBERSHIPS must be/);
    expect(problems({ OIDC_CLIENT_ID: "ts" }).join()).toMatch(/^OIDC_ISSUER is missing/);
    expect(problems({ OIDC_ISSUER: "https://login.example.com" }).join()).toMatch(/^OIDC_CLIENT_ID is missing/);
    expect(problems({ OIDC_REQUIRED: "1" }).join()).toMatch(/OIDC_REQUIRED is set/);
    expect(problems({ OIDC_ISSUER: "login.example.com", OIDC_CLIENT_SECRET: "hidden" }).join()).not.toContain("hidden");
  });

  it("takes OpenTelemetry's variables, and traces nothing without an endpoint", () => {
    expect(read({ OTEL_SERVICE_NAME: "x" }).tracing).toBeUndefined();
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" };
    expect(read({ ...endpoint, OTEL_SDK_DISABLED: "true" }).tracing).toBeUndefined();
    expect(
      read({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: "a=b%20c, d=e=f", OTEL_TRACES_SAMPLER_ARG: "0.25" }).tracing,
    ).toEqual({
      url: "http://collector:4318/v1/traces",
      protocol: "http/protobuf",
      headers: { a: "b c", d: "e=f" },
      serviceName: "trigger-system",
      resourceAttributes: {},
      sampler: "parentbased_always_on",
      samplerRatio: 0.25,
    });
    const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://collector/traces" };
    expect(read({ ...endpoint, ...traces }).tracing?.url).toBe("http://collector/traces");
    expect(problems({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }).join()).toContain("gRPC is not spoken here");
    expect(problems({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: "secret" }).join()).toMatch(
      /^OTEL_EXPORTER_OTLP_HEADERS must be a list such as name=value,other=value\.$/,
    );
  });

  it("takes an SMTP server with its sender, and never repeats the address, which holds a password", () => {
    expect(read({}).smtp).toBeUndefined();
    expect(read({ SMTP_URL: "smtps://me:secret@mail.example.com", SMTP_FROM: "ts@example.com" }).smtp).toEqual({
      url: "smtps://me:secret@mail.example.com",
      from: "ts@example.com",
    });
    expect(read({ SMTP_URL: "smtp://localhost:25" }).smtp?.from).toContain("trigger-system@localhost");
    expect(problems({ SMTP_URL: "https://me:secret@mail.example.com" }).join()).toMatch(/^SMTP_URL (?!.*secret)/);
  });

  it("needs nothing: every variable has a default but the secrets", () => {
    expect(read({})).toMatchObject({
      port: 3000,
      listenOn: ["127.0.0.1", "::1"],
      workers: undefined,
      databasePools: { services: 12, engine: 8 },
      dataDir: ".data",
      databaseUrl: undefined,
      databaseIsEmbedded: true,
      adminEmail: "admin@example.com",
      adminPassword: undefined,
      demoEventKey: undefined,
      encryptionKeys: [],
      appUrl: "http://localhost:3000",
      logLevel: "info",
      trustedProxies: [],
      projects: { creation: "everyone", perPersonMax: 200 },
      webhook: {
        allowedHosts: [],
        allowHttp: false,
        allowedPorts: [],
        proxyUrl: undefined,
        nameServers: [],
        requestsMax: 256,
      },
      projectLimits: { triggers: 2_000, regexes: 12_000, actions: 1_000, eventKeys: 100, invitations: 200 },
      apiSecrets: new Map(),
      inngest: { engine: "embedded" },
    });
  });

  it("takes empty text for unset, and spaces around a value for nothing", () => {
    expect(read({ PORT: "", DATA_DIR: " ", INNGEST_EVENT_KEY: "", ADMIN_EMAIL: " Ann@Example.com " })).toMatchObject({
      port: 3000,
      dataDir: ".data",
      inngest: { engine: "embedded" },
      adminEmail: "ann@example.com",
    });
  });

  it("follows PORT with the address, unless APP_URL names one", () => {
    expect(read({ PORT: "4242" }).appUrl).toBe("http://localhost:4242");
    expect(read({ PORT: "4242", APP_URL: "https://triggers.example.com/" }).appUrl).toBe(
      "https://triggers.example.com",
    );
  });

  it("listens on loopback alone, on every address where APP_URL is set, and on those that HOST names", () => {
    expect(read({ APP_URL: "https://triggers.example.com" }).listenOn).toEqual(["::"]);
    expect(read({ HOST: "localhost", APP_URL: "https://triggers.example.com" }).listenOn).toEqual(["127.0.0.1", "::1"]);
    expect(read({ HOST: "0.0.0.0, fd00::1" }).listenOn).toEqual(["0.0.0.0", "fd00::1"]);
  });

  it("reads lists and switches", () => {
    expect(
      read({
        WEBHOOK_ALLOWED_HOSTS: "Hooks.Internal:8080, [::1]:9000",
        WEBHOOK_ALLOWED_PORTS: "8443,80",
        WEBHOOK_NAME_SERVERS: "10.0.0.53,10.0.0.54:5353,[fd00::53]:5353,fd00::53",
        WEBHOOK_ALLOW_HTTP: "TRUE",
      }).webhook,
    ).toMatchObject({ allowedHosts: ["hooks.internal:8080", "[::1]:9000"], allowedPorts: [8443, 80], allowHttp: true });
  });

  it("reads the keys of a rotation, newest first", () => {
    expect(read({ DATABASE_URL: "postgres://u:p@h/d", ENCRYPTION_KEY: `${key}new,${key}old` })).toMatchObject({
      databaseIsEmbedded: false,
      encryptionKeys: [`${key}new`, `${key}old`],
    });
  });

  it.each([
    ["PORT", "0"],
    ["PORT", "70000"],
    ["PORT", "80a"],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["ADMIN_EMAIL", "nobody"],
    ["ADMIN_PASSWORD", "short"],
    ["DEMO_EVENT_KEY", "with/slash/and/more"],
    ["ENCRYPTION_KEY", "short"],
    ["ENCRYPTION_KEY", `${key},short`],
    ["ENCRYPTION_KEY", ","],
    ["APP_URL", "triggers.example.com"],
    ["APP_URL", "https://triggers.example.com/base"],
    ["APP_URL", "https://u:p@triggers.example.com"],
    ["LOG_LEVEL", "loud"],
    ["TRUSTED_PROXIES", "10.0.0.0/33"],
    ["TRUSTED_PROXIES", "10.0.0.1,proxy.internal"],
    ["PROJECT_CREATION", "owners"],
    ["PROJECTS_PER_PERSON_MAX", "0"],
    ["WEBHOOK_ALLOWED_HOSTS", "hooks.internal"],
    ["WEBHOOK_ALLOWED_HOSTS", "*:80"],
    ["WEBHOOK_ALLOWED_HOSTS", "a:99999"],
    ["WEBHOOK_ALLOW_HTTP", "maybe"],
    ["WEBHOOK_ALLOWED_PORTS", "80,x"],
    ["WEBHOOK_REQUESTS_MAX", "1"],
    ["WEBHOOK_NAME_SERVERS", "ns.example.com"],
    ["WEBHOOK_NAME_SERVERS", "10.0.0.53:70000"],
    ["WEBHOOK_PROXY_URL", "proxy:3128"],
    ["INNGEST_DEV", "http://localhost:8288"],
    ["INNGEST_BASE_URL", "localhost:8288"],
    ["INNGEST_TRUST_EVENTS", "2"],
    ["ENGINE_BACKLOG_MAX", "999"],
    ["ENGINE_BACKLOG_MAX", "10000001"],
    ["ENGINE_BACKLOG_MAX", "1e4"],
  ])("names %s where it cannot be %s", (name, value) => {
    expect(problems({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} .+\\.$`))]);
  });

  it("tells of every problem at once, and repeats no secret", () => {
    const all = problems({ PORT: "x", LOG_LEVEL: "y", ADMIN_PASSWORD: "geheim", ENCRYPTION_KEY: "kurz" });
    expect(all).toHaveLength(4);
    expect(all.join("\n")).not.toMatch(/geheim|kurz/);
    expect(all[0]).toBe('PORT must be a whole number from 1 to 65535; it is "x".');
  });

  it("asks for an encryption key with a database of one's own", () => {
    expect(problems({ DATABASE_URL: "postgres://localhost/x" })).toEqual([
      expect.stringContaining("ENCRYPTION_KEY is missing"),
    ]);
  });
});

describe("the engine in use", () => {
  const base = "http://localhost:8288";
  const rest = { eventKey: undefined, signingKey: undefined, baseUrl: undefined, dev: false, trustEvents: false };

  it.each<[string, Record<string, string>, InngestEnv]>([
    ["nothing set", {}, { engine: "embedded" }],
    ["switches that say no", { INNGEST_DEV: "0", INNGEST_TRUST_EVENTS: "0" }, { engine: "embedded" }],
    ["a bound for what may wait", { ENGINE_BACKLOG_MAX: "1000" }, { engine: "embedded", backlogMax: 1000 }],
    [
      "both keys",
      { INNGEST_EVENT_KEY: "e", INNGEST_SIGNING_KEY: "s" },
      { engine: "inngest", ...rest, eventKey: "e", signingKey: "s" },
    ],
    [
      "both keys on a server of one's own",
      { INNGEST_EVENT_KEY: "e", INNGEST_SIGNING_KEY: "s", INNGEST_BASE_URL: `${base}/`, INNGEST_TRUST_EVENTS: "1" },
      { engine: "inngest", ...rest, eventKey: "e", signingKey: "s", baseUrl: base, trustEvents: true },
    ],
    [
      "a dev server",
      { INNGEST_DEV: "1", INNGEST_BASE_URL: base },
      { engine: "inngest", ...rest, dev: true, baseUrl: base },
    ],
  ])("%s", (_, source, inngest) => {
    expect(read(source).inngest).toEqual(inngest);
  });

  it.each<[Record<string, string>, string]>([
    [{ INNGEST_EVENT_KEY: "e" }, "INNGEST_SIGNING_KEY is missing"],
    [{ INNGEST_SIGNING_KEY: "s" }, "INNGEST_EVENT_KEY is missing"],
    [{ INNGEST_SIGNING_KEY: "s", INNGEST_BASE_URL: base }, "INNGEST_EVENT_KEY is missing"],
    [{ INNGEST_DEV: "1" }, "INNGEST_BASE_URL is missing"],
    [{ INNGEST_BASE_URL: base }, "INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY are missing"],
    [{ INNGEST_BASE_URL: base, INNGEST_DEV: "0" }, "INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY are missing"],
    [{ INNGEST_TRUST_EVENTS: "1" }, "INNGEST_EVENT_KEY and INNGEST_SIGNING_KEY are missing"],
  ])("a partial set %j ends the start with what is missing", (source, missing) => {
    expect(problems(source)).toEqual([expect.stringMatching(new RegExp(`^${missing}`))]);
  });
});
