"use client";

import { useState } from "react";
import { Tabs } from "@/components/ui/tabs";
import { useUrlParam } from "@/lib/use-url-params";
import { useKeyBindings } from "@/lib/use-key-bindings";
import { executionTabParam } from "../search-params";
import type { Execution } from "../types";
import { AttemptRequestView, AttemptResponseView } from "./attempt-exchange";
import { AttemptStrip } from "./attempt-strip";
import { ExecutionEventView } from "./execution-event-view";
import { ExecutionFacts } from "./execution-facts";
import { WaitingExecutionActionProblem } from "./waiting-execution-action-problem";
import { WhyItFired } from "./why-it-fired";

type DetailProps = {
  projectId: string;
  execution: Execution;
  /** whether the request and the response are side by side, as on the execution's own page */
  isWide?: boolean;
};

/** Shows an execution in tabs: the request and the response of an attempt, the event, and why the trigger fired. */
export function ExecutionDetail({ projectId, execution, isWide = false }: DetailProps) {
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [tab, setTab] = useUrlParam("tab", executionTabParam);
  const { attempts } = execution;
  const attempt = attempts.find(({ id }) => id === chosenId) ?? attempts.at(-1) ?? null;
  const step = (by: number) => {
    const next = attempts[attempts.findIndex(({ id }) => id === attempt?.id) + by];
    if (next) setChosenId(next.id);
  };
  useKeyBindings({ ArrowLeft: () => step(-1), ArrowRight: () => step(1) });
  const exchange = { execution, attempt };
  const request = (
    <Part>
      <AttemptRequestView {...exchange} />
    </Part>
  );
  const response = (
    <Part>
      <AttemptResponseView {...exchange} />
    </Part>
  );
  const strip = (
    <>
      <WaitingExecutionActionProblem projectId={projectId} execution={execution} />
      <AttemptStrip execution={execution} chosenId={attempt?.id ?? null} onChoose={setChosenId} />
    </>
  );
  const event = {
    value: "event" as const,
    label: "Event",
    content: <ExecutionEventView projectId={projectId} execution={execution} />,
  };
  const why = { value: "why" as const, label: "Why it fired", content: <WhyItFired execution={execution} /> };
  if (isWide)
    return (
      <div className="flex flex-col gap-6">
        {strip}
        <ExecutionFacts projectId={projectId} execution={execution} isWide />
        <div className="grid gap-6 lg:grid-cols-2">
          <Side title="Request">{request}</Side>
          <Side title="Response">{response}</Side>
        </div>
        <Tabs
          aria-label="Details"
          value={tab === "event" ? "event" : "why"}
          onValueChange={(value) => setTab(value)}
          tabs={[why, event]}
        />
      </div>
    );
  // If an attempt has failed, the response tab is open at first.
  const first = attempts.some(({ status }) => status === "FAILED") ? "response" : "request";
  return (
    <>
      {strip}
      <Tabs
        aria-label="Details"
        value={tab ?? first}
        onValueChange={(value) => setTab(value)}
        tabs={[
          { value: "response", label: "Response", content: response },
          { value: "request", label: "Request", content: request },
          event,
          why,
        ]}
      />
      <details className="border-t pt-3 text-sm">
        <summary className="text-muted">Ids and times</summary>
        <ExecutionFacts projectId={projectId} execution={execution} />
      </details>
    </>
  );
}

function Side({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h2 className="mb-3 text-base font-medium">{title}</h2>
      {children}
    </section>
  );
}

function Part({ children }: { children: React.ReactNode }) {
  return <div className="flex flex-col gap-4">{children}</div>;
}
