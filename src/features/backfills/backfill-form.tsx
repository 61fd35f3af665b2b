"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmButton } from "@/components/confirm-button";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { JobRateField, useJobRate } from "@/features/shared/job-rate-field";
import type { EventNoun } from "@/domain/event-source/event-nouns";
import { formatDuration, formatNumber, formatCountWithNoun } from "@/lib/format";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import {
  backfillRangePresets,
  readBackfillRange,
  type CustomBackfillRange,
  type BackfillRangeChoice,
  type BackfillRange,
} from "./backfill-range";
import type { BackfillEstimate } from "./types";

type BackfillFormProps = { projectId: string; triggerId: string; noun: EventNoun };

const choices = [
  ...backfillRangePresets.map(({ value, label }) => ({ value, label })),
  { value: "own", label: "From … to …" },
] as const;

/**
 * The form that starts a backfill: a time range in the past, and how many executions a minute. An estimate shows the
 * effect before the start.
 */
export function BackfillForm({ projectId, triggerId, noun }: BackfillFormProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [choice, setChoice] = useState<BackfillRangeChoice>("24h");
  const [own, setOwn] = useState<CustomBackfillRange>({ from: "", to: "" });
  const rate = useJobRate();
  const [rangeProblem, setRangeProblem] = useState<string | null>(null);
  const count = useMutation({
    mutationFn: async (range: BackfillRange) => ({
      range,
      ...(await client.backfill.count.query({ projectId, triggerId, ...range })),
    }),
  });
  const start = useMutation(
    trpc.backfill.start.mutationOptions({
      onSuccess: () => {
        toast.success("Backfill started");
        count.reset();
      },
      onSettled: () => queryClient.invalidateQueries(trpc.backfill.list.pathFilter()),
    }),
  );
  const { perMinute: ratePerMinute } = rate;
  const changed = () => {
    count.reset();
    setRangeProblem(null);
  };
  const dryRun = () => {
    const { range, problem } = readBackfillRange(choice, own, new Date());
    setRangeProblem(problem);
    if (range) count.mutate(range);
  };
  return (
    <Card title="Run over the past" description={`Over the ${noun.many} that are stored, as they are now.`}>
      <div className="flex flex-col gap-5">
        <Field label="Received" error={rangeProblem ?? undefined}>
          <Select
            options={choices}
            value={choice}
            onValueChange={(next) => {
              setChoice(next);
              changed();
            }}
          />
        </Field>
        {choice === "own" && (
          <div className="grid gap-4 sm:grid-cols-2">
            {(["from", "to"] as const).map((end) => (
              <Field key={end} label={end === "from" ? "From" : "To"}>
                <Input
                  type="datetime-local"
                  step={1}
                  max="9999-12-31T23:59:59"
                  suffix="UTC"
                  value={own[end]}
                  onChange={(event) => {
                    setOwn({ ...own, [end]: event.target.value });
                    changed();
                  }}
                />
              </Field>
            ))}
          </div>
        )}
        <JobRateField rate={rate} />
        {count.error && (
          <Banner tone="danger" isAlert title={`The ${noun.many} could not be counted`}>
            {count.error.message}
          </Banner>
        )}
        <div aria-live="polite">
          {count.data && <DryRun count={count.data} noun={noun} ratePerMinute={ratePerMinute} />}
        </div>
        <div className="flex flex-wrap gap-2">
          <Button onClick={dryRun} isLoading={count.isPending}>
            Count first
          </Button>
          {count.data && count.data.observations > 0 && (
            <ConfirmButton
              variant="primary"
              disabled={ratePerMinute === null}
              title="Start the backfill?"
              description={
                `It looks at ${formatCountWithNoun(count.data.observations, noun.one, noun.many)}, and starts the ` +
                "trigger's actions for those that match."
              }
              confirmLabel="Start backfill"
              onConfirm={async () => {
                if (ratePerMinute !== null)
                  await start.mutateAsync({ projectId, triggerId, ...count.data.range, ratePerMinute });
              }}
            >
              Start…
            </ConfirmButton>
          )}
        </div>
      </div>
    </Card>
  );
}

function DryRun({
  count: { observations: stored, sampled, estimate, exact },
  noun,
  ratePerMinute,
}: {
  count: BackfillEstimate;
  noun: EventNoun;
  ratePerMinute: number | null;
}) {
  if (stored === 0)
    return <p className="text-sm text-muted">No {noun.one} that was received in this time is stored.</p>;
  const about = exact ? "" : "about ";
  const minutes = ratePerMinute === null ? 0 : estimate.created / ratePerMinute;
  return (
    <div className="flex flex-col gap-1 rounded-lg border bg-background px-3.5 py-3 text-sm">
      <p>
        <strong className="font-medium tabular-nums">{formatNumber(stored)}</strong>{" "}
        {stored === 1 ? noun.one : noun.many}, of which {about}
        <strong className="font-medium tabular-nums">{formatNumber(Math.round(estimate.matched))}</strong> match;{" "}
        {about}
        <strong className="font-medium tabular-nums">{formatNumber(Math.round(estimate.created))}</strong> executions
        would be created.
      </p>
      <p className="text-xs text-muted">
        {exact
          ? "Every one was looked at."
          : `Estimated from ${formatNumber(sampled.scanned)} that were looked at, of which ` +
            `${formatNumber(sampled.matched)} match.`}
        {minutes >= 1 && ` It takes ${formatDuration(Math.ceil(minutes) * 60_000)} or more at this rate.`}
      </p>
    </div>
  );
}
