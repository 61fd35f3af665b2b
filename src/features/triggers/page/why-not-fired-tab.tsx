"use client";

import { useState, type FormEvent } from "react";
import { useQuery } from "@tanstack/react-query";
import { TriggerDecisionsView } from "@/features/shared/trigger-decisions";
import { QueryErrorMessage } from "@/components/query-error-message";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { useTRPC } from "@/lib/trpc/client";
import { useUrlParam } from "@/lib/use-url-params";
import { whyNotSourceIdParam } from "../search-params";
import { NearMissList } from "./near-miss-list";

type WhyNotProps = { projectId: string; triggerId: string; noun: { one: string; many: string } };

/**
 * The tab in which a person enters a source id. It explains why the trigger did or did not fire for events with that
 * id. Without an id it lists near misses.
 */
export function WhyNotFiredTab({ projectId, triggerId, noun }: WhyNotProps) {
  const [id, setId] = useUrlParam("id", whyNotSourceIdParam);
  const [draft, setDraft] = useState(id);
  const [isMissing, setIsMissing] = useState(false);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    setIsMissing(draft.trim() === "");
    setId(draft.trim() || null);
  };
  return (
    <div className="flex max-w-form flex-col gap-5">
      <Card>
        <form
          onSubmit={ask}
          noValidate
          aria-label="Why did it not fire?"
          className="flex flex-col gap-3 sm:flex-row sm:items-start"
        >
          <Field
            label={`ID of the ${noun.one}`}
            help={`Shows this trigger's decisions, then and now.`}
            error={isMissing ? `Enter the ID of the ${noun.one}.` : undefined}
            className="flex-1"
          >
            <Input
              isMono
              autoComplete="off"
              spellCheck={false}
              maxLength={1_000}
              value={draft}
              onChange={(event) => setDraft(event.target.value)}
            />
          </Field>
          <Button type="submit" variant="primary" className="sm:mt-6.5">
            Explain
          </Button>
        </form>
      </Card>
      {!id && <NearMissList projectId={projectId} triggerId={triggerId} noun={noun} />}
      {id && <Answer key={id} projectId={projectId} triggerId={triggerId} sourceId={id} noun={noun} />}
    </div>
  );
}

function Answer({ projectId, triggerId, sourceId, noun }: WhyNotProps & { sourceId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.trigger.explain.queryOptions({ projectId, triggerId, sourceId }));
  if (error && !data) {
    return (
      <QueryErrorMessage
        isAlert
        title="The decision could not be explained"
        message={error.message}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data) {
    return (
      <div aria-busy className="flex flex-col gap-3">
        <Skeleton width="50%" />
        <Skeleton width="100%" className="h-32 rounded-lg" />
      </div>
    );
  }
  return (
    <section aria-label="Explanation" className="flex flex-col gap-5">
      {data.hint && <Banner tone={data.found ? "neutral" : "warning"}>{data.hint}</Banner>}
      {!data.found && !data.hint && <Banner tone="warning">No {noun.one} with this ID is known.</Banner>}
      {data.found && (
        <Card>
          <TriggerDecisionsView projectId={projectId} outcome={data} heading="h2" />
        </Card>
      )}
    </section>
  );
}
