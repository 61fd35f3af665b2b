"use client";

import { memo, useId, useState, type FocusEvent, type KeyboardEvent } from "react";
import type { FilterCondition } from "@/domain/filter/schema";
import { useWasOpened } from "@/lib/use-was-opened";
import { parseNodePathAttribute, useFilterBuilder } from "./filter-builder-context";
import { insertNodeAt, makeNewCondition, makePathAfterNode } from "./edit-filter";
import { LazyConditionFields } from "./lazy-condition-fields";
import { NodeFrame } from "./node-frame";
import { NodeMenu } from "./node-menu";
import { ConditionOutcomeMark } from "./condition-outcome-mark";
import { ConditionStoppedShare } from "./condition-stopped-share";

export type ConditionRowProps = {
  condition: FilterCondition;
  /** the path of the condition as text, made by `writeNodePathAttribute` */
  place: string;
  /** the word before the condition, such as `Where`, `and` or `or` */
  word: string;
  /** what to do about the condition's problem, shown after the person has left the row; empty without a problem */
  advice: string;
  /** why this condition and the others can never hold together; empty if they can */
  never: string;
  /** whether to show the advice although the person has not left the row */
  isStrict: boolean;
  outcome: "passes" | "fails" | null;
  reason: string;
  stopped: number | undefined;
};

/** One condition of the filter builder. `memo` keeps it from rendering when other conditions change. */
export const ConditionRow = memo(function ConditionRow(props: ConditionRowProps) {
  const { condition, place, word, advice, never, isStrict, outcome, reason, stopped } = props;
  const { source, change } = useFilterBuilder();
  const [wasLeft, setWasLeft] = useState(false);
  const hadOutcome = useWasOpened(outcome !== null);
  const problemId = useId();
  const isWrong = advice !== "" && (isStrict || wasLeft);
  const text = isWrong ? advice : never;
  const aria = { "aria-invalid": isWrong, "aria-describedby": text ? problemId : undefined };

  const onBlur = (event: FocusEvent<HTMLDivElement>) => {
    // The focus has left the row only if it is on another control of the page: not in a popup of the row's fields.
    const next = event.relatedTarget;
    if (
      next &&
      !event.currentTarget.contains(next) &&
      !next.closest("[role=listbox],[role=dialog],[role=menu],[data-side]")
    )
      setWasLeft(true);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const isField = event.target instanceof HTMLInputElement && event.currentTarget.contains(event.target);
    if (event.key !== "Enter" || event.metaKey || event.ctrlKey) return;
    if (event.defaultPrevented || event.nativeEvent.isComposing || !isField) return;
    event.preventDefault();
    const after = makePathAfterNode(parseNodePathAttribute(place));
    change((filter) => insertNodeAt(filter, after, makeNewCondition(source)), { focus: after });
  };
  return (
    <NodeFrame
      place={place}
      word={word}
      label={`${word} condition ${(parseNodePathAttribute(place).at(-1) ?? 0) + 1}`}
      onBlur={onBlur}
      onKeyDown={onKeyDown}
    >
      <div className="min-w-0 flex-1">
        <div className="flex items-start gap-1.5">
          <LazyConditionFields condition={condition} place={place} aria={aria} />
          <ConditionStoppedShare share={stopped} />
          {outcome ? (
            <ConditionOutcomeMark isGood={outcome === "passes"} reason={reason} />
          ) : (
            // While a keystroke is evaluated, the mark's place stays, so that the fields keep their width.
            hadOutcome && <span aria-hidden className="w-6 shrink-0" />
          )}
          <NodeMenu kind="condition" place={place} />
        </div>
        {text && (
          <p id={problemId} className={isWrong ? "mt-1 text-xs text-danger-text" : "mt-1 text-xs text-warning-text"}>
            {text}
          </p>
        )}
      </div>
    </NodeFrame>
  );
});
