"use client";

import { memo, type ReactNode } from "react";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Card } from "@/components/ui/card";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Skeleton } from "@/components/ui/skeleton";
import type { EventSource } from "@/domain/event-source/event-source";
import type { FilterContradiction } from "@/domain/filter/contradiction";
import { cn } from "@/lib/cn";
import { formatNumber } from "@/lib/format";
import type { TriggerPreview } from "../types";
import { PreviewMatchList } from "./preview-match-list";
import { previewSampleSizes, type TriggerPreviewState, type PreviewSampleSize } from "./use-trigger-preview";

type PreviewCardProps = {
  projectId: string;
  source: EventSource;
  preview: TriggerPreviewState;
  limit: PreviewSampleSize;
  onLimitChange: (limit: PreviewSampleSize) => void;
  samplingRate: number;
  hasProblems: boolean;
  contradiction: FilterContradiction | null;
  /** the section about the chosen event */
  children: ReactNode;
};

const sizes = previewSampleSizes.map((size) => ({ value: String(size), label: formatNumber(size) }));

/** A card that shows how many of the stored events the edited trigger would have matched. */
export function TriggerPreviewCard({
  projectId,
  source,
  preview,
  limit,
  onLimitChange,
  samplingRate,
  hasProblems,
  contradiction,
  children,
}: PreviewCardProps) {
  return (
    <Card
      title="Live preview"
      description={`On the latest ${source.noun.many}.`}
      actions={<SizeChoice many={source.noun.many} value={limit} onChange={onLimitChange} />}
    >
      <div className="flex min-w-0 flex-col gap-5">
        <Notes preview={preview} hasProblems={hasProblems} contradiction={contradiction} />
        {preview.data ? (
          <Answer
            projectId={projectId}
            source={source}
            data={preview.data}
            isStale={preview.isStale || hasProblems}
            isSampling={samplingRate < 1}
          />
        ) : (
          !preview.error && !hasProblems && <PreviewSkeleton />
        )}
        {children}
      </div>
    </Card>
  );
}

type SizeChoiceProps = { many: string; value: PreviewSampleSize; onChange: (size: PreviewSampleSize) => void };

const SizeChoice = memo(function SizeChoice({ many, value, onChange }: SizeChoiceProps) {
  return (
    <SegmentedControl
      aria-label={`How many ${many} are looked at`}
      size="sm"
      options={sizes}
      value={String(value)}
      onValueChange={(next) =>
        onChange(previewSampleSizes.find((size) => String(size) === next) ?? previewSampleSizes[0])
      }
    />
  );
});

function Notes({
  preview: { data, error, isStale },
  hasProblems,
  contradiction,
}: Pick<PreviewCardProps, "preview" | "hasProblems" | "contradiction">) {
  if (hasProblems) return <p className="text-sm text-muted">The filter is not complete yet.</p>;
  if (error)
    return (
      <Banner tone="danger" title="There is no preview">
        {error}
      </Banner>
    );
  if (contradiction)
    return (
      <Banner tone="warning" title="This filter can never match">
        {contradiction.reason}
      </Banner>
    );
  if (data?.problem && !isStale)
    return (
      <Banner tone="danger" title="The filter could not be evaluated">
        {data.problem}
      </Banner>
    );
  return null;
}

type AnswerProps = {
  projectId: string;
  source: EventSource;
  data: TriggerPreview;
  isStale: boolean;
  isSampling: boolean;
};

const Answer = memo(function Answer({ projectId, source, data, isStale, isSampling }: AnswerProps) {
  const { one, many } = source.noun;
  if (data.scanned === 0)
    return <p className="text-sm text-muted">No {one} has arrived yet. Once some have, this tells how many match.</p>;
  return (
    <div aria-busy={isStale} className={cn("flex min-w-0 flex-col gap-4 transition-opacity", isStale && "opacity-60")}>
      <div className="flex flex-col gap-2">
        <p aria-live="polite" className="text-base">
          Matches <strong className="font-medium tabular-nums">{formatNumber(data.matched)}</strong> of the last{" "}
          {formatNumber(data.scanned)} {many}
          {isSampling && data.matched > 0 && (
            <>
              , <strong className="font-medium tabular-nums">{formatNumber(data.sampledIn)}</strong> of them sampled in
            </>
          )}
          .
        </p>
        {data.scanned < data.available && (
          <p className="text-xs text-muted">
            Looked at the newest {formatNumber(data.scanned)} of {formatNumber(data.available)}: they are large, and 64
            MB are looked at.
          </p>
        )}
        <ShareBar scanned={data.scanned} matched={data.matched} sampledIn={data.sampledIn} />
        {data.from && data.to && (
          <p className="text-xs text-muted">
            Received <Time value={data.from} /> to <Time value={data.to} />
          </p>
        )}
      </div>
      {data.withoutCost > 0 && (
        <p className="text-xs text-muted">
          The cost of {formatNumber(data.withoutCost)} of {formatNumber(data.modelCalls)} model calls is unknown: they
          came without one, and no{" "}
          <PageLink className="underline" href={`/projects/${projectId}/settings/model-prices`}>
            model price
          </PageLink>{" "}
          fits.
        </p>
      )}
      <Estimate data={data} isSampling={isSampling} />
      {data.warning && (
        <Banner tone="warning" title="That is a lot">
          {data.warning}
        </Banner>
      )}
      <PreviewMatchList projectId={projectId} source={source} matches={data.matches} matched={data.matched} />
    </div>
  );
});

/** Draws a horizontal bar with two parts: events that matched and were sampled in, and other events that matched. */
function ShareBar({ scanned, matched, sampledIn }: { scanned: number; matched: number; sampledIn: number }) {
  const width = (count: number): string => `${(count / scanned) * 100}%`;
  return (
    <div aria-hidden className="flex h-1.5 overflow-hidden rounded-full bg-neutral-soft">
      <span className="bg-foreground transition-[width]" style={{ width: width(sampledIn) }} />
      <span className="bg-neutral transition-[width]" style={{ width: width(matched - sampledIn) }} />
    </div>
  );
}

function Estimate({ data: { perDay }, isSampling }: { data: TriggerPreview; isSampling: boolean }) {
  if (!perDay) return <p className="text-xs text-muted">Too little has arrived for an estimate of a day.</p>;
  return (
    <dl className="grid grid-cols-2 divide-x rounded-lg border">
      <Figure label={isSampling ? "A day, before sampling" : "Matches a day"} value={perDay.matched} />
      <Figure label={isSampling ? "A day, after sampling" : "Firings a day"} value={perDay.sampledIn} />
    </dl>
  );
}

function Figure({ label, value }: { label: string; value: number }) {
  return (
    <div className="flex flex-col-reverse px-3.5 py-2.5">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="text-base font-medium tabular-nums">about {formatNumber(Math.round(value))}</dd>
    </div>
  );
}

function PreviewSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-3">
      <Skeleton width="75%" />
      <Skeleton width="100%" className="h-1.5" />
      <Skeleton width="100%" className="h-14" />
    </div>
  );
}
