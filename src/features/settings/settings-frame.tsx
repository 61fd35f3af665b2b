"use client";

import { useEffect, useRef, type ReactNode } from "react";
import { PageLink } from "@/components/ui/page-link";
import { usePathname } from "next/navigation";
import { PageHeader } from "@/components/page-header";
import { Banner } from "@/components/ui/banner";
import type { Permission } from "@/domain/access";
import { cn } from "@/lib/cn";
import { useProject } from "./use-project";

const tabs: readonly { path: string; label: string; permission: Permission }[] = [
  { path: "", label: "General", permission: "project:read" },
  { path: "/event-keys", label: "Event keys", permission: "eventKey:manage" },
  { path: "/sources", label: "Sources", permission: "eventKey:manage" },
  { path: "/model-prices", label: "Model prices", permission: "project:read" },
  { path: "/redaction", label: "Redaction", permission: "redaction:manage" },
  { path: "/api-tokens", label: "API tokens", permission: "token:manage" },
  { path: "/members", label: "Members", permission: "member:manage" },
  { path: "/rejected-events", label: "Rejected events", permission: "rejected:read" },
  { path: "/engine", label: "Engine", permission: "engine:read" },
  { path: "/audit", label: "Audit log", permission: "audit:read" },
];

/**
 * The frame of every settings page: the title, and a tab per settings page that the person may open. A person who opens
 * the address of another settings page reads that their role does not see it.
 */
export function SettingsFrame({ projectId, children }: { projectId: string; children: ReactNode }) {
  const pathname = usePathname();
  const { project, may } = useProject(projectId);
  const base = `/projects/${projectId}/settings`;
  const list = useRef<HTMLUListElement>(null);
  const isLoaded = project !== undefined;
  const current = tabs.find(({ path }) => (path === "" ? pathname === base : pathname.startsWith(base + path)));
  const isRefused = isLoaded && current !== undefined && !may(current.permission);
  useEffect(() => {
    // On a phone the row of tabs is wider than the screen, so this scrolls the current tab into view.
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname, isLoaded]);
  return (
    <>
      <PageHeader title="Settings" />
      <nav
        aria-label="Settings"
        className="-mx-4 mb-5 overflow-x-auto px-4 shadow-[inset_0_-1px_var(--line)] sm:-mx-6 sm:px-6"
      >
        <ul ref={list} className="flex w-max gap-5">
          {tabs.map((tab) => {
            const { path, label, permission } = tab;
            if (tab !== current && !may(permission)) return null;
            return (
              <li key={path}>
                <PageLink
                  href={base + path}
                  aria-current={tab === current ? "page" : undefined}
                  className={cn(
                    "block border-b border-transparent py-2 text-sm whitespace-nowrap text-muted",
                    "transition-colors hover:text-foreground aria-[current=page]:border-foreground",
                    "aria-[current=page]:font-medium aria-[current=page]:text-foreground pointer-coarse:py-3",
                  )}
                >
                  {label}
                </PageLink>
              </li>
            );
          })}
        </ul>
      </nav>
      {isRefused ? (
        <Banner title="Your role does not see this page">
          Owners and admins of this project open it, and can change your role.
        </Banner>
      ) : (
        children
      )}
    </>
  );
}
