"use client";

import { memo, useDeferredValue, useState } from "react";
import type { FilterableSource } from "@/domain/filter/check-filter";
import { describeFilter } from "@/domain/filter/describe-filter";
import type { Filter } from "@/domain/filter/schema";
import { cn } from "@/lib/cn";

/** A sentence with at most this many characters surely fits into two lines. */
const SHORT_MAX = 140;

type SentenceProps = { source: FilterableSource; filter: Filter };

/** Describes a filter in plain English. A long sentence is cut to two lines, with a button that shows all of it. */
export function FilterSentence(props: SentenceProps) {
  // A deferred value: a keystroke first renders its field, and then this sentence.
  return <Sentence source={props.source} filter={useDeferredValue(props.filter)} />;
}

const Sentence = memo(function Sentence({ source, filter }: SentenceProps) {
  const [isOpen, setIsOpen] = useState(false);
  const text = describeFilter(source, filter);
  const isEmpty = filter.children.length === 0;
  return (
    <div className="min-w-0 flex-1 text-sm text-muted">
      <p aria-live="polite" className={cn(!isOpen && "line-clamp-2")}>
        Matches {isEmpty ? "" : `${source.noun.many} where `}
        <span className="wrap-anywhere text-foreground">{text}</span>.
      </p>
      {text.length > SHORT_MAX && (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
          className="rounded-sm text-xs font-medium text-accent-text hover:underline"
        >
          {isOpen ? "less" : "more"}
        </button>
      )}
    </div>
  );
});
