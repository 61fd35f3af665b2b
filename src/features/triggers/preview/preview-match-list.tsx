import { ExternalLink } from "lucide-react";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import type { EventSource } from "@/domain/event-source/event-source";
import { findUnusualMark } from "@/domain/event-source/list-column-value";
import { makeSubjectPath } from "@/features/shared/subject-path";
import { cn } from "@/lib/cn";
import { formatNumber } from "@/lib/format";
import type { TriggerPreview } from "../types";

type PreviewMatchesProps = {
  projectId: string;
  source: EventSource;
  matches: TriggerPreview["matches"];
  /** the number of all matches; `matches` contains only the newest */
  matched: number;
};

/**
 * Lists the newest events that the edited trigger matches. Links open a new browser tab, so that the form keeps its
 * text.
 */
export function PreviewMatchList({ projectId, source, matches, matched }: PreviewMatchesProps) {
  const { many } = source.noun;
  if (matches.length === 0) return null;
  const rest = matched - matches.length;
  return (
    <section aria-label={`Matching ${many}`} className="flex flex-col gap-2">
      <h3 className="text-xs font-medium text-muted">Newest matches</h3>
      <ul aria-label="Newest matches" className="max-h-60 divide-y overflow-y-auto rounded-lg border">
        {matches.map((match) => (
          <li key={match.id} className="relative flex items-center gap-2.5 px-3.5 py-2 text-sm hover:bg-hover">
            <a
              href={makeSubjectPath(projectId, { id: match.id, eventSource: source.name })}
              target="_blank"
              className={cn(
                "min-w-0 flex-1 truncate font-medium outline-none before:absolute before:inset-0",
                "before:content-[''] focus-visible:before:outline-2 focus-visible:before:-outline-offset-2",
                "focus-visible:before:outline-accent",
              )}
            >
              {match.name ?? match.id}
              <span className="sr-only"> (opens in a new tab)</span>
            </a>
            {!match.sampledIn && <Badge>sampled out</Badge>}
            <UnusualMark value={findUnusualMark(source, match)?.value} />
            <Time value={match.receivedAt} className="text-xs text-muted" />
            <ExternalLink aria-hidden className="size-3.5 shrink-0 text-subtle" />
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="text-xs text-muted">and {formatNumber(rest)} more</p>}
    </section>
  );
}

function UnusualMark({ value }: { value: string | undefined }) {
  return value === undefined ? null : <span className="text-xs text-muted">{value}</span>;
}
