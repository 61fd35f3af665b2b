"use client";

import type { ReactNode } from "react";
import { PageLink } from "@/components/ui/page-link";
import { Logo } from "@/components/logo";
import { PageChangeBar } from "@/components/page-change-bar";
import { cn } from "@/lib/cn";
import { UserMenu } from "./user-menu";

/** The frame of pages outside of projects: a top bar with a link to the start page and the user menu. */
export function ShellOutsideProjects({
  user,
  isWide = false,
  children,
}: {
  user: { name: string; email: string };
  isWide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="isolate flex min-h-dvh flex-col">
      <PageChangeBar />
      <a
        href="#main"
        className={cn(
          "fixed top-2 left-2 z-70 -translate-y-16 rounded-md bg-ink px-3 py-2 text-sm font-medium",
          "text-ink-foreground transition-transform focus:translate-y-0",
        )}
      >
        Skip to content
      </a>
      <header
        className={cn(
          "sticky top-0 z-30 flex h-13 items-center justify-between",
          "gap-3 border-b bg-background/90 px-3 backdrop-blur sm:px-6",
        )}
      >
        <PageLink href="/" className="flex items-center gap-2.5 rounded-md text-sm font-medium">
          <Logo className="size-6" />
          Trigger System
        </PageLink>
        <div className="w-46">
          <UserMenu user={user} side="bottom" />
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-page flex-1 px-4 pb-16 outline-none sm:px-6">
        <div className={cn(!isWide && "mx-auto max-w-form")}>{children}</div>
      </main>
    </div>
  );
}
