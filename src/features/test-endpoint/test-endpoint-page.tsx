"use client";

import { useQuery } from "@tanstack/react-query";
import { JsonViewer } from "@/components/json-viewer/json-viewer";
import { PageHeader } from "@/components/page-header";
import { StatusLabel } from "@/components/status";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { useTRPC } from "@/lib/trpc/client";

const REFRESH_MS = 3_000;

/** The page of the project's built-in test endpoint, which receives webhooks and lists the received requests. */
export function TestEndpointPage({ projectId }: { projectId: string }) {
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.testEndpoint.get.queryOptions({ projectId }, { refetchInterval: REFRESH_MS }));
  return (
    <>
      <PageHeader title="Test endpoint" parents={[{ label: "Actions", href: `/projects/${projectId}/actions` }]} />
      <div className="flex max-w-form-page flex-col gap-5">
        {error && (
          <Banner tone="danger" title="The test endpoint could not be loaded">
            {error.message}
          </Banner>
        )}
        {data && (
          <>
            <CodeBlock label="URL for an action of this project" isWrapped samples={data.url} />
            {data.receipts.length === 0 && (
              <p className="text-sm text-muted">
                Nothing has arrived in the last 24 hours. Use this URL in an action, and send a test.
              </p>
            )}
            {data.receipts.map((receipt) => (
              <Card
                key={receipt.id}
                title={`${receipt.method} ${receipt.webhookId}`}
                actions={<Time value={receipt.receivedAt} className="text-xs text-muted" />}
              >
                <div className="flex min-w-0 flex-col gap-3">
                  <StatusLabel tone={receipt.signature === "verified" ? "success" : "danger"}>
                    {receipt.signature === "verified" ? "Signature verified" : `Signature: ${receipt.signature}`}
                  </StatusLabel>
                  <CodeBlock
                    label="Headers"
                    isWrapped
                    samples={receipt.headers.map(([name, value]) => `${name}: ${value}`).join("\n")}
                  />
                  {receipt.body === null ? (
                    <p className="text-sm text-muted">You may not read bodies in this project.</p>
                  ) : (
                    <JsonViewer label={receipt.isCut ? "Body (shortened)" : "Body"} value={receipt.body} isText />
                  )}
                </div>
              </Card>
            ))}
          </>
        )}
      </div>
    </>
  );
}
