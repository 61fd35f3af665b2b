"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/lib/trpc/client";
import { Time } from "@/components/time";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";

/** The most versions by other people that the banner lists. */
const SHOWN_MAX = 5;

type ConflictBannerProps = {
  projectId: string;
  kind: "trigger" | "action";
  targetId: string;
  /** the version number of the trigger or action with which the form was filled */
  ownVersion: number;
  onKeepMine: (theirVersion: number) => void;
  onTakeTheirs: () => void;
};

/**
 * A banner above a form that says that somebody saved a newer version, and which fields the newer versions changed. It
 * has the buttons "Keep mine" and "Take theirs".
 */
export function ConflictBanner({ projectId, kind, targetId, ownVersion, ...on }: ConflictBannerProps) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.version.list.queryOptions({ projectId, kind, targetId, limit: SHOWN_MAX }, { staleTime: 0 }),
  );
  const theirs = data?.items.filter(({ version }) => version > ownVersion) ?? [];
  const [latest] = theirs;
  if (!latest) return null;
  return (
    <Banner
      tone="warning"
      isAlert
      title={`${latest.actor} saved version ${latest.version}`}
      action={
        <div className="flex flex-wrap gap-2">
          <Button size="sm" onClick={() => on.onKeepMine(latest.version)}>
            Keep mine
          </Button>
          <Button size="sm" onClick={on.onTakeTheirs}>
            Take theirs
          </Button>
        </div>
      }
    >
      <p>
        <Time value={latest.createdAt} />. Your form began with version {ownVersion}. If you keep yours, your next save
        replaces theirs.
      </p>
      <ul aria-label="Their changes" className="mt-1.5 flex flex-col gap-1">
        {theirs.flatMap(({ version, summary, changes }) =>
          changes.length === 0
            ? [<li key={version}>{summary}</li>]
            : changes.map(({ field, label, before, after }) => (
                <li key={`${version}-${field}`} className="break-words">
                  <span className="font-medium text-foreground">{label}</span>: <del>{before ?? "nothing"}</del>{" "}
                  <ins className="text-foreground no-underline">{after ?? "nothing"}</ins>
                </li>
              )),
        )}
      </ul>
    </Banner>
  );
}
