"use client";

import type { ReactNode } from "react";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { Tooltip } from "@base-ui/react/tooltip";
import { ThemeProvider } from "next-themes";
import { RequestTime } from "./request-time";
import { Toaster } from "./ui/toast";

type UiProviderProps = {
  nonce?: string;
  /** the time when the server made the page, in ms */
  requestedAt: number;
  children: ReactNode;
};

/**
 * Provides what all components need: the theme, a shared tooltip delay and toasts.
 * @param props nonce: the page's nonce for scripts
 */
export function UiProvider({ nonce, requestedAt, children }: UiProviderProps) {
  return (
    <RequestTime value={requestedAt}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
        <CSPProvider nonce={nonce} disableStyleElements>
          <Tooltip.Provider delay={400} closeDelay={0}>
            {children}
            <Toaster />
          </Tooltip.Provider>
        </CSPProvider>
      </ThemeProvider>
    </RequestTime>
  );
}
