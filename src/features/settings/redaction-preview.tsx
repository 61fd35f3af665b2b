"use client";

import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import type { RedactionRule } from "@/domain/redaction/rules";
import { isApiError, useTRPC } from "@/lib/trpc/client";

const SAMPLE = JSON.stringify(
  {
    id: "obs-1",
    userId: "alice",
    input: [{ role: "user", content: "I am alice@example.com, my card is 4242 4242 4242 4242." }],
    metadata: { customer: { email: "alice@example.com" } },
  },
  null,
  2,
);

type RedactionTryProps = { projectId: string; rules: readonly RedactionRule[]; isReady: boolean };

/** Shows how a sample would be stored with the rules in the form. */
export function RedactionPreview({ projectId, rules, isReady }: RedactionTryProps) {
  const trpc = useTRPC();
  const [sample, setSample] = useState(SAMPLE);
  const tried = useMutation(trpc.redaction.try.mutationOptions());
  const problem = isApiError(tried.error) ? tried.error.message : undefined;
  return (
    <Card title="Try it" description="Nothing of the sample is stored.">
      <div className="flex flex-col gap-4">
        <Field label="Observation" help="An observation, or the data of an event, as JSON." error={problem}>
          <Textarea
            isMono
            spellCheck={false}
            rows={9}
            value={sample}
            onChange={(event) => setSample(event.target.value)}
          />
        </Field>
        <div>
          <Button
            disabled={!isReady}
            isLoading={tried.isPending}
            onClick={() => tried.mutate({ projectId, rules: [...rules], sample })}
          >
            Redact sample
          </Button>
        </div>
        <div aria-live="polite">
          {tried.data && (
            <CodeBlock
              label={tried.data.changed ? "This would be stored" : "No rule finds anything: stored as it is"}
              samples={tried.data.result}
              isWrapped
            />
          )}
        </div>
      </div>
    </Card>
  );
}
