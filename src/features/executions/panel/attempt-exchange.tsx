import type { ReactNode } from "react";
import { Identifier } from "@/components/identifier";
import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { Badge, type ColorTone } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import type { HeaderList } from "@/domain/header-list";
import { formatDuration } from "@/lib/format";
import { toCurlCommand } from "./to-curl-command";
import { MissingBodyBanner } from "./missing-body-banner";
import type { Attempt, Execution } from "../types";

type ExchangeProps = { execution: Execution; attempt: Attempt | null };

/**
 * Shows what an attempt sent: the URL, the headers and the body of its HTTP request. For another transport it shows the
 * address and the body.
 */
export function AttemptRequestView({ execution, attempt }: ExchangeProps) {
  if (!attempt)
    return (
      <NotYet>
        {execution.status === "PENDING"
          ? "Nothing has been sent yet. The tab Event shows what will be."
          : "Nothing was sent."}
      </NotYet>
    );
  const { request } = attempt;
  if ("removed" in request) return <MissingBodyBanner isRemoved />;
  if ("problem" in request)
    return (
      <Banner tone="danger" title="No request could be made">
        {request.problem}
      </Banner>
    );
  return (
    <>
      {"to" in request ? (
        <Identifier className="leading-5">{request.to}</Identifier>
      ) : (
        <>
          <div className="flex items-start gap-3">
            <Badge tone="outline" isMono>
              {request.method}
            </Badge>
            <Identifier className="min-w-0 flex-1 leading-5">{request.url}</Identifier>
            <CopyButton text={() => toCurlCommand(request, execution.input)} label="Copy this attempt as curl" />
          </div>
          <Headers label="Request headers" headers={request.headers} />
        </>
      )}
      {execution.input === null ? (
        <MissingBodyBanner isRemoved={execution.bodyRemoved} />
      ) : (
        <JsonViewer label="Request body" value={execution.input} isText openLevels={1} />
      )}
    </>
  );
}

const toneOf = (status: number): ColorTone => (status < 300 ? "success" : status < 400 ? "warning" : "danger");

/**
 * Shows the HTTP response of an attempt. Without a response it shows the reason, or the message of a transport that has
 * no responses.
 */
export function AttemptResponseView({ execution, attempt }: ExchangeProps) {
  if (!attempt) return <NotYet>There is no response, as nothing was sent.</NotYet>;
  if (attempt.status === "RUNNING") return <NotYet>The attempt is on the wire.</NotYet>;
  const { responseStatus, durationMs, responseBody, responseTruncated, errorCode, message } = attempt;
  return (
    <>
      {responseStatus === null && attempt.status === "SUCCEEDED" ? (
        <p className="text-sm text-muted">{message}</p>
      ) : responseStatus === null ? (
        <Banner
          tone={attempt.status === "UNKNOWN" ? "warning" : "danger"}
          title={errorCode ? `No response: ${errorCode}` : "No response"}
        >
          {message}
        </Banner>
      ) : (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <Badge tone={toneOf(responseStatus)} isMono>
            {responseStatus}
          </Badge>
          {durationMs !== null && <span className="text-muted tabular-nums">after {formatDuration(durationMs)}</span>}
          {attempt.status === "FAILED" && message && message !== `Answered ${responseStatus}.` && (
            <span className="text-muted">{message}</span>
          )}
        </p>
      )}
      {attempt.responseHeaders && <Headers label="Response headers" headers={attempt.responseHeaders} />}
      {responseTruncated && responseBody !== null && (
        <Banner tone="warning">The response was longer. Only its beginning is kept.</Banner>
      )}
      {responseBody !== null && <JsonViewer label="Response body" value={responseBody} isText />}
      {responseStatus !== null &&
        responseBody === null &&
        ("removed" in attempt.request ? (
          <MissingBodyBanner isRemoved />
        ) : execution.bodiesVisible ? (
          <NotYet>The body of the response is not kept.</NotYet>
        ) : (
          <MissingBodyBanner isRemoved={false} />
        ))}
    </>
  );
}

function Headers({ label, headers }: { label: string; headers: HeaderList }) {
  return (
    <Card isFlush>
      <h3 className="border-b px-3.5 py-2 text-xs font-normal text-muted">{label}</h3>
      {headers.length === 0 ? (
        <p className="px-3.5 py-2.5 text-xs text-muted">None.</p>
      ) : (
        <dl className="flex flex-col gap-1 px-3.5 py-2.5 font-mono text-xs leading-5">
          {headers.map(([name, value], index) => (
            <div key={index} className="flex flex-wrap gap-x-2">
              <dt className="text-muted">{name}:</dt>
              <dd className="min-w-0 break-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}

function NotYet({ children }: { children: ReactNode }) {
  return <p className="text-sm text-muted">{children}</p>;
}
