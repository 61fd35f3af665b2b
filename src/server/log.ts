import pino, { type Logger } from "pino";

/**
 * The program's log: one JSON object a line on standard output. No code logs secrets. As a second
 * safeguard, the logger masks fields that usually hold some.
 */
export const log: Logger = pino({
  level: process.env.LOG_LEVEL ?? "info",
  base: undefined,
  redact: {
    paths: [
      "password",
      "secret",
      "token",
      "*.password",
      "*.secret",
      "*.token",
      "headers.authorization",
      "*.headers.authorization",
      "headers.cookie",
      "*.headers.cookie",
    ],
    censor: "[redacted]",
  },
});

export type { Logger };
