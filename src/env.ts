import ipaddr from "ipaddr.js";
import { parseUrl } from "@/domain/parse-url";
import { z } from "zod";
import { inngestVariables, parseInngest, type InngestEnv } from "./env/inngest";
import { oidcVariables, parseOidc, type OidcEnv } from "./env/oidc";
import { parseTracing, tracingVariables, type TracingEnv } from "./env/tracing";
import { listText, portNumberSchema, secretTextSchema, makeWebUrlSchema, makeWholeNumberSchema } from "./env/values";
import { toWebhookEnv, webhookVariables, type WebhookEnv } from "./env/webhook";

/**
 * The program's settings, parsed once from the environment variables at the start. `.env.example` explains each
 * variable.
 */
export type Env = {
  port: number;
  /** The IP addresses to listen on; only loopback, unless HOST or APP_URL is set. */
  listenOn: string[];
  /** The number of worker processes; undefined: it depends on the number of cores. */
  workers: number | undefined;
  /** The most database connections of each process. The start lowers them if the server allows fewer. */
  databasePools: DatabasePoolSizes;
  /** The folder of the embedded database and of generated keys, as DATA_DIR gives it. */
  dataDir: string;
  /** The connection string of the database; undefined until the embedded database has started. */
  databaseUrl: string | undefined;
  /** Whether the program starts its own database, because DATABASE_URL is not set. */
  databaseIsEmbedded: boolean;
  /** The email of the first admin, whose account the first start makes. */
  adminEmail: string;
  /** The first admin's password; undefined: the first start generates one and shows it once. */
  adminPassword: string | undefined;
  /** The event key of the demo project; undefined: the first start generates one and shows it once. */
  demoEventKey: string | undefined;
  /**
   * The encryption keys: the first one encrypts, and all decrypt. Without ENCRYPTION_KEY the list is empty until the
   * start has loaded or made a key.
   */
  encryptionKeys: string[];
  /** The public URL of the program, for pages and links, without a slash at its end. */
  appUrl: string;
  /** The addresses and CIDRs of trusted proxies. The program believes their header X-Forwarded-For. */
  trustedProxies: string[];
  projects: {
    creation: "everyone" | "admins";
    /** The most projects of one creator. Deleted projects do not count. */
    perPersonMax: number;
  };
  /**
   * The bearer token for /metrics and /api/engine. Without it /metrics answers only this machine, and /api/engine
   * nobody.
   */
  metricsToken?: string;
  /** The SMTP server and the sender's address; undefined: the program sends no email. */
  smtp?: { url: string; from: string };
  /** The single sign-on provider; undefined: people sign in only with passwords. */
  oidc?: OidcEnv;
  /** The OpenTelemetry collector that receives spans; undefined: nothing is traced. */
  tracing?: TracingEnv;
  logLevel: LogLevel;
  webhook: WebhookEnv;
  projectLimits: ProjectLimits;
  /**
   * The variables that an action in the API may refer to, with their values. A variable that is not set is undefined.
   */
  apiSecrets: ReadonlyMap<string, string | undefined>;
  inngest: InngestEnv;
};

/** The limits of one project. A project above a limit keeps working, but cannot make more of the limited kind. */
export type ProjectLimits = {
  triggers: number;
  /** The most different regular expressions in the triggers of a project. */
  regexes: number;
  actions: number;
  /** The most event keys of a project, without revoked ones. */
  eventKeys: number;
  /** The most open invitations to a project. */
  invitations: number;
};

/** The most connections of each database pool in one process. */
export type DatabasePoolSizes = { services: number; engine: number };

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof logLevels)[number];

export type ParsedEnv = { ok: true; env: Env } | { ok: false; problems: string[] };

declare global {
  // The program's parsed settings. The start adds values that it generates: the embedded database's URL and the keys.
  /*
   * Next bundles pages separately, so they share no module variables with the start. They read the settings from this
   * global.
   */
  var __triggerSystemEnv: Env | undefined;
}

/** The address `::` stands for all addresses of this machine, IPv4 included. */
const EVERY_ADDRESS = ["::"];
const LOOPBACK = ["127.0.0.1", "::1"];
/** The sizes of the database pools if the server allows enough connections. */
const POOLS: DatabasePoolSizes = { services: 12, engine: 8 };

