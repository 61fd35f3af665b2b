import { Combobox } from "@/components/ui/combobox";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Status } from "@/components/status";
import type { FilterTest } from "./use-filter-test";

/** Tries the filter on an event that has arrived. */
export function FilterTestCard({ test, hasProblems }: { test: FilterTest; hasProblems: boolean }) {
  return (
    <Card title="Try the filter">
      <div className="flex flex-col gap-4">
        <Field label="On this event">
          <Combobox groups={[{ label: "Events", items: test.choices }]} value={test.chosen} onValueChange={test.choose} searchPlaceholder="Search the latest events…" />
        </Field>
        <div aria-live="polite" className="min-h-10 text-sm">
          <Verdict test={test} hasProblems={hasProblems} />
        </div>
      </div>
    </Card>
  );
}

function Verdict({ test: { result, error, hidesBodies, payload }, hasProblems }: { test: FilterTest; hasProblems: boolean }) {
  if (error) return <p className="text-danger-text">The event could not be loaded: {error}</p>;
  if (hidesBodies) return <p className="text-muted">The filter asks for inputs or outputs, which you may not read.</p>;
  if (hasProblems) return <p className="text-muted">The filter is not complete yet.</p>;
  if (result === null) return <p className="text-muted">{payload === null ? "Loading the event…" : ""}</p>;
  if (result.matched) return <Status tone="success">Matches{result.conditions.length > 1 && `: ${result.conditions.length} conditions looked at`}</Status>;
  return (
    <>
      <Status tone="neutral" isHollow>
        Does not match
      </Status>
      {result.firstFailure && <p className="mt-1 font-mono text-xs break-words text-muted">{result.firstFailure.reason}</p>}
    </>
  );
}
