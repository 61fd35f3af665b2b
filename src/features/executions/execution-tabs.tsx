"use client";

import { useState, type ReactNode } from "react";
import { useQueryState } from "nuqs";
import { Select } from "@/components/ui/select";
import { Tabs } from "@/components/ui/tabs";
import { attemptResult } from "./attempt-timeline";
import { AttemptRequest, AttemptResponse } from "./attempt-exchange";
import { ExecutionEvent } from "./execution-event";
import { tabParam } from "./search-params";
import type { Attempt, Execution } from "./types";
import { WhyItFired } from "./why-it-fired";

/** What was sent, what came back, what it was made of, and why. */
export function ExecutionTabs({ projectId, execution }: { projectId: string; execution: Execution }) {
  const [chosenId, setChosenId] = useState<string | null>(null);
  const { attempts } = execution;
  const attempt = attempts.find(({ id }) => id === chosenId) ?? attempts.at(-1) ?? null;
  const [tab, setTab] = useQueryState("tab", tabParam);
  const picker = attempts.length > 1 && attempt && (
    <AttemptPicker attempts={attempts} value={attempt.id} onChange={setChosenId} />
  );
  return (
    <Tabs
      aria-label="Details"
      value={tab}
      onValueChange={(value) => void setTab(value)}
      tabs={[
        {
          value: "request",
          label: "Request",
          content: (
            <Panel picker={picker}>
              <AttemptRequest execution={execution} attempt={attempt} />
            </Panel>
          ),
        },
        {
          value: "response",
          label: "Response",
          content: (
            <Panel picker={picker}>
              <AttemptResponse execution={execution} attempt={attempt} />
            </Panel>
          ),
        },
        { value: "event", label: "Event", content: <ExecutionEvent projectId={projectId} execution={execution} /> },
        { value: "why", label: "Why it fired", content: <WhyItFired execution={execution} /> },
      ]}
    />
  );
}

function Panel({ picker, children }: { picker: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-4">
      {picker}
      {children}
    </div>
  );
}

function AttemptPicker({
  attempts,
  value,
  onChange,
}: {
  attempts: readonly Attempt[];
  value: string;
  onChange: (id: string) => void;
}) {
  const options = attempts.map((attempt) => ({
    value: attempt.id,
    label: `Attempt ${attempt.number} · ${attemptResult(attempt)}`,
  }));
  return <Select aria-label="Attempt" options={options} value={value} onValueChange={onChange} className="sm:w-60" />;
}
