"use client";

import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { UnsavedChangesGuard } from "@/components/unsaved-changes-guard";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { RedactionRule } from "@/domain/redaction/rules";
import { useTRPC } from "@/lib/trpc/client";
import { RedactionRuleRow } from "./redaction-rule-row";
import { RedactionPreview } from "./redaction-preview";

type RedactionFormProps = {
  projectId: string;
  saved: { rules: readonly RedactionRule[]; version: number; updatedAt: Date | null };
};

/** The form for a project's redaction rules. A preview applies the edited rules to a sample before they are saved. */
export function RedactionForm({ projectId, saved }: RedactionFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  // The rules and the version with which the form was filled. A reload replaces them only while nothing is changed.
  const [base, setBase] = useState(saved);
  const [rules, setRules] = useState<readonly RedactionRule[]>(saved.rules);
  const [isTouched, setIsTouched] = useState(false);
  const isDirty = JSON.stringify(rules) !== JSON.stringify(base.rules);
  const fill = (): void => {
    setBase(saved);
    setRules(saved.rules);
  };
  if (!isDirty && saved.version > base.version) fill();
  const problems = rules.map((rule) => RedactionRule.safeParse(rule).error?.issues[0]?.message);
  const hasProblem = problems.some((problem) => problem !== undefined);
  const set = useMutation(
    trpc.redaction.set.mutationOptions({
      onSuccess: ({ version }, { rules }) => {
        setBase((before) => ({ ...before, rules, version }));
        toast.success("Redaction rules saved", { description: "They count for events that arrive from now on." });
        return queryClient.invalidateQueries(trpc.redaction.pathFilter());
      },
    }),
  );
  const change = (index: number, rule: RedactionRule | null): void =>
    setRules(rules.flatMap((kept, at) => (at === index ? (rule ?? []) : kept)));
  const save = (): void => {
    setIsTouched(true);
    if (!hasProblem) set.mutate({ projectId, rules: [...rules], expectedVersion: base.version });
  };
  return (
    <>
      <UnsavedChangesGuard isDirty={isDirty} />
      <Card
        title="Redaction rules"
        description={
          "A value that a rule finds is dropped, masked or hashed before anything is stored, rejected " +
          "events included. What is stored already stays as it is."
        }
        footer={
          <>
            <span className="mr-auto text-muted">
              {isDirty
                ? "You have unsaved changes."
                : saved.updatedAt && (
                    <>
                      Changed <Time value={saved.updatedAt} />
                    </>
                  )}
            </span>
            <Button disabled={!isDirty} onClick={fill}>
              Discard
            </Button>
            <Button variant="primary" disabled={!isDirty} isLoading={set.isPending} onClick={save}>
              Save rules
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4">
          {rules.length === 0 && <p className="text-sm text-muted">No rules: events are stored as they come.</p>}
          {rules.length > 0 && (
            <ol className="flex flex-col gap-3">
              {rules.map((rule, index) => (
                <RedactionRuleRow
                  // A rule has no id. Its index is a safe React key, because a row has no state.
                  key={index}
                  position={index + 1}
                  rule={rule}
                  problem={isTouched || isFilled(rule) ? problems[index] : undefined}
                  onChange={(changed) => change(index, changed)}
                />
              ))}
            </ol>
          )}
          <div>
            <Button onClick={() => setRules([...rules, { find: "email", action: "hash" }])}>
              <Plus aria-hidden /> Add rule
            </Button>
          </div>
          <p className="text-xs text-muted">
            A hash is salted for this project: equal values have equal hashes. Filters with =, any of, none of and all
            of work on hashed values, since the filter’s value is hashed the same way. In ids a found value is always
            hashed. Patterns do not decode base64.
          </p>
          {set.error && (
            <Banner tone="danger" isAlert title="The rules were not saved">
              {set.error.message}
            </Banner>
          )}
        </div>
      </Card>
      <RedactionPreview projectId={projectId} rules={rules} isReady={!hasProblem} />
    </>
  );
}

const isFilled = (rule: RedactionRule): boolean =>
  rule.find === "path" ? rule.path !== "" : rule.find === "expression" ? rule.expression !== "" : true;
