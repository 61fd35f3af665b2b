/** The value of Strict-Transport-Security: browsers remember for a year that this host answers only over https. */
export const STRICT_TRANSPORT_SECURITY = "max-age=31536000";

/** Makes the Content-Security-Policy of a page. Next puts the nonce on the scripts that it writes. */
export function makePageContentSecurityPolicy(nonce: string, isDev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${isDev ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'" + (isDev ? " ws:" : ""),
    ...closed,
  ].join("; ");
}

const closed = ["object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"];

/**
 * The Content-Security-Policy of every answer that is no page: errors, files, unknown paths below /api and /e. A
 * browser runs nothing from it.
 */
export const ANSWER_CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  ...closed,
].join("; ");
