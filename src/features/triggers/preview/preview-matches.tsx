import { ExternalLink } from "lucide-react";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import type { EventSource } from "@/domain/event-source/event-source";
import { DEFAULT_EVENT_SOURCE } from "@/domain/event-source/registry";
import { formatNumber } from "@/lib/format";
import type { Preview } from "../types";

type PreviewMatchesProps = {
  projectId: string;
  source: EventSource;
  matches: Preview["matches"];
  /** the number of all matches; `matches` holds only the newest */ matched: number;
};

/** Lists the newest matches. Links open a new tab, so that typed text stays. */
export function PreviewMatches({ projectId, source, matches, matched }: PreviewMatchesProps) {
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
              href={hrefOf(projectId, source, match.id)}
              target="_blank"
              className="min-w-0 flex-1 truncate font-medium outline-none before:absolute before:inset-0 before:content-[''] focus-visible:before:outline-2 focus-visible:before:-outline-offset-2 focus-visible:before:outline-accent"
            >
              {match.name ?? match.id}
              <span className="sr-only"> (opens in a new tab)</span>
            </a>
            {!match.sampledIn && <Badge>sampled out</Badge>}
            {match.level && match.level !== "DEFAULT" && <span className="text-xs text-muted">{match.level}</span>}
            <Time value={match.receivedAt} className="text-xs text-muted" />
            <ExternalLink aria-hidden className="size-3.5 shrink-0 text-subtle" />
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="text-xs text-muted">and {formatNumber(rest)} more</p>}
    </section>
  );
}

function hrefOf(projectId: string, source: EventSource, id: string): string {
  const of = source.name === DEFAULT_EVENT_SOURCE ? "" : `?of=${encodeURIComponent(source.name)}`;
  return `/projects/${projectId}/observations/${encodeURIComponent(id)}${of}`;
}
