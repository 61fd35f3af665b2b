"use client";

import type { ReactNode } from "react";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { ThemeProvider } from "next-themes";
import { RequestTimeContext } from "./request-time-context";
import { Toaster } from "./ui/toast";

type UiProviderProps = {
  nonce?: string;
  /** the time when the server made the page, in ms */
  requestedAt: number;
  children: ReactNode;
};

/**
 * Provides what all components need: the theme and toasts.
 * @param props nonce: the page's nonce for scripts
 */
export function UiProvider({ nonce, requestedAt, children }: UiProviderProps) {
  return (
    <RequestTimeContext value={requestedAt}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
        <CSPProvider nonce={nonce} disableStyleElements>
          {children}
          <Toaster />
        </CSPProvider>
      </ThemeProvider>
    </RequestTimeContext>
  );
}
