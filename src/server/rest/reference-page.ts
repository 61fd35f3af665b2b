import { findScopeOfPermission } from "@/domain/access";
import type { RestEndpoint } from "./endpoint";
import { problemTitleByCode } from "./problem";

const style = `
:root{color-scheme:light dark;--line:#8884;--muted:#777}
body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2.5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:.95rem;margin:1.5rem 0 .25rem}p{margin:.25rem 0}small{color:var(--muted)}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}
`;

/**
 * Answers with the style sheet of the reference page. The Content-Security-Policy allows style files of this host, and
 * no styles inside a page.
 */
export const answerReferenceStyle = (): Response =>
  new Response(style, { headers: { "content-type": "text/css; charset=utf-8", "cache-control": "no-cache" } });

/** Makes the HTML page of the API reference, without scripts. It lists the same endpoints as the OpenAPI document. */
export function makeReferencePage(endpoints: readonly RestEndpoint[]): Response {
  const tags = [...new Set(endpoints.map(({ tag }) => tag))];
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>API reference – Trigger System</title><link rel="stylesheet" href="docs.css"><main>
<h1>API reference</h1>
<p>Send <code>Authorization: Bearer tsa_…</code>. Project settings and your account page make tokens.</p>
<p><a href="openapi.json">openapi.json</a> has the schemas of every body and answer,
for tools and generated clients.</p>
${tags
  .map((tag) =>
    section(
      tag,
      endpoints.filter((endpoint) => endpoint.tag === tag),
    ),
  )
  .join("")}
<h2>Problems</h2><p>Every error is <code>application/problem+json</code>. Its <code>code</code> is stable.</p>
<table><tr><th>Code</th><th>Meaning</th></tr>${Object.entries(problemTitleByCode)
    .map(([code, title]) => `<tr id="${code}"><td><code>${code}</code></td><td>${escape(title)}</td></tr>`)
    .join("")}</table></main></html>`;
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
    },
  });
}

const section = (tag: string, endpoints: readonly RestEndpoint[]): string =>
  `<section><h2>${escape(tag)}</h2>${endpoints.map(entry).join("")}</section>`;

function entry({ id, method, path, summary, description, permission, query, body }: RestEndpoint): string {
  const scope = permission === null ? null : findScopeOfPermission(permission);
  const parameters = list("Query", Object.keys(query?.shape ?? {})) + list("Body", Object.keys(body?.shape ?? {}));
  return `<h3 id="${id}"><code>${method} /api/v1${escape(path)}</code></h3>
<p>${escape(summary)}. ${description ? escape(description) : ""}</p>
<p><small>${scope === null ? "Any token" : `Scope ${scope}`}${parameters}</small></p>`;
}

const list = (label: string, fields: readonly string[]): string =>
  fields.length === 0 ? "" : ` · ${label}: ${fields.map((field) => `<code>${escape(field)}</code>`).join(", ")}`;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
