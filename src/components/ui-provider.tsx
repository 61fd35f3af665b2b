"use client";

import type { ReactNode } from "react";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { ThemeProvider } from "next-themes";
import { RequestTimeContext } from "./request-time-context";
import { Toaster } from "./ui/toast";

type UiProviderProps = {
  nonce?: string;
  /** the time at which the server rendered the page, in ms since 1970 */
  requestedAt: number;
  children: ReactNode;
};

/**
 * Provides the theme, the toasts and the time of the request to all components.
 * @param props nonce: the page's nonce for scripts (Content-Security-Policy)
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