const count = makeWholeNumberSchema(1, 1_000_000);

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a list of names of environment variables, such as PAGER_URL,PAGER_TOKEN");

const hostRule = "must be an IP address of this machine (127.0.0.1, 0.0.0.0, ::), localhost, or a list of these";
const listenOn = listText
  .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.literal("localhost")], hostRule)).min(1, hostRule))
  .transform((hosts) => [...new Set(hosts.flatMap((host) => (host === "localhost" ? LOOPBACK : [host])))]);
const network = z
  .string()
  .refine(
    (value) => ipaddr.isValidCIDR(value) || (ipaddr.isValid(value) && !/[/%]/.test(value)),
    "must be a list of addresses and networks, such as 10.0.0.0/8,2001:db8::/32",
  );

/** The default address of the sender of emails, if SMTP_FROM is not set. */
const DEFAULT_FROM = "Trigger System <trigger-system@localhost>";
const isSmtpUrl = (value: string): boolean =>
  /^smtps?:$/.test(parseUrl(value)?.protocol ?? "") && parseUrl(value)?.hostname !== "";

/**
 * The schemas of all environment variables. A variable that is unset or empty has its default, or `undefined` without a
 * default.
 */
const Variables = z.object({
  PORT: portNumberSchema.default(3000),
  HOST: listenOn.optional(),
  WORKERS: makeWholeNumberSchema(1, 64).optional(),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: z
    .string()
    .refine(
      (value) => /^postgres(ql)?:$/.test(parseUrl(value)?.protocol ?? ""),
      "must be an address such as postgresql://user:password@host:5432/database",
    )
    .optional(),
  ADMIN_EMAIL: z.string().trim().toLowerCase().pipe(z.email("must be an email address")).default("admin@example.com"),
  ADMIN_PASSWORD: z
    .string()
    .min(12, "must have at least 12 characters")
    .max(128, "must have at most 128 characters")
    .optional(),
  DEMO_EVENT_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,128}$/, "must be 16 to 128 letters, digits, _ or -")
    .optional(),
  ENCRYPTION_KEY: listText
    .pipe(
      z
        .array(
          secretTextSchema.min(32, "each key must have at least 32 characters (openssl rand -base64 32 makes one)"),
        )
        .min(1, "must name at least one key"),
    )
    .optional(),
  APP_URL: makeWebUrlSchema(false).optional(),
  TRUSTED_PROXIES: listText.pipe(z.array(network)).default([]),
  PROJECT_CREATION: z.enum(["everyone", "admins"], "must be everyone or admins").default("everyone"),
  PROJECTS_PER_PERSON_MAX: makeWholeNumberSchema(1, 999_999).default(200),
  PROJECT_TRIGGERS_MAX: count.default(2_000),
  PROJECT_REGEXES_MAX: count.default(12_000),
  PROJECT_ACTIONS_MAX: count.default(1_000),
  PROJECT_EVENT_KEYS_MAX: count.default(100),
  PROJECT_INVITATIONS_MAX: count.default(200),
  API_SECRET_VARIABLES: listText.pipe(z.array(variableName)).default([]),
  METRICS_TOKEN: secretTextSchema.min(16, "must have at least 16 characters").optional(),
  SMTP_URL: z
    .string()
    .refine((value) => isSmtpUrl(value), "must be an address such as smtp://user:password@mail.example.com:587")
    .optional(),
  SMTP_FROM: z.string().max(320).includes("@", { message: "must be an email address" }).optional(),
  ...oidcVariables,
  ...tracingVariables,
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`).default("info"),
  ...webhookVariables,
  ...inngestVariables,
});
type Variables = z.infer<typeof Variables>;

/** The names of all environment variables that configure the program. */
export const environmentVariableNames: readonly string[] = Object.keys(Variables.shape);

/** Variables with secret values, which no error message may repeat. */
const secrets = new Set([
  "DATABASE_URL",
  "ADMIN_PASSWORD",
  "DEMO_EVENT_KEY",
  "ENCRYPTION_KEY",
  "WEBHOOK_PROXY_URL",
  "INNGEST_EVENT_KEY",
  "INNGEST_SIGNING_KEY",
  "METRICS_TOKEN",
  "SMTP_URL",
  "OIDC_CLIENT_SECRET",
  "OTEL_EXPORTER_OTLP_HEADERS",
]);

/**
 * Parses the environment variables. The result is the settings or a list of all problems, each as a line that names its
 * variable.
 */
export function parseEnv(source: Record<string, string | undefined>): ParsedEnv {
  const given = Object.fromEntries(environmentVariableNames.map((name) => [name, source[name]?.trim() || undefined]));
  const parsed = Variables.safeParse(given);
  if (!parsed.success)
    return { ok: false, problems: unique(parsed.error.issues.map((issue) => describe(issue, given))) };
  const variables = parsed.data;
  const problems: string[] = [];
  if (variables.DATABASE_URL && !variables.ENCRYPTION_KEY) {
    problems.push(
      "ENCRYPTION_KEY is missing: with DATABASE_URL it must be given (openssl rand -base64 32 makes one). " +
        "Keep it safe: stored secrets cannot be read without it.",
    );
  }
  const inngest = parseInngest(variables);
  if ("problem" in inngest) problems.push(inngest.problem);
  const oidc = parseOidc(variables);
  const tracing = parseTracing(variables);
  if (oidc && "problem" in oidc) problems.push(oidc.problem);
  if (problems.length > 0 || "problem" in inngest || (oidc && "problem" in oidc)) return { ok: false, problems };
  const own = variables.API_SECRET_VARIABLES.find((name) => environmentVariableNames.includes(name));
  if (own !== undefined)
    return {
      ok: false,
      problems: [`API_SECRET_VARIABLES must not name ${own}, which is a variable of the program itself.`],
    };
  return {
    ok: true,
    env: {
      ...toEnv(variables, inngest),
      ...(oidc ? { oidc } : {}),
      ...(tracing ? { tracing } : {}),
      apiSecrets: valuesOf(variables.API_SECRET_VARIABLES, source),
    },
  };
}

/**
 * Returns the settings of this process.
 * @throws Error with all problems of the environment
 */
export function getEnv(): Env {
  return (globalThis.__triggerSystemEnv ??= requireEnv(process.env));
}

function requireEnv(source: Record<string, string | undefined>): Env {
  const parsed = parseEnv(source);
  if (parsed.ok) return parsed.env;
  throw new Error(`The environment cannot be used:\n${parsed.problems.join("\n")}`);
}

const valuesOf = (names: readonly string[], source: Record<string, string | undefined>) =>
  new Map(names.map((name) => [name, source[name] || undefined]));

function toEnv(variables: Variables, inngest: InngestEnv): Omit<Env, "apiSecrets"> {
  return {
    port: variables.PORT,
    listenOn: variables.HOST ?? (variables.APP_URL ? EVERY_ADDRESS : LOOPBACK),
    workers: variables.WORKERS,
    databasePools: POOLS,
    dataDir: variables.DATA_DIR,
    databaseUrl: variables.DATABASE_URL,
    databaseIsEmbedded: variables.DATABASE_URL === undefined,
    adminEmail: variables.ADMIN_EMAIL,
    adminPassword: variables.ADMIN_PASSWORD,
    demoEventKey: variables.DEMO_EVENT_KEY,
    encryptionKeys: variables.ENCRYPTION_KEY ?? [],
    appUrl: variables.APP_URL ?? `http://localhost:${variables.PORT}`,
    logLevel: variables.LOG_LEVEL,
    trustedProxies: variables.TRUSTED_PROXIES,
    projects: { creation: variables.PROJECT_CREATION, perPersonMax: variables.PROJECTS_PER_PERSON_MAX },
    ...(variables.METRICS_TOKEN ? { metricsToken: variables.METRICS_TOKEN } : {}),
    ...(variables.SMTP_URL ? { smtp: { url: variables.SMTP_URL, from: variables.SMTP_FROM ?? DEFAULT_FROM } } : {}),
    webhook: toWebhookEnv(variables),
    projectLimits: {
      triggers: variables.PROJECT_TRIGGERS_MAX,
      regexes: variables.PROJECT_REGEXES_MAX,
      actions: variables.PROJECT_ACTIONS_MAX,
      eventKeys: variables.PROJECT_EVENT_KEYS_MAX,
      invitations: variables.PROJECT_INVITATIONS_MAX,
    },
    inngest,
  };
}

function describe(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0]);
  return secrets.has(name) ? `${name} ${issue.message}.` : `${name} ${issue.message}; it is "${given[name]}".`;
}

const unique = (lines: string[]): string[] => [...new Set(lines)];
